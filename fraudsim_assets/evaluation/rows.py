"""Rows of a batch of transactions as numpy columns, joined with what the catalogs know of them.

Belongs here: reading columns, looking their entities up, and what follows from a row alone. Does not belong
here: what is counted or learned from rows (``realism``, ``difficulty``) and what it should be (``targets``).
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa

from fraudsim_assets.catalog.entities import Merchants, codes_of
from fraudsim_assets.evaluation.targets import EEA
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import World
from fraudsim_assets.tables.codes import (
    CHANNELS,
    ENTRY_MODES,
    RESPONSE_CODES,
    THREE_DS_RESULTS,
    TRANSACTION_TYPES,
)
from fraudsim_assets.units import AMOUNT_SCALE, DAY, DAY_MINUTES, HOUR, MINUTE, AnyArray, Bools, Floats, Ints

COLUMNS = (
    "transaction_id",
    "card_id",
    "customer_id",
    "merchant_id",
    "timestamp",
    "local_time",
    "transaction_type",
    "original_txn_id",
    "amount",
    "currency",
    "billing_amount",
    "billing_currency",
    "merchant_country",
    "channel",
    "entry_mode",
    "three_ds",
    "device_id",
    "ip_address",
    "response_code",
    "is_fraud",
)
"""Columns of the transactions table that the scorecard reads."""


DOMESTIC, SAME_REGION, OUTSIDE = range(3)
"""Where a merchant is, as seen from the customer's home country."""

_WEEK_HOURS = 168
_THURSDAY = 3


