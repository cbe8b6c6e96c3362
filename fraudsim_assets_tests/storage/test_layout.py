"""Paths follow from keys, and back."""

import pytest

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.layout import PartKey, StoredPart, partition_keys, stored_part


def test_paths_are_hive_paths() -> None:
    assert PartKey("customers").path == "customers/part-0.parquet"
    assert PartKey("transactions", "2024-02-29").path == "transactions/date=2024-02-29/part-0.parquet"
    assert PartKey("views/bank", "2024-02-29", 11, 12).path == "views/bank/date=2024-02-29/part-11.parquet"
    assert [key.partition for key in partition_keys("a", ["2024-01-01", "2024-01-02"])] == ["2024-01-01", "2024-01-02"]


@pytest.mark.parametrize("key", [PartKey("a"), PartKey("a/b_2", "2024-12-31"), PartKey("a", "2024-01-01", 10, 11)])
def test_paths_are_read_back(key: PartKey) -> None:
    assert stored_part(key.path, 5) == StoredPart(key.asset, key.partition, key.part, key.path, 5)


@pytest.mark.parametrize(
    "path",
    [
        "part-0.parquet",
        "a/part-00.parquet",
        "a/part-0.parquet.tmp",
        "a/.part-0.parquet.tmp",
        "a/date=2024-13-01/part-0.parquet",
        "a/date=2024-02-30/part-0.parquet",
        "a/other=1/part-0.parquet",
        "A/part-0.parquet",
    ],
)
def test_other_paths_are_nobodys(path: str) -> None:
    assert stored_part(path, 0) is None


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"asset": "../x"}, "asset"),
        ({"asset": "/x"}, "asset"),
        ({"asset": "X"}, "asset"),
        ({"asset": ""}, "asset"),
        ({"asset": "a", "partition": "2024-1-1"}, "partition"),
        ({"asset": "a", "partition": "20240101"}, "partition"),
        ({"asset": "a", "partition": "2024-01-01/../x"}, "partition"),
        ({"asset": "a", "part": 1}, "part"),
        ({"asset": "a", "part": -1, "parts": 2}, "part"),
    ],
)
def test_a_wrong_key_is_refused_by_field_and_value(settings: dict[str, object], field: str) -> None:
    with pytest.raises(StorageError, match=rf"^{field} is .*valid"):
        PartKey(**settings)  # type: ignore[arg-type]
