"""Whether the place where data goes can be one, found out before anything is sent or made.

Belongs here: rules on the spelling of folders, buckets, prefixes, endpoints and regions. Does not
belong here: whether anything is there (``fraudsim_assets.storage``).
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_REGION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?P<rest>.*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def folder(text: str) -> str:
    """Check a local folder; ``~`` is left for the store to expand.

    Raises
    ------
    ValueError
        If it is an address of something else, or holds control characters.
    """
    found = _SCHEME.fullmatch(text)
    if found is not None:
        bucket, _, prefix = found["rest"].partition("/")
        hint = f" (kind 's3', bucket {bucket!r}, prefix {prefix!r})" if found["scheme"] == "s3" else ""
        raise ValueError(f"storage.base_dir is {text!r}; valid is a local folder, or set storage.kind{hint}")
    if _CONTROL.search(text):
        raise ValueError(f"storage.base_dir is {text!r}; valid is a folder without control characters")
    return text


def bucket(text: str | None) -> str | None:
    """Check the name of a bucket.

    Raises
    ------
    ValueError
        If it is none.
    """
    return _matching("bucket", text, _BUCKET.fullmatch, "letters, digits, '.', '_' and '-', as in 'my-bucket'")


def region(text: str | None) -> str | None:
    """Check the name of a region.

    Raises
    ------
    ValueError
        If it is none.
    """
    return _matching("region", text, _REGION.fullmatch, "letters, digits and '-', as in 'eu-central-1'")


def endpoint(text: str | None) -> str | None:
    """Check the address of a server.

    Raises
    ------
    ValueError
        If it is no address with ``http`` or ``https`` and a host.
    """
    return _matching("endpoint_url", text, _is_address, "an address such as 'http://localhost:9000'")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises if it is no number of a port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or re.search(r"\s", text) or _CONTROL.search(text))
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain


def prefix(text: str) -> str:
    """Check a key prefix; slashes at its ends are left out.

    Raises
    ------
    ValueError
        If a part of it is empty, ``.`` or ``..``, or a day of the layout, or holds control characters.
    """
    whole = text.strip("/")
    parts = whole.split("/") if whole else []
    if any(part in {"", ".", ".."} for part in parts) or _CONTROL.search(whole):
        raise ValueError(f"storage.prefix is {text!r}; valid are names joined by single '/', as in 'worlds/demo'")
    return whole


def _matching(name: str, text: str | None, matches: Callable[[str], object], valid: str) -> str | None:
    if text is not None and not matches(text):
        raise ValueError(f"storage.{name} is {text!r}; valid are {valid}")
    return text
