"""A month of a person as a bank would show it, found in a world, for ``fraudsim inspect --customer``.

Belongs here: whose month, its rows in words, and sums by card. Does not belong here: what a statement is
(``statement_model``), how it is printed (``statement_command``) and drawn (``statement_page``).
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from fraudsim_assets.cli.statement_model import CardSum, Line, Place, Statement, grouped
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from fraudsim_assets.simulation import World
    from fraudsim_assets.units import Ints

ANY = "any"

CANDIDATES = 2
"""So many people are looked at for each that is shown; those who paid nothing are passed over. [count]"""

HOW = {
    "chip": "chip + PIN",
    "contactless": "tap",
    "magstripe": "swiped",
    "manual": "typed in",
    "ecommerce": "online",
    "credential_on_file": "on file",
}
"""How a card was used, in words."""


def parse_month(text: str) -> date:
    """Read a month as YYYY-MM.

    Raises
    ------
    ConfigError
        If it is none.
    """
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise ConfigError(f"--month is {text!r}; valid is YYYY-MM, such as 2025-03") from error


def statements(world: "World", wanted: str, *, month: date | None, count: int) -> list[Statement]:
    """Find the statements of one customer, or of any.

    Parameters
    ----------
    wanted
        A customer id, or ``any``: a draw by the seed, the same people every time.
    month
        First day of the month; the world's first whole month if not given.
    count
        How many people, if any will do.

    Raises
    ------
    ConfigError
        If there is no such customer, or the month is outside the world.
    """
    import numpy as np

    first = _month_of(world, month)
    if wanted != ANY:
        if not (wanted.isdigit() and 1 <= int(wanted) <= world.entities.n_customers):
            raise ConfigError(
                f"--customer is {wanted!r}; valid are {ANY} and ids from 1 to {world.entities.n_customers}"
            )
        people = np.array([int(wanted) - 1])
        return _statements(world, people, first, count=1)
    draws = world.streams.draw("inspect.customer").uniforms(np.arange(count * CANDIDATES))
    drawn = (draws * world.entities.n_customers).astype(np.int64)
    people = np.array(list(dict.fromkeys(drawn.tolist())))
    return [found for found in _statements(world, people, first, count=count * CANDIDATES) if found.lines][:count]


def _month_of(world: "World", month: date | None) -> date:
    """First day of a month of which the world has a day; of the first whole one if not given."""
    from fraudsim_assets.units import day_date, day_number

    if month is None:
        start = day_date(world.first_day)
        month = start if start.day == 1 else date(start.year + start.month // 12, start.month % 12 + 1, 1)
    days = _days_of(world, month)
    if not days:
        raise ConfigError(f"--month is {month:%Y-%m}; the world has no day in it")
    world.check_day(day_date(min(days[-1], day_number(_last_of(month)))))
    return month


def _last_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _days_of(world: "World", month: date) -> list[int]:
    """UTC days of the world that may have a part of a month on some clock; none if it has none of the month's own."""
    from fraudsim_assets.units import day_number

    first, last = day_number(month), day_number(_last_of(month))
    end = day_number(world.config.end_date) if world.config.end_date else last + 1
    if max(first, world.first_day) > min(last, end):
        return []
    return list(range(max(first - 1, world.first_day), min(last + 1, end) + 1))


def _statements(world: "World", people: "Ints", month: date, *, count: int) -> list[Statement]:
    import numpy as np
    import polars as pl

    from fraudsim_assets.spending.itinerary import work_towns

    people, days = people[:count], _days_of(world, month)
    ordered = np.sort(people)
    first = world.lives.wallet.first
    accounts = np.concatenate([np.arange(int(first[p]), int(first[p + 1])) for p in ordered])
    cards = _cards(world, accounts)
    rows = _named(world, _rows(world, accounts, days), cards)
    cards = _known(cards, days[-1])
    entities, towns = world.entities, world.lives.towns
    holders = pl.DataFrame(world.catalogs.customers.take(entities.customer_versions.rows(ordered, days[-1])))
    homes = entities.customer_city.take(entities.customer_versions.rows(ordered, days[-1]))
    work = work_towns(world.streams, towns, people=ordered, home=homes)
    names = world.landscape.layout.places.name
    told = {}
    for number, holder in enumerate(holders.iter_rows(named=True)):
        mine = _on_clock(rows.filter(pl.col("customer_id") == holder["customer_id"]), holder["time_zone"], month)
        town = int(work[number])
        workplace = Place(str(names[town]), float(towns.latitude[town]), float(towns.longitude[town]))
        told[int(ordered[number])] = Statement(
            customer=holder["customer_id"],
            holder=f"{holder['first_name']} {holder['last_name']}",
            segment=holder["segment"].replace("_", " "),
            born=holder["birth_date"].year,
            home=Place(f"{holder['city']} {holder['country']}", holder["latitude"], holder["longitude"]),
            work=workplace if world.lives.works[ordered[number]] else None,
            month=month,
            lines=tuple(_line(world, row) for row in mine.iter_rows(named=True)),
            cards=tuple(_sums(world, mine, cards)),
        )
    return [told[int(person)] for person in people]


def _on_clock(rows: "pl.DataFrame", zone: str, month: date) -> "pl.DataFrame":
    """A holder's rows of a month, in order of time; remote ones on the clock of a time zone."""
    import polars as pl

    def clock(moment: str, local: str) -> pl.Expr:
        at_home = pl.col(moment).dt.convert_time_zone(zone).dt.replace_time_zone(None)
        return pl.when(pl.col("channel") == "ecommerce").then(at_home).otherwise(pl.col(local)).alias(local)

    rows = rows.with_columns(clock("timestamp", "local_time"), clock("bought_at", "bought"))
    return rows.filter(pl.col("local_time").dt.truncate("1mo").dt.date() == month)


