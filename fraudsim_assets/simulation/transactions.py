"""Transactions: rows of the contract from keys and facts.

Belongs here: every column that follows from who pays what where. Does not belong here: who pays
what where (``keys``, ``purchases``, ``refunds``, the fraud overlay).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa

from fraudsim_assets.catalog.seats import Merchants, SeatCodes
from fraudsim_assets.fraud.rows import AS_USUAL, FraudRows
from fraudsim_assets.simulation.columns import boolean, coded, decimal, plain
from fraudsim_assets.simulation.keys import FRAUD, SUBSCRIPTION, Cast, Keys
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.authorisation import (
    ATM,
    ECOMMERCE,
    NO_THREE_DS,
    TAP_LIMIT_EUR,
    addresses,
    decline_codes,
    devices,
    entry_modes,
    tap_limits,
    three_ds,
)
from fraudsim_assets.spending.rhythm import SLOT_MINUTES, SLOTS
from fraudsim_assets.streams import combine, half_limit, half_uniforms, half_words, halves
from fraudsim_assets.tables import Transactions, arrow_schema
from fraudsim_assets.tables.codes import CHANNELS, ENTRY_MODES, RESPONSE_CODES, THREE_DS_RESULTS, TRANSACTION_TYPES
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Bools, Floats, Ints

PURCHASE, REFUNDED, WITHDRAWAL = (TRANSACTION_TYPES.index(t) for t in ("purchase", "refund", "cash_withdrawal"))
_TYPE_BY_CHANNEL = np.where(np.arange(len(CHANNELS)) == ATM, WITHDRAWAL, PURCHASE).astype(np.int8)


@dataclass(frozen=True)
class Facts:
    """What is known of every row before its columns are worked out. One entry per row.

    Attributes
    ----------
    kind, merchant, codes
        Kind of purchase; merchant slot; the merchant's codes.
    minor, euros
        Amount. [minor units of the merchant's currency], [EUR]
    original
        Transaction id given back; -1 for all but refunds.
    card
        Card id.
    transaction, previous
        Transaction ids; previous is -1 where there is none.
    """

    kind: Ints
    merchant: Ints
    codes: SeatCodes
    minor: Ints
    euros: Floats
    original: Ints
    card: Ints
    transaction: Ints
    previous: Ints


@lru_cache(maxsize=1)
def transactions_schema() -> pa.Schema:
    """Arrow schema of the transactions table."""
    return arrow_schema(Transactions)


@dataclass(frozen=True)
class _Rows:
    """One block of rows with the look-ups that several columns share."""

    world: World
    cast: Cast
    keys: Keys
    facts: Facts
    fraud: FraudRows
    ids: AnyArray
    merchants: Merchants

    @cached_property
    def people(self) -> Ints:
        """Customer indices."""
        return self.cast.people.take(self.keys.at)

    @cached_property
    def billing(self) -> AnyArray:
        """Billing currencies."""
        return self.world.entities.account_currency.take(self.cast.accounts).take(self.keys.at)

    @cached_property
    def fraudulent(self) -> Ints:
        """Row numbers of fraudulent rows, in the order of ``fraud``: a key's order is that of time."""
        return np.flatnonzero(self.keys.origin == FRAUD)

    def words(self, decision: str, rows: AnyArray | None = None) -> AnyArray:
        """Random words of a decision, of all rows or of some."""
        ids = self.ids if rows is None else self.ids[rows]
        return self.world.streams.draw(decision, self.cast.day).words(ids)

    @cached_property
    def when(self) -> Ints:
        """When payments are asked for. [microseconds since 1970]"""
        return self.keys.moment + self.cast.day * DAY

    @cached_property
    def channel(self) -> AnyArray:
        """Channel codes."""
        return self.world.habits.kinds.channel.take(self.facts.kind)

    @cached_property
    def remote(self) -> Ints:
        """Row numbers of remote rows."""
        return np.flatnonzero(self.channel == ECOMMERCE)

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
    world: World, cast: Cast, keys: Keys, facts: Facts, fraud: FraudRows, *, columns: Collection[str] | None = None
) -> pa.RecordBatch:
    """Build the rows of a block.

    Parameters
    ----------
    cast, keys, facts
        Accounts of the block, its keys in order, and the facts of each.
    fraud
        Fraudulent rows of the block, in the order of their keys.
    columns
        Columns to make; None makes all. Their order is always that of the table.

    Returns
    -------
    pyarrow.RecordBatch
        Rows that honour ``tables.Transactions``, sorted by (account, timestamp).
    """
    # a retry is a request of its own: its slot, not its intent, is what the columns below hash
    ids = combine(cast.accounts.take(keys.at), keys.slot)
    rows = _Rows(world, cast, keys, facts, fraud, ids, world.entities.merchants_on(cast.day))
    schema = schema_of(columns)
    made: dict[str, pa.Array] = {}
    for group, names in _GROUPS.items():
        if columns is None or not names.isdisjoint(columns):
            made |= group(rows)
    return pa.RecordBatch.from_arrays([made[name] for name in schema.names], schema=schema)


