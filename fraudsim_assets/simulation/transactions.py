"""Transactions: rows of the contract from keys and facts.

Belongs here: every column that follows from who pays what where. Does not belong here: that itself (``purchases``).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa

from fraudsim_assets.bit_layouts import OCCASIONS
from fraudsim_assets.catalog.seats import Merchants, SeatCodes
from fraudsim_assets.fraud.rows import AS_USUAL, FraudRows
from fraudsim_assets.simulation.answering import show_proofs
from fraudsim_assets.simulation.columns import boolean, coded, decimal, plain
from fraudsim_assets.simulation.composition import Composition
from fraudsim_assets.simulation.orders import exploring
from fraudsim_assets.simulation.rows import FRAUD, SUBSCRIPTION, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.authorisation import (
    ATM,
    CHIP,
    CONTACTLESS,
    ECOMMERCE,
    NO_THREE_DS,
    POS,
    entry_modes,
    sca_owed,
    tap_limits,
    three_ds,
)
from fraudsim_assets.spending.causes import PIN_CODES
from fraudsim_assets.spending.networks import addresses, devices
from fraudsim_assets.spending.rhythm import SLOT_MINUTES, SLOTS
from fraudsim_assets.streams import combine, half_limit, half_uniforms, half_words, halves
from fraudsim_assets.tables import Transactions, arrow_schema
from fraudsim_assets.tables.codes import CHANNELS, ENTRY_MODES, RESPONSE_CODES, THREE_DS_RESULTS, TRANSACTION_TYPES
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Bools, Ints

PURCHASE, REFUNDED, WITHDRAWAL = (TRANSACTION_TYPES.index(t) for t in ("purchase", "refund", "cash_withdrawal"))
_TYPE_BY_CHANNEL = np.where(np.arange(len(CHANNELS)) == ATM, WITHDRAWAL, PURCHASE).astype(np.int8)


@lru_cache(maxsize=1)
def transactions_schema() -> pa.Schema:
    """Arrow schema of the transactions table."""
    return arrow_schema(Transactions)


@dataclass(frozen=True)
class _Table:
    """One block of rows with the look-ups that several columns share."""

    world: World
    found: Composition
    transaction: Ints
    previous: Ints

    @property
    def rows(self) -> Rows:
        """Rows."""
        return self.found.rows

    @property
    def fraud(self) -> FraudRows:
        """Fraudulent rows of the block, in the order of their rows."""
        return self.found.fraud

    @property
    def day(self) -> int:
        """Day number."""
        return self.found.cast.day

    @cached_property
    def ids(self) -> AnyArray:
        """Words that name rows. A retry is a request of its own: its slot, not its intent, is what columns hash."""
        return combine(self.found.cast.accounts.take(self.rows.at), self.rows.slot)

    @cached_property
    def who(self) -> Ints:
        """Positions of the holders in the crowd."""
        return self.found.cast.who.take(self.rows.at)

    @cached_property
    def people(self) -> Ints:
        """Customer indices."""
        return self.found.cast.crowd.people.take(self.who)

    @cached_property
    def codes(self) -> SeatCodes:
        """Codes of the merchants."""
        return self.rows.codes_of()

    @cached_property
    def merchants(self) -> Merchants:
        """Merchants of the day."""
        return self.world.entities.merchants_on(self.day)

    @cached_property
    def billing(self) -> AnyArray:
        """Billing currencies."""
        return self.world.entities.account_currency.take(self.found.cast.accounts).take(self.rows.at)

    @cached_property
    def fraudulent(self) -> Ints:
        """Row numbers of fraudulent rows, in the order of ``fraud``: a row's order is that of time."""
        return np.flatnonzero(self.rows.origin == FRAUD)

    @cached_property
    def home_country(self) -> Ints:
        """Countries where the holders live."""
        return self.world.entities.city_country.take(self.found.cast.crowd.home).take(self.who).astype(np.int64)

    def session(self, some: Ints) -> Ints:
        """Numbers of people's sessions on the day: an occasion with what follows it is one, and each step of fraud."""
        return np.where(self.rows.origin[some] == FRAUD, self.rows.slot[some], self.rows.code[some] % OCCASIONS)

    def words(self, decision: str, rows: AnyArray | None = None) -> AnyArray:
        """Random words of a decision, of all rows or of some."""
        ids = self.ids if rows is None else self.ids[rows]
        return self.world.streams.draw(decision, self.day).words(ids)

    @cached_property
    def when(self) -> Ints:
        """When payments are asked for. [microseconds since 1970]"""
        return self.rows.moment + self.day * DAY

    @cached_property
    def channel(self) -> AnyArray:
        """Channel codes."""
        return self.world.habits.kinds.channel.take(self.rows.kind)

    @cached_property
    def remote(self) -> Ints:
        """Row numbers of remote rows."""
        return np.flatnonzero(self.channel == ECOMMERCE)

    @cached_property
    def ordered(self) -> Ints:
        """Row numbers of remote rows that a customer asked for: neither charged by a merchant nor given back."""
        origin = self.rows.origin[self.remote]
        return self.remote[(origin != SUBSCRIPTION) & (self.rows.original[self.remote] < 0)]

    @cached_property
    def gaps(self) -> tuple[AnyArray, AnyArray]:
        """Half words that decide where positions and entry modes go missing."""
        return half_words(self.words("null.any"))

    def with_fraud(self, values: AnyArray, override: Ints, usual: int = AS_USUAL) -> AnyArray:
        """Replace values of fraudulent rows where the scenario says so."""
        rows = self.fraudulent
        if rows.size:
            values[rows] = np.where(override == usual, values[rows], override)
        return values


