"""``fraudsim validate`` over folders: one world, keys that exist, links across days."""

import contextlib
import io
import json
import shutil
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.cli import main

FIRST, SECOND = "2025-01-15", "2025-01-16"


@pytest.fixture(scope="session")
def other_seed(tmp_path_factory):
    """The same days of a world with another seed."""
    folder = tmp_path_factory.mktemp("other") / "tiny"
    arguments = ["generate", "-c", "tiny", "--start", FIRST, "--end", SECOND, "-s", "seed=8"]
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit) as ended:
        main([*arguments, "-s", f"storage.base_dir={folder}", "-s", "observability.log_level=error"])
    assert ended.value.code == 0
    return folder


def part(folder, table, day=None):
    return folder / table / (f"date={day}" if day else "") / "part-0.parquet"


def rewritten(path, *, rows=None, facts=None, **columns) -> None:
    """Change a file in place: which rows, what its footer says, or columns (the old values to the new ones)."""
    table = pq.ParquetFile(path).read()
    said = {k: v for k, v in pq.read_metadata(path).metadata.items() if k.startswith(b"fraudsim")} | (facts or {})
    for name, change in columns.items():
        field = table.schema.field(name)
        changed = pa.array(change(table[name].to_pylist(), table), type=field.type)
        table = table.set_column(table.schema.get_field_index(name), field, changed)
    table = table if rows is None else table.take(pa.array(rows))
    pq.write_table(table.replace_schema_metadata({k: v for k, v in said.items() if v is not None}), path)


def violations(ran) -> dict[str, dict[str, int]]:
    """Violations by table and day, and by promise."""
    return {
        "/".join(found["file"].split("/")[-3:-1]): {n: told["violations"] for n, told in found["violations"].items()}
        for found in ran.json["files"]
        if found["violations"]
    }


def test_days_of_two_seeds_in_a_store_are_told_by_their_footers_and_by_their_keys(made, other_seed, run):
    folder, _ = made
    shutil.copy(part(other_seed, "transactions", SECOND), part(folder, "transactions", SECOND))
    ran = run("validate", folder, "--json")
    assert ran.code == 1
    found = violations(ran)
    assert set(found) == {f"transactions/date={SECOND}", *(key for key in found if key.startswith("fraud_labels/"))}
    told = found[f"transactions/date={SECOND}"]
    rows = pq.read_metadata(part(folder, "transactions", SECOND)).num_rows
    assert told["file_is_of_the_stores_world"] == 1
    assert told["card_exists"] > 0.9 * rows
    assert "merchant_exists" in told
    text = run("validate", folder).out
    assert "(seed 8)" in text
    assert "(seed 7)" in text


def test_days_of_another_seed_that_lost_their_footers_are_told_too(made, other_seed, run):
    folder, _ = made
    path = part(folder, "transactions", SECOND)
    shutil.copy(part(other_seed, "transactions", SECOND), path)
    rewritten(path, facts=dict.fromkeys(pq.read_metadata(path).metadata, None))
    told = violations(run("validate", folder, "--json"))[f"transactions/date={SECOND}"]
    assert told["file_is_of_the_stores_world"] == 1
    assert told["card_exists"] > 0


def test_days_of_two_seeds_are_told_without_catalogs_and_without_a_stores_identity(made, other_seed, run, tmp_path):
    folder, _ = made
    mixed = tmp_path / "mixed"
    shutil.copytree(folder / "transactions", mixed / "transactions")
    assert run("validate", mixed).code == 0
    shutil.copy(part(other_seed, "transactions", SECOND), part(mixed, "transactions", SECOND))
    ran = run("validate", mixed, "--json")
    assert ran.code == 1
    assert list(violations(ran).values()) == [{"file_is_of_the_stores_world": 1}]
    sentence, _ = ran.json["not_checked"][str(mixed)]
    assert "customers, cards, merchants" in sentence
    flat = tmp_path / "flat"
    flat.mkdir()
    for name, source in (("a", folder), ("b", other_seed)):
        shutil.copy(part(source, "transactions", SECOND), flat / f"{name}.parquet")
    assert run("validate", flat).code == 1


def test_catalogs_of_another_world_are_told(made, other_seed, run):
    folder, _ = made
    shutil.copy(part(other_seed, "merchants"), part(folder, "merchants"))
    found = violations(run("validate", folder, "--json"))
    assert found["tiny/merchants"] == {"file_is_of_the_stores_world": 1}
    assert found[f"transactions/date={FIRST}"]["merchant_exists"] > 0


