"""The resource through which Dagster reads and writes catalogs.

Belongs here: loading dagster-polars, slow to import, only where a table is read or written. Does not belong here: how
it reads and writes (``catalog_io``).
"""

import dagster as dg

from fraudsim_assets.defs.spec import WorldSpec


def catalog_io_manager(spec: WorldSpec) -> dg.IOManagerDefinition:
    """IO manager of a world's tables without partitions: dagster-polars over the same files."""
    files = spec.name("day_io_manager")

    @dg.io_manager(required_resource_keys={files})
    def catalogs(context: dg.InitResourceContext) -> dg.IOManager:
        # slow to import, and so only where a table is read or written
        from fraudsim_assets.defs.catalog_io import PolarsCatalogIOManager

        return PolarsCatalogIOManager(files=getattr(context.resources, files))

    return catalogs
