from pathlib import Path

import dagster as dg
import polars as pl
import pyarrow as pa
import pytest
from dagster_polars import PolarsParquetIOManager

from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets_tests.defs.tiny import ASSETS, QUIET, days, tiny_resources

DAYS = next(asset for asset in ASSETS if asset.key == dg.AssetKey("transactions")).partitions_def
RANGE = dg.BackfillPolicy.single_run()
FIRST, SECOND, THIRD = "2025-01-02", "2025-01-03", "2025-01-04"


def given_to(annotation: type, base: Path, *, first: str | None = FIRST, last: str | None = None, **asset: object):
    """What an asset that depends on transactions is given."""
    seen = []

    def body(transactions) -> None:
        seen.append(transactions)

    body.__annotations__ = {"transactions": annotation, "return": None}
    consumer = dg.asset(name="consumer", io_manager_key="day_io_manager", **asset)(body)
    resources = tiny_resources(LocalParquetIOManager(base_dir=str(base), window_days=2))
    assert dg.materialize(
        [*ASSETS, consumer],
        selection=["consumer"],
        resources=resources,
        run_config=QUIET,
        **({} if first is None else days(first, last)),
    ).success
    return seen[0]


@pytest.fixture
def three_days(run, base) -> Path:
    assert run("transactions", first=FIRST, last=THIRD).success
    return base


def test_one_day_comes_as_one_lazy_frame_with_the_day_as_a_column(three_days):
    frame = given_to(pl.LazyFrame, three_days, partitions_def=DAYS)
    assert isinstance(frame, pl.LazyFrame)
    assert frame.select(pl.col("date").unique().cast(pl.String)).collect().to_series().to_list() == [FIRST]


def test_a_range_comes_as_one_lazy_frame(three_days):
    frame = given_to(pl.LazyFrame, three_days, last=THIRD, partitions_def=DAYS, backfill_policy=RANGE)
    dates = frame.select(pl.col("date").unique(maintain_order=True).cast(pl.String)).collect().to_series().to_list()
    assert dates == [FIRST, SECOND, THIRD]


def test_a_range_comes_day_by_day_where_a_dictionary_is_asked_for(three_days):
    frames = given_to(dict[str, pl.LazyFrame], three_days, last=THIRD, partitions_def=DAYS, backfill_policy=RANGE)
    assert list(frames) == [FIRST, SECOND, THIRD]
    assert all(isinstance(frame, pl.LazyFrame) for frame in frames.values())


def test_an_eager_frame_or_an_arrow_table_is_given_where_it_is_asked_for(three_days):
    eager = given_to(pl.DataFrame, three_days, partitions_def=DAYS)
    table = given_to(pa.Table, three_days, partitions_def=DAYS)
    assert isinstance(eager, pl.DataFrame)
    assert isinstance(table, pa.Table)
    assert eager.height == table.num_rows


def test_an_asset_without_partitions_is_given_the_latest_days_that_are_there(three_days):
    frame = given_to(pl.LazyFrame, three_days, first=None)
    assert frame.select(pl.col("date").unique().sort().cast(pl.String)).collect().to_series().to_list() == [
        SECOND,
        THIRD,
    ]


def test_the_window_of_an_asset_without_partitions_can_be_set_on_its_input(three_days):
    ins = {"transactions": dg.AssetIn(metadata={"window_days": 1})}
    frame = given_to(pl.LazyFrame, three_days, first=None, ins=ins)
    assert frame.select(pl.col("date").unique().cast(pl.String)).collect().to_series().to_list() == [THIRD]


def test_a_missing_day_is_named(base, instance):
    @dg.asset(partitions_def=DAYS, io_manager_key="day_io_manager")
    def consumer(transactions: pl.LazyFrame) -> None: ...

    resources = tiny_resources(LocalParquetIOManager(base_dir=str(base)))
    result = dg.materialize(
        [*ASSETS, consumer],
        selection=["consumer"],
        resources=resources,
        instance=instance,
        run_config=QUIET,
        raise_on_error=False,
        **days(FIRST),
    )
    error = result.get_step_failure_events()[0].step_failure_data.error.to_string()
    assert f"date={FIRST}" in error
    assert "materialise" in error


