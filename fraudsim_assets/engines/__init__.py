"""A world as a table of the engines that people's clusters run: Spark, Dask, Ray and DuckDB.

The one idea: any range of accounts on any day can be made alone, so it is a partition. An engine is
told the partitions; its workers make the rows, and nothing is read from a disk.

Belongs here: a table cut into partitions (``table``), and one adapter for each engine. Does not belong
here: making rows (``simulation``) and keeping them (``storage``).
"""

from fraudsim_assets.engines.table import TABLES, Piece, WorldTable, world_table

__all__ = ["TABLES", "Piece", "WorldTable", "world_table"]