def schema_of(columns: Collection[str] | None) -> pa.Schema:
    """Arrow schema of some columns, in the table's order; None is all."""
    schema = transactions_schema()
    return schema if columns is None else pa.schema([field for field in schema if field.name in columns])


def need_purchases(columns: Collection[str] | None) -> bool:
    """Whether columns follow from what was bought, and not from who asked when alone."""
    return columns is None or not set(columns) <= _GROUPS[_identity] | _GROUPS[_truth]


def _type(name: str) -> pa.DataType:
    return transactions_schema().field(name).type


def _identity(rows: _Rows) -> dict[str, pa.Array]:
    facts = rows.facts
    return {
        "transaction_id": plain(facts.transaction, pa.int64()),
        "previous_txn_id": plain(facts.previous, pa.int64(), facts.previous >= 0),
        "card_id": plain(facts.card, pa.int64()),
        "customer_id": plain(rows.people + 1, pa.int64()),
        "timestamp": plain(rows.when, _type("timestamp")),
        "original_txn_id": plain(facts.original, pa.int64(), facts.original >= 0),
        "billing_currency": _coded("billing_currency", rows.billing, rows.world.entities.currencies),
    }


def _deal(rows: _Rows) -> dict[str, pa.Array]:
    facts, keys = rows.facts, rows.keys
    quarter = keys.moment // (SLOT_MINUTES * MINUTE)
    quarter += facts.codes.zone * np.int64(SLOTS)
    offset = rows.world.timing.rhythm_on(rows.cast.day).offset_minutes.ravel() * MINUTE
    local = rows.when + offset.take(quarter)
    kind = _TYPE_BY_CHANNEL.take(rows.channel)
    kind[np.flatnonzero(facts.original >= 0)] = REFUNDED
    return {
        "merchant_id": plain(rows.merchants.merchant_id.take(facts.merchant), pa.int64()),
        "local_time": plain(local, _type("local_time")),
        "transaction_type": _coded("transaction_type", kind, TRANSACTION_TYPES),
    }


def _money(rows: _Rows) -> dict[str, pa.Array]:
    world, facts = rows.world, rows.facts
    currency = facts.codes.currency.astype(np.int64)
    billing = rows.billing
    amount = world.prices.money.stored(facts.minor, currency)
    rates = world.prices.rates_on(rows.cast.day)
    # a payment in the card's own currency is billed to the cent
    billed = amount.copy()
    foreign = np.flatnonzero(currency != billing)
    own = billing[foreign]
    converted = np.rint(facts.euros[foreign] * rates.take(own) * world.prices.money.scale.take(own)).astype(np.int64)
    billed[foreign] = world.prices.money.stored(np.maximum(converted, 1), own)
    return {
        "amount": decimal(amount, _type("amount")),
        "currency": _coded("currency", currency, world.entities.currencies),
        "billing_amount": decimal(billed, _type("billing_amount")),
    }


def _place(rows: _Rows) -> dict[str, pa.Array]:
    world, codes = rows.world, rows.facts.codes
    positions = world.entities.seats.positions.take(rows.facts.merchant)
    channel = rows.channel
    located = channel != ECOMMERCE
    if world.config.nulls.latitude > 0:
        located &= rows.gaps[0] >= half_limit(world.config.nulls.latitude)
    return {
        "mcc": _coded("mcc", codes.mcc, world.entities.mccs),
        "merchant_country": _coded("merchant_country", codes.country, world.entities.countries),
        "latitude": plain(positions.real, pa.float32(), located),
        "longitude": plain(positions.imag, pa.float32(), located),
        "channel": _coded("channel", channel, CHANNELS),
    }


