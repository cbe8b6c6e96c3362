"""Peers: other ways to make many rows, on the same machine in the same run.

None of them makes rows that depend on each other as payments do; they show how fast rows of about
this width can be made at all. Belongs here: how peers are called. Does not belong here: reports.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.meters import run_command

TPCHGEN_VENV = "BENCH_PEERS"
"""Environment variable: folder of a virtual environment in which ``tpchgen-cli`` is installed."""

INSTALL = """tpchgen-cli is not there. To have it measured too:
    python -m venv /tmp/bench-peers && /tmp/bench-peers/bin/pip install tpchgen-cli
    BENCH_PEERS=/tmp/bench-peers python -m benchmarks"""


def tpchgen_command() -> str | None:
    """Path of ``tpchgen-cli``; None if it is not installed."""
    folder = os.environ.get(TPCHGEN_VENV)
    return shutil.which("tpchgen-cli", path=f"{folder}/bin" if folder else None)


def tpchgen(command: str, scale: float) -> Mapping[str, Any]:
    """Table lineitem of TPC-H (16 columns), as Parquet with zstd of level 1."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--tables=lineitem", "-s", f"{scale:g}", f"--output-dir={folder}"]
        used = run_command([command, "parquet", *options, "--compression=zstd(1)"])
        path = Path(folder) / "lineitem.parquet"
        rows = pl.scan_parquet(path).select(pl.len()).collect().item()
        size = path.stat().st_size
    return {
        "rows": rows,
        "cpu_s": used["cpu"],
        "wall_s": used["wall"],
        "rows_per_cpu_s": rows / used["cpu"],
        "rows_per_wall_s": rows / used["wall"],
        "bytes_per_row": size / rows,
        "peak_mb": used["peak_mb"],
    }


DUCKDB_ROWS = """
SELECT hash(i) % 4611686018427387904 AS transaction_id,
       CASE WHEN hash(i, 1) % 100 < 98 THEN hash(i - 1) % 4611686018427387904 END AS previous_txn_id,
       hash(i, 2) % 1500000 AS card_id, hash(i, 3) % 1000000 AS customer_id, hash(i, 4) % 200000 AS merchant_id,
       TIMESTAMPTZ '2025-06-19 00:00:00+00' + to_microseconds((hash(i, 5) % 86400000000)::BIGINT) AS timestamp,
       TIMESTAMP '2025-06-19 02:00:00' + to_microseconds((hash(i, 5) % 86400000000)::BIGINT) AS local_time,
       CASE hash(i, 6) % 20 WHEN 0 THEN 'refund' WHEN 1 THEN 'cash_withdrawal' ELSE 'purchase' END AS transaction_type,
       CASE WHEN hash(i, 7) % 100 < 2 THEN hash(i, 8) % 4611686018427387904 END AS original_txn_id,
       ((hash(i, 9) % 20000) / 100.0)::DECIMAL(18, 3) AS amount,
       CASE hash(i, 10) % 4 WHEN 0 THEN 'SEK' WHEN 1 THEN 'PLN' ELSE 'EUR' END AS currency,
       ((hash(i, 9) % 20000) / 100.0)::DECIMAL(18, 3) AS billing_amount, 'EUR' AS billing_currency,
       (5000 + hash(i, 11) % 60)::VARCHAR AS mcc,
       CASE hash(i, 12) % 4 WHEN 0 THEN 'DE' WHEN 1 THEN 'FR' WHEN 2 THEN 'IT' ELSE 'ES' END AS merchant_country,
       CASE WHEN hash(i, 13) % 100 < 78 THEN (40 + (hash(i, 14) % 1000000) / 50000.0)::FLOAT END AS latitude,
       CASE WHEN hash(i, 13) % 100 < 78 THEN ((hash(i, 15) % 1000000) / 50000.0)::FLOAT END AS longitude,
       CASE WHEN hash(i, 13) % 100 < 78 THEN 'pos' ELSE 'ecommerce' END AS channel,
       CASE hash(i, 16) % 4 WHEN 0 THEN 'chip' WHEN 1 THEN 'ecommerce' ELSE 'contactless' END AS entry_mode,
       CASE WHEN hash(i, 13) % 100 >= 90 THEN 'frictionless' END AS three_ds,
       CASE WHEN hash(i, 13) % 100 >= 78 THEN hash(i, 17) % 281474976710656 END AS device_id,
       CASE WHEN hash(i, 13) % 100 >= 78 THEN (hash(i, 18) % 4294967296)::UINTEGER END AS ip_address,
       CASE WHEN hash(i, 19) % 100 < 4 THEN '51' ELSE '00' END AS response_code,
       hash(i, 19) % 100 >= 4 AS is_approved, hash(i, 20) % 6666 = 0 AS is_fraud,
       CASE WHEN hash(i, 20) % 6666 = 0 THEN 'stolen_cnp' END AS fraud_scenario,
       CASE WHEN hash(i, 20) % 6666 = 0 THEN hash(i, 21) % 100000 END AS campaign_id,
       CASE WHEN hash(i, 20) % 6666 = 0 THEN (hash(i, 22) % 9)::SMALLINT END AS campaign_step,
       CASE WHEN hash(i, 20) % 66660 = 0 THEN hash(i, 23) % 200000 END AS compromise_merchant_id
FROM range({rows}) t(i)
"""
"""Rows of the columns of ``transactions``, each value a hash of the row's number."""


def faker_rows(rows: int) -> list[dict[str, Any]]:
    """Rows one by one, as tutorials make them: twelve columns, nothing depends on anything."""
    from faker import Faker

    fake = Faker("de_DE")
    fake.seed_instance(1)
    return [
        {
            "transaction_id": fake.uuid4(),
            "card_number": fake.credit_card_number(),
            "customer": fake.name(),
            "merchant": fake.company(),
            "city": fake.city(),
            "latitude": float(fake.latitude()),
            "longitude": float(fake.longitude()),
            "timestamp": fake.date_time_this_year(),
            "amount": fake.pyfloat(min_value=1, max_value=500, right_digits=2),
            "currency": fake.currency_code(),
            "ip_address": fake.ipv4(),
            "is_fraud": fake.boolean(chance_of_getting_true=1),
        }
        for _ in range(rows)
    ]