@pytest.mark.parametrize(
    "value",
    [
        pl.DataFrame({"a": [1, 2]}),
        pl.LazyFrame({"a": [1, 2]}),
        pa.table({"a": [1, 2]}),
        FrameStream.of(pa.table({"a": [1, 2]})),
    ],
    ids=["eager", "lazy", "arrow", "stream"],
)
@pytest.mark.parametrize("key", ["day_io_manager", "catalog_io_manager"])
def test_a_table_of_any_kind_comes_back_as_a_polars_frame(tmp_path, value, key):
    @dg.asset(io_manager_key=key)
    def small():
        return value

    @dg.asset(io_manager_key=key)
    def larger(small: pl.LazyFrame) -> pl.DataFrame:
        return small.with_columns(b=pl.col("a") * 10).collect()

    @dg.asset(io_manager_key=key)
    def seen(larger: pl.DataFrame) -> None:
        assert larger.to_dict(as_series=False) == {"a": [1, 2], "b": [10, 20]}

    resources = tiny_resources(LocalParquetIOManager(base_dir=str(tmp_path)))
    assert dg.materialize([small, larger, seen], resources=resources, run_config=QUIET).success


def test_an_asset_that_returns_no_table_is_told_what_is_valid(tmp_path):
    @dg.asset(io_manager_key="day_io_manager")
    def wrong() -> str:
        return "text"

    resources = tiny_resources(LocalParquetIOManager(base_dir=str(tmp_path)))
    with pytest.raises(ContractError, match="returned a str; valid are frame streams, Arrow and polars tables"):
        dg.materialize([wrong], resources=resources, run_config=QUIET)


def test_dagster_polars_reads_only_the_columns_asked_for(base):
    @dg.asset(
        ins={"customers": dg.AssetIn(metadata={"columns": ["customer_id", "city"]})},
        io_manager_key="catalog_io_manager",
    )
    def narrow(customers: pl.DataFrame) -> None:
        assert customers.columns == ["customer_id", "city"]

    resources = tiny_resources(LocalParquetIOManager(base_dir=str(base)))
    assert dg.materialize([*ASSETS, narrow], selection=["narrow"], resources=resources, run_config=QUIET).success


def test_dagster_polars_cannot_read_yet(tmp_path):
    """When this fails, ``PolarsCatalogIOManager.scan_df_from_path`` has done its duty and can go."""

    @dg.asset
    def small() -> pl.DataFrame:
        return pl.DataFrame({"a": [1]})

    @dg.asset
    def seen(small: pl.DataFrame) -> None: ...

    with pytest.raises(pl.exceptions.ArgumentRemovedError, match="rechunk"):
        dg.materialize(
            [small, seen], resources={"io_manager": PolarsParquetIOManager(base_dir=str(tmp_path))}, run_config=QUIET
        )


def test_a_catalog_that_cannot_be_written_leaves_the_old_one(tmp_path):
    def broken():
        yield pa.record_batch({"a": [1, 2, 3]})
        raise RuntimeError("no more rows")

    values = [pa.table({"a": [1]}), FrameStream(pa.schema({"a": pa.int64()}), broken)]

    @dg.asset(io_manager_key="catalog_io_manager")
    def small():
        return values.pop(0)

    resources = tiny_resources(LocalParquetIOManager(base_dir=str(tmp_path)))
    assert dg.materialize([small], resources=resources, run_config=QUIET).success
    with pytest.raises(RuntimeError, match="no more rows"):
        dg.materialize([small], resources=resources, run_config=QUIET)
    assert pl.read_parquet(tmp_path / "small" / "part-0.parquet").to_dict(as_series=False) == {"a": [1]}


def test_both_io_managers_share_one_layout(three_days):
    assert (three_days / "customers" / "part-0.parquet").is_file()
    assert (three_days / "transactions" / f"date={FIRST}" / "part-0.parquet").is_file()