def _request(rows: _Rows) -> dict[str, pa.Array]:
    world, keys, facts, fraud = rows.world, rows.keys, rows.facts, rows.fraud
    remote = rows.remote
    response = np.zeros(len(keys), dtype=np.int8)
    refused = np.flatnonzero(keys.declined)
    level = (rows.words("response.code", refused) >> np.uint64(54)).view(np.int64)
    response[refused] = decline_codes(rows.channel[refused], level)
    response = rows.with_fraud(response, fraud.response)
    how, _ = half_words(rows.words("entry.mode"))
    liking = world.streams.draw("entry.taps").uniforms(rows.cast.people)
    taps = tap_limits(liking, world.config.spending.contactless_share).ravel()
    entry = entry_modes(
        rows.channel,
        recurring=keys.origin == SUBSCRIPTION,
        u=half_uniforms(how),
        taps=taps.take(keys.at * 2 + (facts.euros <= TAP_LIMIT_EUR)),
    )
    entry = rows.with_fraud(entry, fraud.entry)
    result = np.full(len(keys), NO_THREE_DS, dtype=np.int8)
    tried, outcome = halves(rows.words("three_ds", remote))
    result[remote] = three_ds(
        entry[remote],
        declined=response[remote] != 0,
        u=tried,
        outcome=outcome,
        euros=facts.euros[remote],
        share=world.habits.three_ds_share_of_keyed,
    )
    result = rows.with_fraud(result, fraud.three_ds)
    present = entry >= 0
    if world.config.nulls.entry_mode > 0:
        present &= rows.gaps[1] >= half_limit(world.config.nulls.entry_mode)
    return _online(rows) | {
        "entry_mode": _coded("entry_mode", entry, ENTRY_MODES, present),
        "three_ds": _coded("three_ds", result, THREE_DS_RESULTS, result != NO_THREE_DS),
        "response_code": _coded("response_code", response, RESPONSE_CODES),
        "is_approved": boolean(response == 0),
    }


def _online(rows: _Rows) -> dict[str, pa.Array]:
    """Devices and addresses; only those of remote rows are looked at."""
    streams, day, remote, nulls = rows.world.streams, rows.cast.day, rows.remote, rows.world.config.nulls
    n = len(rows.keys)
    people = rows.people[remote]
    choice, network = halves(rows.words("authorisation.online", remote))
    device = np.zeros(n, dtype=np.int64)
    device[remote] = devices(streams, people=people, choice=choice, day=day)
    address = np.zeros(n, dtype=np.uint32)
    noise = rows.words("authorisation.mobile", remote)
    address[remote] = addresses(streams, people=people, u=network, noise=noise, day=day)
    device = rows.with_fraud(device, rows.fraud.device)
    address = rows.with_fraud(address, rows.fraud.address, usual=0)
    seen, traced = half_words(rows.words("null.remote", remote))
    has_device, has_address = np.zeros((2, n), dtype=bool)
    has_device[remote] = seen >= half_limit(nulls.device_id)
    has_address[remote] = traced >= half_limit(nulls.ip_address)
    return {
        "device_id": plain(device, pa.int64(), has_device),
        "ip_address": plain(address, pa.uint32(), has_address),
    }


def _truth(rows: _Rows) -> dict[str, pa.Array]:
    is_fraud = rows.keys.origin == FRAUD
    scenario = np.zeros(len(is_fraud), dtype=np.int8)
    campaign, merchant_id = np.zeros((2, len(is_fraud)), dtype=np.int64)
    step = np.zeros(len(is_fraud), dtype=np.int16)
    known = np.zeros(len(is_fraud), dtype=bool)
    at, source = rows.fraudulent, rows.fraud.source
    scenario[at], campaign[at], step[at] = rows.fraud.scenario, rows.fraud.campaign, rows.fraud.step
    merchant_id[at], known[at] = rows.merchants.merchant_id.take(source, mode="clip"), source >= 0
    return {
        "is_fraud": boolean(is_fraud),
        "fraud_scenario": _coded("fraud_scenario", scenario, rows.world.scenario_names, is_fraud),
        "campaign_id": plain(campaign, pa.int64(), is_fraud),
        "campaign_step": plain(step, pa.int16(), is_fraud),
        "compromise_merchant_id": plain(merchant_id, pa.int64(), known),
    }


_GROUPS: Mapping[Callable[[_Rows], dict[str, pa.Array]], frozenset[str]] = {
    _identity: frozenset(
        {
            "transaction_id",
            "previous_txn_id",
            "card_id",
            "customer_id",
            "timestamp",
            "original_txn_id",
            "billing_currency",
        }
    ),
    _deal: frozenset({"merchant_id", "local_time", "transaction_type"}),
    _money: frozenset({"amount", "currency", "billing_amount"}),
    _place: frozenset({"mcc", "merchant_country", "latitude", "longitude", "channel"}),
    _request: frozenset({"entry_mode", "three_ds", "device_id", "ip_address", "response_code", "is_approved"}),
    _truth: frozenset({"is_fraud", "fraud_scenario", "campaign_id", "campaign_step", "compromise_merchant_id"}),
}
# what each group makes: a group is worked out only if one of its columns is asked for


@lru_cache(maxsize=64)
def _names(values: tuple[str, ...]) -> pa.Array:
    return pa.array(values, type=pa.string())


def _coded(column: str, codes: AnyArray, values: tuple[str, ...], valid: Bools | None = None) -> pa.Array:
    return coded(codes, _names(values), _type(column), valid)
