"""The files of one store, checked alone and together: contracts, one world, keys that exist, links.

Files are read one after the other in chunks. Kept in between are the catalogs' keys, one entry per
card that has paid, and the ids that labels and refunds name.

Belongs here: what is read in which order. Does not belong here: the checks (``contract``, ``checks``,
``chain``, ``one_store``).
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from fraudsim_assets.quality.arrays import numbers
from fraudsim_assets.quality.catalog_reference import CatalogReference
from fraudsim_assets.quality.checker import TableChecker
from fraudsim_assets.quality.checks import DayChecker
from fraudsim_assets.quality.contract import ContractChecker
from fraudsim_assets.quality.day_rules import CHAIN_RULES
from fraudsim_assets.quality.decisions import DecisionChecker
from fraudsim_assets.quality.events import EventChecker
from fraudsim_assets.quality.history import REFUNDED_PURCHASES
from fraudsim_assets.quality.named import NamedTransactions
from fraudsim_assets.quality.one_store import (
    CATALOGS,
    FileVerdict,
    is_foreign,
    is_whole,
    judge_partitions,
    judge_worlds,
    partitions,
)
from fraudsim_assets.quality.refunded import Refunded, purchases_of
from fraudsim_assets.quality.results import CheckResult, Severity
from fraudsim_assets.quality.stored_files import StoredFile
from fraudsim_assets.quality.succession import Succession
from fraudsim_assets.tables import TABLES, arrow_schema
from fraudsim_assets.units import Ints, day_date

_DAILY = "transactions"
_KEYS = {
    "customers": ["customer_id", "valid_from", "valid_to"],
    "cards": ["card_id", "account_id", "customer_id", "currency", "valid_from", "valid_to"],
    "merchants": ["merchant_id", "slot", "mcc", "country", "currency", "time_zone", "valid_from", "valid_to"],
}
"""Columns of the catalogs that days are held against."""

_ORDER, *_LINKS = (rule.name for rule in CHAIN_RULES)


class FolderChecker:
    """Checks files of one folder, alone and together.

    Parameters
    ----------
    files
        Files with the same root.

    Attributes
    ----------
    verdicts
        One per file, in the order given.
    unjudged
        Sentences about what could not be judged, and why.
    """

    def __init__(self, files: Sequence[StoredFile]) -> None:
        self.verdicts = [FileVerdict(file) for file in files]
        self.unjudged: list[str] = []
        self._labelled = NamedTransactions({verdict.day for verdict in self._placed(_DAILY)})

    def run(self) -> None:
        """Read all files, and judge them.

        Raises
        ------
        StorageError
            If a file cannot be read.
        """
        judge_worlds(self.verdicts)
        judge_partitions(self.verdicts)
        daily = self._placed(_DAILY)
        for verdict in set(self.verdicts).difference(daily, *map(self._placed, ("account_events", "decisions"))):
            _judge_contract(verdict)
        reference = self._reference()
        self._judge_label_cards(reference)
        self._judge_events(reference)
        self._judge_decisions()
        self._look_for_refunded()
        self._judge_days(reference)
        self._judge_labels()
        self._judge_refunds()
        outside = {"labels": self._labelled.outside, "refunds": self._refunded.outside}
        told = " and ".join(f"{count:,} {kind}" for kind, count in outside.items() if count)
        if told:
            self.unjudged.append(f"{told} (of transactions on days that are not among the files)")

    def _placed(self, table: str) -> list[FileVerdict]:
        """Files of a table that lie as parts of a store do: with a day where the table has days."""
        dated = table not in CATALOGS
        return [
            v for v in self.verdicts if v.file.table == table and v.file.asset and (v.file.day is not None) == dated
        ]

    # --- catalogs ----------------------------------------------------------------------------

    def _reference(self) -> CatalogReference | None:
        """The catalogs as days see them, if all are there and keep their contracts."""
        files = {name: self._placed(name) for name in CATALOGS}
        absent = [name for name in CATALOGS if not files[name]]
        broken = [name for name in CATALOGS if any(_breaks_contract(verdict) for verdict in files[name])]
        if absent or broken:
            if any(self._placed(table) for table in (_DAILY, "fraud_labels", "account_events", "cards")):
                why = f"not among the files: {', '.join(absent)}" if absent else f"not as declared: {', '.join(broken)}"
                self.unjudged.append(f"keys into the catalogs, and links between transactions ({why})")
            return None
        reference = CatalogReference.of(**{name: _keys_of(name, files[name]) for name in CATALOGS})
        orphans = reference.card_id[reference.holder < 0]
        text = "customer_id is in the customer catalog"
        files["cards"][0].add(_missing_keys("holder_exists", text, "card", orphans))
        return reference

    # --- days --------------------------------------------------------------------------------

    def _judge_days(self, reference: CatalogReference | None) -> None:
        """Check days in order, each against the catalogs and, where the day before it is there, its links to it."""
        succession, asset = Succession(), None
        for partition in partitions(self._placed(_DAILY)):
            if partition[0].file.asset != asset:
                succession, asset = Succession(), partition[0].file.asset
            self._judge_day(partition, reference, succession)

    def _judge_day(
        self, partition: Sequence[FileVerdict], reference: CatalogReference | None, succession: Succession
    ) -> None:
        day = partition[0].day
        if reference is None:
            for verdict in partition:
                _judge_contract(verdict, seen=lambda batch: self._see(batch, day))
            return
        seen, history = reference.on(day_date(day)), succession.before(day)
        sound = _is_sound(partition)
        for verdict in partition:
            checker = DayChecker(seen, None, history=history)
            for batch in verdict.file.batches():
                if checker.add(batch):
                    self._see(batch, day)
                    succession.note(numbers(batch.column("card_id")), numbers(batch.column("transaction_id")), day)
            verdict.add(*checker.contract.results(), *checker.promises())
            sound &= _can_be_linked(verdict)
        if sound:
            succession.end(day)
        else:
            succession.forget()

    def _see(self, batch: pa.RecordBatch, day: int) -> None:
        """Look for transactions that labels and refunds name."""
        self._labelled.see(numbers(batch.column("transaction_id")), day)
        if self._refunded.wants(day):
            self._refunded.see(purchases_of(batch), day)

    # --- refunds -----------------------------------------------------------------------------

    def _look_for_refunded(self) -> None:
        """Note which purchases are to be found, on days of which every part is there and of the store's world."""
        self._refunded = NamedTransactions({p[0].day for p in partitions(self._placed(_DAILY)) if _is_sound(p)})
        for verdict, named in self._refunds():
            possible = named.possible(verdict.day)
            self._refunded.want(named.transaction[possible], named.day[possible])

    def _judge_refunds(self) -> None:
        rule = REFUNDED_PURCHASES
        for verdict, named in self._refunds():
            possible = named.possible(verdict.day)
            unfound = self._refunded.lost(named.transaction[possible], named.day[possible])
            lost = np.concatenate([named.transaction[~possible], unfound])
            verdict.add(_missing_keys(rule.name, rule.description, "purchase", lost))

    def _refunds(self) -> Iterator[tuple[FileVerdict, Refunded]]:
        for verdict in self._placed(_DAILY):
            named = None if is_foreign(verdict) else Refunded.of(verdict.file)
            if named is not None:
                yield verdict, named

    # --- events ------------------------------------------------------------------------------

    def _judge_events(self, reference: CatalogReference | None) -> None:
        """Check days of events, each part against the catalogs, if they are there."""
        for verdict in self._placed("account_events"):
            if reference is None:
                _judge_contract(verdict)
                continue
            _judge(verdict, EventChecker(reference.on(day_date(verdict.day))))

    # --- decisions ---------------------------------------------------------------------------

    def _judge_decisions(self) -> None:
        """Check days of decisions, each part by itself."""
        for verdict in self._placed("decisions"):
            _judge(verdict, DecisionChecker(day_date(verdict.day)))

    # --- labels ------------------------------------------------------------------------------

    def _judge_label_cards(self, reference: CatalogReference | None) -> None:
        """Hold the cards of labels against the catalog, and note which transactions are to be found."""
        for verdict in self._sound_labels():
            transactions, cards, days = _label_keys(verdict)
            self._labelled.want(transactions, days)
            if reference is not None:
                strangers = cards[~np.isin(cards, reference.card_id)]
                verdict.add(_missing_keys("card_exists", "card_id is in the card catalog", "card", strangers))

    def _judge_labels(self) -> None:
        text = "transaction_id is among the transactions of transaction_date, where that day is there"
        for verdict in self._sound_labels():
            transactions, _, days = _label_keys(verdict)
            lost = self._labelled.lost(transactions, days)
            verdict.add(_missing_keys("labelled_transaction_exists", text, "transaction", lost))

    def _sound_labels(self) -> list[FileVerdict]:
        return [verdict for verdict in self._placed("fraud_labels") if not _breaks_contract(verdict)]