def firsts_with_history(folder) -> np.ndarray:
    """Rows of the second day that are their card's first and name a transaction of the day before."""
    before = pq.ParquetFile(part(folder, "transactions", FIRST)).read()["transaction_id"].to_numpy()
    day = pq.ParquetFile(part(folder, "transactions", SECOND)).read()
    return np.flatnonzero(np.isin(day["previous_txn_id"].fill_null(-1).to_numpy(), before))


def test_a_link_broken_across_days_is_told_where_the_day_before_is_there(made, run):
    folder, _ = made
    row = int(firsts_with_history(folder)[3])
    rewritten(
        part(folder, "transactions", SECOND),
        previous_txn_id=lambda values, _: [*values[:row], values[row] + 1, *values[row + 1 :]],
    )
    ran = run("validate", folder, "--json")
    assert ran.code == 1
    assert violations(ran) == {f"transactions/date={SECOND}": {"first_transaction_is_linked_to_history": 1}}
    shutil.rmtree(folder / "transactions" / f"date={FIRST}")
    assert run("validate", folder).code == 0, "a first day is judged within itself only"


def test_rows_lost_from_the_day_before_are_told_by_the_links_to_them(made, run):
    folder, _ = made
    day = pq.ParquetFile(part(folder, "transactions", SECOND)).read()
    linked = day["previous_txn_id"].take(pa.array(firsts_with_history(folder)))
    named = {link for link in linked.to_pylist() if link not in refunds_of(folder, (FIRST, SECOND))}
    named = set(sorted(named)[:5])
    path = part(folder, "transactions", FIRST)
    ids = pq.ParquetFile(path).read()["transaction_id"].to_pylist()
    before = pq.ParquetFile(path).read()["card_id"].to_pylist()
    lost = {before[n] for n, each in enumerate(ids) if each in named}
    again = [n for n, card in enumerate(before) if ids[n] not in named]
    rewritten(path, rows=again)
    told = violations(run("validate", folder, "--json"))[f"transactions/date={SECOND}"]
    still_there = len(lost & {before[n] for n in again})
    assert told == {"first_transaction_is_linked_to_history": still_there}
    assert still_there > 0


def test_rows_in_another_order_are_told_as_that_and_not_as_broken_links(made, run):
    folder, _ = made
    path = part(folder, "transactions", FIRST)
    rewritten(path, rows=range(pq.read_metadata(path).num_rows)[::-1])
    found = violations(run("validate", folder, "--json"))
    assert set(found) == {f"transactions/date={FIRST}"}
    assert set(found[f"transactions/date={FIRST}"]) == {"rows_are_in_account_and_time_order"}


def test_a_card_that_has_ended_and_a_customer_who_is_no_one_are_told(made, run):
    folder, _ = made
    rewritten(part(folder, "cards"), valid_to=lambda values, _: [date(2025, 1, 15)] * len(values))
    rewritten(part(folder, "transactions", FIRST), customer_id=lambda values, _: [values[0] + 10**6, *values[1:]])
    told = violations(run("validate", folder, "--json"))[f"transactions/date={FIRST}"]
    assert told["customer_holds_the_card"] == 1
    assert told["card_is_valid_on_the_day"] > 0


def test_cards_without_a_holder_are_told(made, run):
    folder, _ = made
    customers = part(folder, "customers")
    rewritten(customers, rows=range(1, pq.read_metadata(customers).num_rows))
    assert violations(run("validate", folder, "--json"))["tiny/cards"]["holder_exists"] > 0


def test_labels_of_transactions_that_are_not_there_are_told_where_their_day_is(made, run):
    folder, _ = made
    path = part(folder, "fraud_labels", SECOND)
    held = [date.fromisoformat(day) for day in (FIRST, SECOND)]
    days = pq.ParquetFile(path).read()["transaction_date"].to_pylist()
    judged = [n for n, day in enumerate(days) if day in held]
    assert judged, "the sample needs a label of a stored day"
    rewritten(path, transaction_id=lambda values, _: [v + 1 for v in values])
    ran = run("validate", folder, "--json")
    assert violations(ran) == {f"fraud_labels/date={SECOND}": {"labelled_transaction_exists": len(judged)}}
    rewritten(path, card_id=lambda values, _: [10**9 + n for n, _ in enumerate(values)])
    told = violations(run("validate", folder, "--json"))[f"fraud_labels/date={SECOND}"]
    assert told["card_exists"] == len(days)