def _rows(world: "World", accounts: "Ints", days: Sequence[int]) -> "pl.DataFrame":
    import polars as pl
    import pyarrow as pa

    from fraudsim_assets.simulation.day import day_batches
    from fraudsim_assets.simulation.transactions import schema_of, transactions_schema

    # of other days, only refunds are looked for: the row before is none of a statement's business
    names = [name for name in transactions_schema().names if name != "previous_txn_id"]
    batches = [batch for day in days for batch in day_batches(world, day, accounts, columns=names)]
    return pl.DataFrame(pa.Table.from_batches(batches, schema_of(names))).sort("timestamp", "transaction_id")


def _named(world: "World", rows: "pl.DataFrame", cards: "pl.DataFrame") -> "pl.DataFrame":
    """Rows with names of merchants, and what their refunds give back."""
    import polars as pl

    merchants = pl.DataFrame(world.catalogs.merchants).unique("merchant_id", keep="last")
    shops = merchants.select("merchant_id", "name", "city", shop_latitude="latitude", shop_longitude="longitude")
    bought = pl.concat([rows, _given_back(world, rows)]).unique("transaction_id")
    bought = bought.select(original_txn_id="transaction_id", bought="local_time", bought_at="timestamp", price="amount")
    digits = cards.unique("card_id").select("card_id", "last4")
    rows = rows.join(shops, on="merchant_id", how="left").join(digits, on="card_id", how="left")
    return rows.join(bought, on="original_txn_id", how="left").sort("timestamp", "transaction_id")


def _given_back(world: "World", rows: "pl.DataFrame") -> "pl.DataFrame":
    """Purchases of earlier days that rows give back."""
    import numpy as np

    from fraudsim_assets.simulation.rows import parse_transaction_ids

    ids = rows["original_txn_id"].drop_nulls().unique()
    day, account, _ = parse_transaction_ids(world, ids.to_numpy())
    found = rows.clear()
    for some in np.unique(day[day >= world.first_day]):
        made = _rows(world, np.unique(account[day == some]), [int(some)])
        found = found.vstack(made.filter(made["transaction_id"].is_in(ids.implode())))
    return found


def _cards(world: "World", accounts: "Ints") -> "pl.DataFrame":
    """All versions of accounts' cards, those issued after fraud as well."""
    import polars as pl

    from fraudsim_assets.simulation.catalogs import complete_cards

    return pl.DataFrame(complete_cards(world)).filter(pl.col("account_id").is_in((accounts + 1).tolist()))


def _known(cards: "pl.DataFrame", day: int) -> "pl.DataFrame":
    """Cards as they are on a day: the newest version of each that is not after it."""
    import polars as pl

    from fraudsim_assets.units import day_date

    known = cards.filter(pl.col("valid_from") <= day_date(day)).sort("valid_from")
    return known.unique("card_id", keep="last", maintain_order=True)


def _money(world: "World", value: Any, currency: str) -> str:
    """An amount with the digits of its currency, as a number in text."""
    digits = int(world.prices.money.digits[world.entities.currencies.index(currency)])
    return f"{value:.{digits}f}"


def _line(world: "World", row: dict[str, Any]) -> Line:
    from fraudsim_assets.tables.codes import RESPONSE_MEANINGS

    remote, back = row["channel"] == "ecommerce", row["transaction_type"] == "refund"
    note = "" if row["is_approved"] else f"declined {row['response_code']}: {RESPONSE_MEANINGS[row['response_code']]}"
    if back and row["bought"] is not None:
        note = f"gives back {grouped(_money(world, row['price'], row['currency']))} of {row['bought']:%d %b %H:%M}"
    sign = -1 if back else 1
    return Line(
        local=row["local_time"],
        name=row["name"],
        place=f"online {row['merchant_country']}" if remote else f"{row['city']} {row['merchant_country']}",
        latitude=None if remote else row["shop_latitude"],
        longitude=None if remote else row["shop_longitude"],
        card=row["last4"],
        how="refund" if back else HOW.get(row["entry_mode"], "unknown"),
        kind=row["transaction_type"],
        amount=_money(world, sign * row["amount"], row["currency"]),
        currency=row["currency"],
        billed=_money(world, sign * row["billing_amount"], row["billing_currency"]),
        billing_currency=row["billing_currency"],
        approved=row["is_approved"],
        note=note,
        truth=row["fraud_scenario"] or "",
    )


def _sums(world: "World", rows: "pl.DataFrame", cards: "pl.DataFrame") -> list[CardSum]:
    """Sums by card, in the order of first use."""
    import polars as pl

    told = []
    for card in rows["card_id"].unique(maintain_order=True):
        mine = rows.filter(pl.col("card_id") == card)
        back = pl.col("transaction_type") == "refund"
        granted = mine.filter(pl.col("is_approved") & ~back)
        facts = cards.filter(pl.col("card_id") == card).row(0, named=True)
        spent, limit = granted["billing_amount"].sum(), facts["credit_limit"]
        told.append(
            CardSum(
                card=facts["last4"],
                card_id=card,
                product=facts["product"],
                network=facts["network"],
                currency=facts["currency"],
                payments=granted.height,
                declined=mine.filter(~pl.col("is_approved")).height,
                spent=_money(world, spent, facts["currency"]),
                refunded=_money(world, mine.filter(back)["billing_amount"].sum(), facts["currency"]),
                limit=None if limit is None else _money(world, limit, facts["currency"]),
                used=None if not limit else float(spent / limit),
            )
        )
    return told