def transactions_batch(
    world: World, found: Composition, ids: Ints, previous: Ints, *, columns: Collection[str] | None = None
) -> pa.RecordBatch:
    """Build the rows of a block.

    Parameters
    ----------
    found
        Rows of the block, in order.
    ids, previous : (n,)
        Transaction ids, and those of the same cards' transactions before; the latter ``NONE`` for first ones. Empty
        where no column asks for them.
    columns
        Columns to make; None makes all. Their order is always that of the table.

    Returns
    -------
    pyarrow.RecordBatch
        Rows that honour ``tables.Transactions``, sorted by (account, timestamp).
    """
    table = _Table(world, found, ids, previous)
    schema = schema_of(columns)
    made: dict[str, pa.Array] = {}
    for group, names in _GROUPS.items():
        if columns is None or not names.isdisjoint(columns):
            made |= group(table)
    return pa.RecordBatch.from_arrays([made[name] for name in schema.names], schema=schema)


def schema_of(columns: Collection[str] | None) -> pa.Schema:
    """Arrow schema of some columns, in the table's order; None is all."""
    schema = transactions_schema()
    return schema if columns is None else pa.schema([field for field in schema if field.name in columns])


def _type(name: str) -> pa.DataType:
    return transactions_schema().field(name).type


def _identity(table: _Table) -> dict[str, pa.Array]:
    rows = table.rows
    return {
        "card_id": plain(table.found.card, pa.int64()),
        "customer_id": plain(table.people + 1, pa.int64()),
        "timestamp": plain(table.when, _type("timestamp")),
        "original_txn_id": plain(rows.original, pa.int64(), rows.original >= 0),
        "billing_currency": _coded("billing_currency", table.billing, table.world.entities.currencies),
    }


def _ids(table: _Table) -> dict[str, pa.Array]:
    return {
        "transaction_id": plain(table.transaction, pa.int64()),
        "previous_txn_id": plain(table.previous, pa.int64(), table.previous >= 0),
    }


def _deal(table: _Table) -> dict[str, pa.Array]:
    rows = table.rows
    quarter = rows.moment // (SLOT_MINUTES * MINUTE)
    quarter += table.codes.zone * np.int64(SLOTS)
    offset = table.world.timing.rhythm_on(table.day).offset_minutes.ravel() * MINUTE
    local = table.when + offset.take(quarter)
    kind = _TYPE_BY_CHANNEL.take(table.channel)
    kind[np.flatnonzero(rows.original >= 0)] = REFUNDED
    return {
        "merchant_id": plain(table.merchants.merchant_id.take(rows.merchant), pa.int64()),
        "local_time": plain(local, _type("local_time")),
        "transaction_type": _coded("transaction_type", kind, TRANSACTION_TYPES),
    }


