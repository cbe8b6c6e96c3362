"""Files of another schema version are upgraded by a rule or refused, never read as they are."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import LocalStore, Migration, partition_keys
from fraudsim_assets.storage.migration import upgrade_path
from fraudsim_assets.tables import SCHEMA_VERSION
from fraudsim_assets_tests.storage.samples import KEY, options


def _renamed(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.rename({"sum": "amount"})


def _with_fee(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.with_columns(fee=pl.lit(0, pl.Int64))


RULES = (
    Migration("transactions", "0.1", "0.2", _renamed),
    Migration("*", "0.2", SCHEMA_VERSION, lambda frame: frame),
    Migration("transactions", "0.2", SCHEMA_VERSION, _with_fee),
)


def _store(path: Path, rules: tuple[Migration, ...] = RULES) -> LocalStore:
    return LocalStore(path, replace(options(), migrations=rules))


def _write_old(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, day: str, version: str, **columns: list[int]
) -> None:
    monkeypatch.setattr("fraudsim_assets.storage.facts.SCHEMA_VERSION", version)
    store.write(replace(KEY, partition=day), FrameStream.of(pa.table(columns)))
    monkeypatch.undo()


def test_files_of_several_versions_become_one_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _store(tmp_path)
    _write_old(store, monkeypatch, "2025-01-01", "0.1", sum=[1])
    _write_old(store, monkeypatch, "2025-01-02", "0.2", amount=[2])
    _write_old(store, monkeypatch, "2025-01-03", SCHEMA_VERSION, amount=[3], fee=[30])
    frame = store.scan(partition_keys("transactions", store.list_partitions("transactions"))).collect()
    assert frame.select("amount", "fee").rows() == [(1, 0), (2, 0), (3, 30)]
    assert frame["date"].n_unique() == 3


def test_rules_that_lead_to_different_columns_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _store(tmp_path)
    _write_old(store, monkeypatch, "2025-01-01", "0.2", amount=[2])
    _write_old(store, monkeypatch, "2025-01-02", SCHEMA_VERSION, amount=[3], fee=[30], tip=[1])
    with pytest.raises(ContractError, match=r"transactions: .* other columns than another: \['tip'\]"):
        store.scan(partition_keys("transactions", store.list_partitions("transactions")))


@pytest.mark.parametrize("version", ["0.1", "0.2", "9.0"])
def test_a_version_without_a_rule_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    store = _store(tmp_path, rules=RULES[:1])
    _write_old(store, monkeypatch, "2025-01-01", version, sum=[1])
    with pytest.raises(ContractError, match=rf"part-0.parquet was written under schema version {version}.*no rule"):
        store.scan([KEY])


def test_a_file_that_does_not_say_its_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / KEY.path
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(ContractError, match="does not say its schema version"):
        _store(tmp_path).scan([KEY])


def test_rules_that_go_in_circles_are_refused() -> None:
    circle = (Migration("*", "0.1", "0.2", _renamed), Migration("*", "0.2", "0.1", _renamed))
    with pytest.raises(ContractError, match="no rule"):
        upgrade_path("a", "0.1", uri="x", rules=circle)


def test_a_rule_for_the_table_goes_before_one_for_all_and_folders_do_not_count() -> None:
    assert upgrade_path("views/transactions", "0.1", uri="x", rules=RULES) == (RULES[0], RULES[2])
    assert upgrade_path("cards", "0.2", uri="x", rules=RULES) == (RULES[1],)
    assert upgrade_path("cards", SCHEMA_VERSION, uri="x", rules=RULES) == ()
