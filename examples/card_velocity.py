r"""Velocity of cards, computed online from a stream, and the same in batch from Parquet: equal to the cent.

For each payment: how many the card made in the hour and in the day before it, and for how much. Online,
a consumer takes lines of JSON in small batches and keeps, in DuckDB, no more than the last day. In batch,
DuckDB looks at a whole file at once.

Run::

    fraudsim stream -c demo --from 2025-03-01 --to-time 2025-03-03 --to stdout --catalogs none --no-labels \
        | python examples/card_velocity.py online features.parquet
    fraudsim export bank bank.parquet -c demo --start 2025-03-01 --end 2025-03-02
    python examples/card_velocity.py compare features.parquet bank.parquet
"""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

import duckdb
import pyarrow as pa

BATCH = 500
"""Payments taken from the stream at a time. [count]"""

PAYMENT = pa.schema(
    [("transaction_id", pa.int64()), ("card_id", pa.int64()), ("moment", pa.int64()), ("billing_amount", pa.string())]
)

FEATURES = """
    count(*) FILTER (WHERE earlier.moment >= new.moment - 3600000000) AS count_1h,
    coalesce(sum(earlier.amount) FILTER (WHERE earlier.moment >= new.moment - 3600000000), 0) AS sum_1h,
    count(earlier.moment) AS count_24h,
    coalesce(sum(earlier.amount), 0) AS sum_24h
"""


def online(lines: Iterable[bytes]) -> pa.Table:
    """Compute features while payments arrive; a payment sees those of the same card that came before it."""
    store = duckdb.connect()
    store.execute("CREATE TABLE recent (transaction_id BIGINT, card_id BIGINT, moment BIGINT, amount DECIMAL(18, 3))")
    made = []
    for batch in _batches(_payments(lines)):
        store.register("batch", batch)
        store.execute("""
            INSERT INTO recent SELECT transaction_id, card_id, moment, billing_amount::DECIMAL(18, 3) FROM batch
        """)
        made.append(
            store.sql(f"""
                SELECT new.transaction_id, {FEATURES}
                FROM batch AS new LEFT JOIN recent AS earlier
                  ON earlier.card_id = new.card_id
                 AND earlier.moment < new.moment AND earlier.moment >= new.moment - 86400000000
                GROUP BY new.transaction_id
            """).to_arrow_table()
        )
        # what no later payment can see is forgotten, so that the consumer stays small
        store.execute("DELETE FROM recent WHERE moment < (SELECT max(moment) FROM batch) - 86400000000")
        store.unregister("batch")
    return pa.concat_tables(made)


def batch(parquet: str) -> pa.Table:
    """Compute the same features of a file of payments at once."""
    return duckdb.sql(f"""
        WITH paid AS (
            SELECT transaction_id, card_id, epoch_us(timestamp) AS moment, billing_amount AS amount
            FROM read_parquet('{parquet}')
        )
        SELECT transaction_id,
            count(*) OVER hour AS count_1h, coalesce(sum(amount) OVER hour, 0) AS sum_1h,
            count(*) OVER day AS count_24h, coalesce(sum(amount) OVER day, 0) AS sum_24h
        FROM paid WINDOW
            hour AS (PARTITION BY card_id ORDER BY moment RANGE BETWEEN 3600000000 PRECEDING AND 1 PRECEDING),
            day AS (PARTITION BY card_id ORDER BY moment RANGE BETWEEN 86400000000 PRECEDING AND 1 PRECEDING)
    """).to_arrow_table()


def differences(one: pa.Table, other: pa.Table) -> int:
    """Count payments whose features differ, or that only one side has."""
    found = duckdb.sql("""
        SELECT count(*) FROM one FULL JOIN other USING (transaction_id)
        WHERE one.count_1h IS DISTINCT FROM other.count_1h OR one.sum_1h IS DISTINCT FROM other.sum_1h
           OR one.count_24h IS DISTINCT FROM other.count_24h OR one.sum_24h IS DISTINCT FROM other.sum_24h
    """).fetchall()
    return found[0][0]


def _payments(lines: Iterable[bytes]) -> Iterator[dict]:
    for line in lines:
        event = json.loads(line)
        if event["topic"] == "payments":
            yield {name: event["value"][name] for name in PAYMENT.names if name != "moment"} | {"moment": event["time"]}


def _batches(payments: Iterator[dict]) -> Iterator[pa.Table]:
    while some := list(islice(payments, BATCH)):
        yield pa.Table.from_pylist(some, schema=PAYMENT)


def main() -> None:
    """Make features online, or compare them with those of a batch."""
    if sys.argv[1] == "online":
        features = online(sys.stdin.buffer)
        duckdb.sql("SELECT * FROM features").write_parquet(sys.argv[2])
        print(f"{features.num_rows} payments with features")
    else:
        features = duckdb.read_parquet(sys.argv[2]).to_arrow_table()
        wrong = differences(features, batch(sys.argv[3]))
        print(f"{features.num_rows} payments compared, {wrong} differ")
        sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