def _money(table: _Table) -> dict[str, pa.Array]:
    world, rows, money = table.world, table.rows, table.world.prices.money
    currency = table.codes.currency.astype(np.int64)
    billing = table.billing
    amount = money.stored(rows.minor, currency)
    rates = world.prices.rates_on(table.day)
    # a payment in the card's own currency is billed to the cent
    billed = amount.copy()
    foreign = np.flatnonzero(currency != billing)
    own = billing[foreign]
    converted = np.rint(rows.euros[foreign] * rates.take(own) * money.scale.take(own)).astype(np.int64)
    billed[foreign] = money.stored(np.maximum(converted, 1), own)
    return {
        "amount": decimal(amount, _type("amount")),
        "currency": _coded("currency", currency, world.entities.currencies),
        "billing_amount": decimal(billed, _type("billing_amount")),
    }


def _place(table: _Table) -> dict[str, pa.Array]:
    world, codes = table.world, table.codes
    positions = world.entities.seats.positions.take(table.rows.merchant)
    channel = table.channel
    located = channel != ECOMMERCE
    if world.config.nulls.latitude > 0:
        located &= table.gaps[0] >= half_limit(world.config.nulls.latitude)
    return {
        "mcc": _coded("mcc", codes.mcc, world.entities.mccs),
        "merchant_country": _coded("merchant_country", codes.country, world.entities.countries),
        "latitude": plain(positions.real, pa.float32(), located),
        "longitude": plain(positions.imag, pa.float32(), located),
        "channel": _coded("channel", channel, CHANNELS),
    }


def _request(table: _Table) -> dict[str, pa.Array]:
    world, rows, fraud = table.world, table.rows, table.fraud
    n, response, ordered = len(rows), table.rows.response, table.ordered
    how, _ = half_words(table.words("entry.mode"))
    crowd = table.found.cast.crowd
    made = world.reference.authorisation
    taps = tap_limits(made, world.streams, crowd.people, world.config.spending.contactless_share).ravel()
    entry = entry_modes(
        made,
        table.channel,
        recurring=rows.origin == SUBSCRIPTION,
        u=half_uniforms(how),
        taps=taps.take(table.who * 2 + (rows.euros <= world.epochs.tap_limit(table.day))),
        foreign=table.codes.country != table.home_country,
    )
    # a PIN is asked of cards that are put in, and a card refused with a tap is put in
    entered = _ASKS_PIN.take(response) | rows.retry
    entered &= (table.channel == POS) & (entry == CONTACTLESS)
    entry[entered] = CHIP
    entry = table.with_fraud(entry, fraud.entry)
    result = np.full(n, NO_THREE_DS, dtype=np.int8)
    tried, outcome = halves(table.words("three_ds", ordered))
    result[ordered] = three_ds(
        made,
        entry[ordered],
        response=response[ordered],
        u=tried,
        outcome=outcome,
        euros=rows.euros[ordered],
        share=world.epochs.three_ds_share_of_keyed(table.day),
        owed=sca_owed(
            made, world.entities.countries, home=table.home_country[ordered], shop=table.codes.country[ordered]
        ),
    )
    result = table.with_fraud(result, fraud.three_ds)
    show_proofs(table.found.proof, table.channel, entry=entry, three_ds=result)
    present = entry >= 0
    if world.config.nulls.entry_mode > 0:
        present &= table.gaps[1] >= half_limit(world.config.nulls.entry_mode)
    return _online(table) | {
        "entry_mode": _coded("entry_mode", entry, ENTRY_MODES, present),
        "three_ds": _coded("three_ds", result, THREE_DS_RESULTS, result != NO_THREE_DS),
        "response_code": _coded("response_code", response, RESPONSE_CODES),
        "is_approved": boolean(response == 0),
    }


_ASKS_PIN = np.isin(np.arange(len(RESPONSE_CODES)), PIN_CODES)
# by response code