def _judge(verdict: FileVerdict, checker: TableChecker) -> None:
    """Pass a file through the checker of its table."""
    for batch in verdict.file.batches():
        checker.add(batch)
    verdict.add(*checker.contract.results(), *checker.results()[1:])


def _is_sound(partition: Sequence[FileVerdict]) -> bool:
    """Whether all parts of a partition are there, and of the store's world."""
    return is_whole(partition) and not any(is_foreign(verdict) for verdict in partition)


def _judge_contract(verdict: FileVerdict, seen: Callable[[pa.RecordBatch], None] = lambda _: None) -> None:
    checker = ContractChecker(TABLES[verdict.file.table])
    for batch in verdict.file.batches():
        if checker.add(batch):
            seen(batch)
    verdict.add(*checker.results())


def _breaks_contract(verdict: FileVerdict) -> bool:
    declared = {result.name for result in ContractChecker(TABLES[verdict.file.table]).results()}
    return any(result.name in declared for result in verdict.failed)


def _can_be_linked(verdict: FileVerdict) -> bool:
    """Whether rows were in order and readable; if not, what was said about their links is taken back."""
    names = {result.name for result in verdict.failed}
    if _ORDER in names:
        verdict.failed = [result for result in verdict.failed if result.name not in _LINKS]
    return _ORDER not in names and not _breaks_contract(verdict)


def _keys_of(name: str, verdicts: Sequence[FileVerdict]) -> pa.Table:
    schema = pa.schema([arrow_schema(TABLES[name]).field(column) for column in _KEYS[name]])
    batches = [batch for verdict in verdicts for batch in verdict.file.batches(_KEYS[name])]
    return pa.Table.from_batches(batches, schema).unify_dictionaries()


def _label_keys(verdict: FileVerdict) -> tuple[Ints, Ints, Ints]:
    """Transaction, card and day of the transaction of each label. (n,), (n,), (n,)"""
    names = ["transaction_id", "card_id", "transaction_date"]
    batches = list(verdict.file.batches(names))
    found = [
        np.concatenate([np.empty(0, np.int64), *(numbers(batch.column(name)) for batch in batches)]) for name in names
    ]
    return found[0], found[1], found[2]


def _missing_keys(name: str, text: str, kind: str, ids: Ints) -> CheckResult:
    metrics: dict[str, float | int | str] = {"violations": len(ids)}
    if len(ids):
        metrics["example"] = f"{kind} {ids[0]}"
    return CheckResult(name, not len(ids), Severity.BLOCK, text, metrics)
