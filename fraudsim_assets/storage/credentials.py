"""Credentials of a boto3 client: for polars, which reads by itself, and for striking them from texts.

Belongs here: the only place that looks at secrets. Does not belong here: logging, printing or
keeping any of them.
"""

from collections.abc import Callable
from typing import Any

CredentialProvider = Callable[[], tuple[dict[str, str | None], int | None]]


def secrets_of(client: Any) -> tuple[str, ...]:
    """Everything that must not appear in a text."""
    frozen = _frozen(client)
    return () if frozen is None else tuple(s for s in (frozen.secret_key, frozen.token, frozen.access_key) if s)


def credential_provider(client: Any) -> CredentialProvider | None:
    """Ask the client for its credentials each time polars needs them, so that refreshed ones are used.

    Returns
    -------
    callable or None
        ``None`` when the client signs nothing.
    """
    if _frozen(client) is None:
        return None

    def provide() -> tuple[dict[str, str | None], int | None]:
        frozen = _frozen(client)
        found = {
            "aws_access_key_id": frozen.access_key,
            "aws_secret_access_key": frozen.secret_key,
            "aws_session_token": frozen.token,
        }
        return {name: value for name, value in found.items() if value}, None

    return provide


def storage_options(client: Any) -> dict[str, str]:
    """Endpoint and region for polars, without credentials."""
    options: dict[str, str] = {}
    if client.meta.region_name and client.meta.region_name != "aws-global":
        options["aws_region"] = client.meta.region_name
    endpoint = client.meta.endpoint_url
    if endpoint and not endpoint.removesuffix("/").endswith((".amazonaws.com", ".amazonaws.com.cn")):
        options["aws_endpoint_url"] = endpoint
        options["aws_allow_http"] = str(endpoint.startswith("http://")).lower()
    return options


def bucket_options(client: Any) -> dict[str, str]:
    """Endpoint, region and credentials, as libraries want them that read buckets by themselves; none for a disk."""
    if client is None:
        return {}
    provide = credential_provider(client)
    keys = {} if provide is None else {name: value for name, value in provide()[0].items() if value}
    return {"aws_region": "us-east-1"} | storage_options(client) | keys


def _frozen(client: Any) -> Any:
    """Credentials as they are now. botocore keeps them under a private name and has no public one."""
    signer = getattr(client, "_request_signer", None)
    credentials = getattr(signer, "_credentials", None)
    return None if credentials is None else credentials.get_frozen_credentials()