def _online(table: _Table) -> dict[str, pa.Array]:
    """Devices and addresses; only those of rows that a customer ordered are looked at."""
    world, rows, nulls = table.world, table.ordered, table.world.config.nulls
    n, day, streams = len(table.rows), table.day, table.world.streams
    people, who = table.people[rows], table.who[rows]
    crowd = table.found.cast.crowd
    choice, network = halves(table.words("authorisation.online", rows))
    device = np.zeros(n, dtype=np.int64)
    home, city = crowd.home.take(who), crowd.city.take(who)
    session = table.session(rows)
    explores = exploring(world, day, people=people, session=session, kind=table.rows.kind[rows])
    device[rows] = devices(
        streams, world.reference, people=people, city=home, choice=choice, session=session, exploring=explores, day=day
    )
    address = np.zeros(n, dtype=np.uint32)
    address[rows] = addresses(
        streams,
        world.reference,
        people=people,
        home=home,
        city=city,
        country=world.entities.city_country.take(city),
        away=crowd.away.take(who),
        works=world.lives.works.take(people),
        u=network,
        noise=table.words("authorisation.mobile", rows),
        day=day,
    )
    device = table.with_fraud(device, table.fraud.device)
    address = table.with_fraud(address, table.fraud.address, usual=0)
    seen, traced = half_words(table.words("null.remote", rows))
    has_device, has_address = np.zeros((2, n), dtype=bool)
    has_device[rows] = seen >= half_limit(nulls.device_id)
    has_address[rows] = traced >= half_limit(nulls.ip_address)
    return {
        "device_id": plain(device, pa.int64(), has_device),
        "ip_address": plain(address, pa.uint32(), has_address),
    }


def _truth(table: _Table) -> dict[str, pa.Array]:
    is_fraud = table.rows.origin == FRAUD
    scenario = np.zeros(len(is_fraud), dtype=np.int8)
    campaign, ring, merchant_id = np.zeros((3, len(is_fraud)), dtype=np.int64)
    step = np.zeros(len(is_fraud), dtype=np.int16)
    known, organised = np.zeros((2, len(is_fraud)), dtype=bool)
    at, source = table.fraudulent, table.fraud.source
    scenario[at], campaign[at], step[at] = table.fraud.scenario, table.fraud.campaign, table.fraud.step
    ring[at], organised[at] = table.fraud.ring, table.fraud.ring >= 0
    merchant_id[at], known[at] = table.merchants.merchant_id.take(source, mode="clip"), source >= 0
    return {
        "is_fraud": boolean(is_fraud),
        "fraud_scenario": _coded("fraud_scenario", scenario, table.world.scenario_names, is_fraud),
        "campaign_id": plain(campaign, pa.int64(), is_fraud),
        "campaign_step": plain(step, pa.int16(), is_fraud),
        "ring_id": plain(ring, pa.int64(), organised),
        "compromise_merchant_id": plain(merchant_id, pa.int64(), known),
    }


_GROUPS: Mapping[Callable[[_Table], dict[str, pa.Array]], frozenset[str]] = {
    _ids: frozenset({"transaction_id", "previous_txn_id"}),
    _identity: frozenset({"card_id", "customer_id", "timestamp", "original_txn_id", "billing_currency"}),
    _deal: frozenset({"merchant_id", "local_time", "transaction_type"}),
    _money: frozenset({"amount", "currency", "billing_amount"}),
    _place: frozenset({"mcc", "merchant_country", "latitude", "longitude", "channel"}),
    _request: frozenset({"entry_mode", "three_ds", "device_id", "ip_address", "response_code", "is_approved"}),
    _truth: frozenset(
        {"is_fraud", "fraud_scenario", "campaign_id", "campaign_step", "ring_id", "compromise_merchant_id"}
    ),
}
# what each group makes: a group is worked out only if one of its columns is asked for


@lru_cache(maxsize=64)
def _names(values: tuple[str, ...]) -> pa.Array:
    return pa.array(values, type=pa.string())


def _coded(column: str, codes: AnyArray, values: tuple[str, ...], valid: Bools | None = None) -> pa.Array:
    return coded(codes, _names(values), _type(column), valid)
