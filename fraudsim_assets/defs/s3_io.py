"""The IO manager for S3, with Dagster's own S3 resource for endpoint and credentials.

Belongs here: what needs ``dagster_aws``, which takes long to import and is not needed on a local
disk. Does not belong here: anything both kinds of storage share (``io_managers``).
"""

from typing import TYPE_CHECKING

import dagster as dg
from dagster_aws.s3 import S3Resource
from pydantic import Field

from fraudsim_assets.config.model import Storage
from fraudsim_assets.defs.io_managers import ParquetIOManager

if TYPE_CHECKING:
    from fraudsim_assets.storage import ParquetStore


class S3ParquetIOManager(ParquetIOManager):
    """Parquet in a bucket of S3, or of a server that speaks its language."""

    bucket: str = Field(description="Name of the bucket; it must exist.")
    prefix: str = Field(default="", description="Key prefix inside the bucket.")
    s3: dg.ResourceDependency[S3Resource]

    def _open(self) -> "ParquetStore":
        from fraudsim_assets.storage import open_store

        settings = self._settings(kind="s3", bucket=self.bucket, prefix=self.prefix)
        return open_store(settings, row_group_rows=self.row_group_rows, client=self.s3.get_client())


def s3_resource(storage: Storage) -> S3Resource:
    """Dagster's S3 resource: credentials from where AWS tools look for them; the store does the retries."""
    return S3Resource(region_name=storage.region, endpoint_url=storage.endpoint_url, max_attempts=1)