@dataclass(frozen=True)
class Rows:
    """One batch of one UTC day.

    Attributes
    ----------
    world
        Catalogs and configuration the rows were made from.
    day
        Day number.
    batch
        Columns of ``COLUMNS``, in any order.
    """

    world: World
    day: int
    batch: pa.RecordBatch

    def __len__(self) -> int:
        return self.batch.num_rows

    def _column(self, name: str) -> pa.Array:
        return self.batch.column(self.batch.schema.get_field_index(name))

    def _integers(self, name: str) -> Ints:
        column = self._column(name)
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", tz=column.type.tz)).view(pa.int64())
        column = column.cast(pa.int64())
        return column.fill_null(-1).to_numpy(zero_copy_only=False)

    def _codes(self, name: str, values: tuple[str, ...]) -> Ints:
        column = self._column(name)
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        valid = column.is_valid().to_numpy(zero_copy_only=False)
        names = pa.chunked_array([pa.DictionaryArray.from_arrays(column.indices.fill_null(0), column.dictionary)])
        if len(column.dictionary) == 0:
            return np.full(len(column), -1, dtype=np.int64)
        return np.where(valid, codes_of(names, values), -1)

    def _thousandths(self, name: str) -> Ints:
        column = self._column(name)
        wide = np.frombuffer(column.buffers()[1], dtype=np.int64).reshape(-1, 2)
        return wide[column.offset : column.offset + len(column), 0]

    @cached_property
    def customer(self) -> Ints:
        """Customer index. (n,)"""
        return self._integers("customer_id") - 1

    @cached_property
    def account(self) -> Ints:
        """Account index: a reissued card belongs to the account of its first plastic. (n,)"""
        return (self._integers("card_id") - 1) % self.world.entities.n_accounts

    @cached_property
    def slot(self) -> Ints:
        """Merchant slot. (n,)"""
        return (self._integers("merchant_id") - 1) % self.world.entities.n_slots

    @cached_property
    def merchant(self) -> Ints:
        """Merchant id. (n,)"""
        return self._integers("merchant_id")

    @cached_property
    def transaction(self) -> Ints:
        """Transaction id. (n,)"""
        return self._integers("transaction_id")

    @cached_property
    def original(self) -> Ints:
        """Transaction id given back, else -1. (n,)"""
        return self._integers("original_txn_id")

    @cached_property
    def device(self) -> Ints:
        """Device that ordered; -1 for none. (n,)"""
        return self._integers("device_id")

    @cached_property
    def address(self) -> Ints:
        """Address that ordered, as a number; -1 for none. (n,)"""
        return self._integers("ip_address")

    @cached_property
    def moment(self) -> Ints:
        """UTC time since 1970. (n,) [microseconds]"""
        return self._integers("timestamp")

    @cached_property
    def local(self) -> Ints:
        """Clock time at the merchant since 1970. (n,) [microseconds]"""
        return self._integers("local_time")

    @cached_property
    def week_hour(self) -> Ints:
        """Hour of the calendar week, Monday 0 h is 0: at the merchant, at home for remote rows. (n,) [0 to 167]"""
        return (self.payer_time // HOUR + _THURSDAY * 24) % _WEEK_HOURS

    @cached_property
    def payer_time(self) -> Ints:
        """Clock time since 1970 where the customer is: at the merchant, at home for remote rows. (n,) [microseconds]"""
        entities = self.world.entities
        zone = entities.city_zone.take(entities.customer_city.take(self.person))
        quarter = np.clip(self.moment % DAY // (15 * MINUTE), 0, 95)
        home = self.moment + self.world.timing.rhythm_on(self.day).offset_minutes[zone, quarter] * MINUTE
        return np.where(self.channel == CHANNELS.index("ecommerce"), home, self.local)

    @cached_property
    def clock_hour(self) -> Ints:
        """Hour of the clock at the merchant. (n,) [0 to 23]"""
        return self.local % DAY // HOUR

    @cached_property
    def weekday(self) -> Ints:
        """Day of the week at the merchant, Monday is 1. (n,) [1 to 7]"""
        return (self.local // DAY + _THURSDAY) % 7 + 1

    @cached_property
    def kind(self) -> Ints:
        """Transaction type: 0 purchase, 1 refund, 2 withdrawal. (n,)"""
        return self._codes("transaction_type", TRANSACTION_TYPES)

    @cached_property
    def channel(self) -> Ints:
        """Channel: 0 in store, 1 remote, 2 cash machine. (n,)"""
        return self._codes("channel", CHANNELS)

    @cached_property
    def entry(self) -> Ints:
        """Position in ``ENTRY_MODES``; -1 where missing. (n,)"""
        return self._codes("entry_mode", ENTRY_MODES)

    @cached_property
    def charged(self) -> Bools:
        """Charged by the merchant to a card on file: ordered from no device and no address. (n,)"""
        return (self.entry == ENTRY_MODES.index("credential_on_file")) & (self.device < 0) & (self.address < 0)

    @cached_property
    def three_ds(self) -> Ints:
        """Position in ``THREE_DS_RESULTS``; -1 for none. (n,)"""
        return self._codes("three_ds", THREE_DS_RESULTS)

    @cached_property
    def response(self) -> Ints:
        """Position in ``RESPONSE_CODES``; 0 approves. (n,)"""
        return self._codes("response_code", RESPONSE_CODES)

    @cached_property
    def fraud(self) -> Bools:
        """Fraudulent. (n,)"""
        return self._column("is_fraud").to_numpy(zero_copy_only=False)

    @cached_property
    def category(self) -> Ints:
        """Category of the merchant. (n,)"""
        return self._shops.seats.category.take(self.slot)

    @cached_property
    def _shops(self) -> Merchants:
        return self.world.entities.merchants_on(self.day)

    @cached_property
    def amount(self) -> Ints:
        """Amount in the merchant's currency. (n,) [thousandths]"""
        return self._thousandths("amount")

    @cached_property
    def currency(self) -> Ints:
        """Currency of the merchant, an index. (n,)"""
        return self._codes("currency", self.world.entities.currencies)

    @cached_property
    def billed(self) -> Floats:
        """Amount on the customer's bill. (n,) [billing currency]"""
        return self._thousandths("billing_amount") / 10.0**AMOUNT_SCALE

    @cached_property
    def billing_currency(self) -> Ints:
        """Currency of the bill, an index. (n,)"""
        return self._codes("billing_currency", self.world.entities.currencies)

    @cached_property
    def euros(self) -> Floats:
        """Amount at the day's exchange rate. (n,) [EUR]"""
        rates = self.world.prices.rates_on(self.day)
        return self.amount / (10.0**AMOUNT_SCALE * rates.take(self.currency))

    @cached_property
    def billed_euros(self) -> Floats:
        """Amount on the customer's bill at the billing currency's usual rate. (n,) [EUR]"""
        rates = np.array([packaged().currency(code).units_per_euro for code in self.world.entities.currencies])
        return self.billed / rates.take(self.billing_currency)

    @cached_property
    def person(self) -> Ints:
        """Customer row valid on the day. (n,)"""
        return self.world.entities.customer_versions.rows(self.customer, self.day)

    @cached_property
    def home_country(self) -> Ints:
        """Country of the customer's home, an index. (n,)"""
        entities = self.world.entities
        return entities.city_country.take(entities.customer_city.take(self.person))

    @cached_property
    def region(self) -> Ints:
        """DOMESTIC, SAME_REGION or OUTSIDE. (n,)"""
        table, countries = region_table(self.world.entities.countries), len(self.world.entities.countries)
        return table.ravel().take(self.home_country * countries + self.merchant_country)

    @cached_property
    def merchant_country(self) -> Ints:
        """Country of the merchant, an index. (n,)"""
        return self._codes("merchant_country", self.world.entities.countries)

    @cached_property
    def home_km(self) -> Floats:
        """Distance from the customer's home to the merchant. (n,) [km]"""
        homes = home_positions(self.world).take(self.person, axis=0)
        return great_circle_km(homes[:, 0], homes[:, 1], self.latitude, self.longitude)

    @cached_property
    def latitude(self) -> Floats:
        """Latitude of the merchant, known even where the row's own is missing. (n,) [degrees]"""
        return self._shops.seats.positions.take(self.slot).real.astype(np.float64)

    @cached_property
    def longitude(self) -> Floats:
        """Longitude of the merchant. (n,) [degrees]"""
        return self._shops.seats.positions.take(self.slot).imag.astype(np.float64)

    @cached_property
    def home_population(self) -> Floats:
        """Population of the home city. (n,) [people]"""
        return self.world.landscape.layout.places.population.take(self.world.entities.customer_city.take(self.person))

    @cached_property
    def shop_is_open(self) -> Bools:
        """Whether the merchant is open at the local time of the row. (n,)"""
        minute = (self.local % DAY) // MINUTE
        opens, closes = self._shops.occupants.opening_hours[self._shops.hours.take(self.slot)].T
        return ((minute >= opens) & (minute < closes)) | (minute + DAY_MINUTES < closes)

    @cached_property
    def clock_is_right(self) -> Bools:
        """Whether local minus UTC time is the merchant zone's offset at that moment. (n,)"""
        return offset_holds(self.world, self._shops.seats.codes.take(self.slot).zone, self.moment, self.local)


@lru_cache(maxsize=16)
def region_table(countries: tuple[str, ...]) -> AnyArray:
    """Region of a merchant's country as seen from a home country. (c, c)"""
    eea = np.array([code in EEA for code in countries])
    table = np.where(eea[:, None] & eea[None, :], SAME_REGION, OUTSIDE)
    np.fill_diagonal(table, DOMESTIC)
    return table


@lru_cache(maxsize=2)
def home_positions(world: World) -> Floats:
    """Latitude and longitude of homes by customer row. (rows, 2) [degrees]"""
    table = world.catalogs.customers
    return np.stack([table[name].to_numpy().astype(np.float64) for name in ("latitude", "longitude")], axis=1)


def offset_holds(world: World, zone: Ints, moment: Ints, local: Ints) -> Bools:
    """Compare offsets with the time zone database, through the offsets at each quarter hour. (n,)"""
    day, quarter = moment // DAY, moment % DAY // (15 * MINUTE)
    holds = np.zeros(len(moment), dtype=bool)
    for number in np.unique(day):
        rows = np.flatnonzero(day == number)
        offsets = world.timing.rhythm_on(int(number)).offset_minutes[zone[rows], quarter[rows]]
        holds[rows] = local[rows] - moment[rows] == offsets * MINUTE
    return holds