BOUGHT, BACK = "2025-01-16", "2025-01-17"
"""Two days of which the second gives back purchases of the first."""


@pytest.fixture(scope="module")
def bought(tmp_path_factory):
    """Days with refunds of purchases of the day before."""
    folder = tmp_path_factory.mktemp("bought") / "tiny"
    arguments = ["generate", "-c", "tiny", "--start", BOUGHT, "--end", BACK, "-s", f"storage.base_dir={folder}"]
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit) as ended:
        main([*arguments, "-s", "observability.log_level=error"])
    assert ended.value.code == 0
    return folder


@pytest.fixture
def refunded(bought, tmp_path):
    """A test's own copy of them."""
    return shutil.copytree(bought, tmp_path / "data" / "tiny")


def refunds_of(folder, days) -> dict[int, int]:
    """Purchases that refunds of a day name, by their row on the day before; -1 where they are not on it."""
    first, second = (pq.ParquetFile(part(folder, "transactions", day)).read() for day in days)
    rows = {number: row for row, number in enumerate(first["transaction_id"].to_pylist())}
    return {named: rows.get(named, -1) for named in second["original_txn_id"].to_pylist() if named is not None}


def test_refunds_name_purchases_that_are_there_or_are_counted_as_not_checked(refunded, run):
    folder = refunded
    named = refunds_of(folder, (BOUGHT, BACK))
    there = [row for row in named.values() if row >= 0]
    assert there, "the sample needs a refund of a purchase of the day before"
    alone = run("validate", part(folder, "transactions", BACK), "--json")
    both = run("validate", folder / "transactions", "--json")
    told = [[s for each in ran.json["not_checked"].values() for s in each if "refunds" in s] for ran in (alone, both)]
    first_day = pq.ParquetFile(part(folder, "transactions", BOUGHT)).read()["original_txn_id"]
    before = len(first_day) - first_day.null_count
    outside = (len(named), before + len(named) - len(there))
    assert [sentences[0].split(" ")[0] for sentences in told] == [str(count) for count in outside]
    assert (alone.code, both.code) == (0, 0)


def test_a_refund_of_a_purchase_that_is_lost_or_was_never_made_is_told(refunded, run):
    folder = refunded
    lost = next(row for row in refunds_of(folder, (BOUGHT, BACK)).values() if row >= 0)
    path = part(folder, "transactions", BOUGHT)
    rewritten(path, rows=[row for row in range(pq.read_metadata(path).num_rows) if row != lost])
    found = violations(run("validate", folder / "transactions", "--json"))
    assert found == {f"transactions/date={BACK}": {"refunded_purchases_exist": 1}}
    second = part(folder, "transactions", BACK)
    rewritten(second, original_txn_id=lambda values, _: [None if v is None else v + 1 for v in values])
    found = violations(run("validate", second, "--json"))
    assert found == {f"transactions/date={BACK}": {"refunded_purchases_exist": len(refunds_of(folder, (BOUGHT, BACK)))}}


def test_a_partition_that_lacks_a_part_is_told(made, run):
    folder, _ = made
    rewritten(part(folder, "transactions", FIRST), facts={b"fraudsim.parts": b"3"})
    ran = run("validate", folder, "--json")
    assert violations(ran) == {f"transactions/date={FIRST}": {"partition_is_whole": 2}}


def test_what_is_judged_across_files_does_not_depend_on_the_order_in_which_they_are_named(made, run):
    folder, _ = made
    row = int(firsts_with_history(folder)[0])
    rewritten(
        part(folder, "transactions", SECOND),
        previous_txn_id=lambda values, _: [*values[:row], values[row] + 1, *values[row + 1 :]],
    )
    tables = [folder / name for name in ("transactions", "merchants", "fraud_labels", "cards", "customers")]
    documents = [run("validate", *order, "--json").json for order in (tables, tables[::-1])]
    found = [sorted(json.dumps(file, sort_keys=True) for file in document["files"]) for document in documents]
    assert found[0] == found[1]
    assert run("validate", *tables).code == 1
