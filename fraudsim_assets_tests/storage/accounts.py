"""The account that tests use, and clients for it."""

from typing import Any

import boto3
from botocore.config import Config

ACCESS_KEY = "AKIAIOSFODNN7TESTING"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYTESTINGKEY"
SESSION_TOKEN = "FwoGZXIvYXdzEBYaDTESTINGTOKEN"
BUCKET = "fraudsim-tests"


def client_for(url: str, *, read_timeout: float = 20.0) -> Any:
    config = Config(
        retries={"total_max_attempts": 1}, read_timeout=read_timeout, connect_timeout=2, s3={"addressing_style": "path"}
    )
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        aws_session_token=SESSION_TOKEN,
        config=config,
    )
