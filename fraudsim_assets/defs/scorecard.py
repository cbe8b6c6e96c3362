"""The scorecard asset: how near the days that are there come to published numbers.

Belongs here: which stored days are judged, one call into the core per day, and what the UI is
told. Does not belong here: measures, targets and pictures (``fraudsim_assets.evaluation``). The themes
are named here once more, so that loading the definitions loads no measures; a test compares them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
from pydantic import Field

from fraudsim_assets.defs.metadata import markdown_table, picture, rows_table, sparkline
from fraudsim_assets.defs.resources import simulation_of
from fraudsim_assets.defs.spec import CATALOGS, WorldSpec
from fraudsim_assets.errors import FraudsimError, StorageError
from fraudsim_assets.units import days_between, parse_day

if TYPE_CHECKING:
    from fraudsim_assets.config import Config
    from fraudsim_assets.evaluation.realism.evidence import View
    from fraudsim_assets.evaluation.realism.scorecard import Scorecard
    from fraudsim_assets.evaluation.series.tally import YearTally
    from fraudsim_assets.evaluation.targets import Verdict
    from fraudsim_assets.pages.drawing import Drawing
    from fraudsim_assets.storage import ParquetStore

THEME_CHECKS = {
    "activity_and_channel": "Cards, how often they are used, and by which channel.",
    "amounts": "Tickets, their spread, their tail, and how prices end.",
    "time": "Hours, weekdays, holidays, pay days and bursts.",
    "places_and_favourites": "Favourites, the popularity of merchants, distances and borders.",
    "answers_and_refunds": "Approvals, codes of declines, 3-D Secure, retries and refunds.",
    "sectors": "The mix of sectors by number, value and ticket.",
    "fraud": "The level of fraud, its mix, amounts and hours.",
    "lives": "Gaps between needs, ways between shops, months, households and what gives people away.",
}
"""Checks by name, each over the targets of one theme."""

PICTURES = ("week", "amounts", "merchants", "distance", "exploration", "sectors")
"""Pictures told to the UI; the report has them all."""


class JudgedDays(dg.Config):
    """Which of the days that are there are judged; by default the latest ones."""

    first_day: str | None = Field(default=None, description="First day, YYYY-MM-DD; without one, as `days` says.")
    last_day: str | None = Field(default=None, description="Last day, YYYY-MM-DD; without one, the latest there.")
    days: int | None = Field(
        default=None,
        ge=1,
        description="Number of days up to the last one that are judged; default: `orchestration.window_days`.",
    )


def scorecard_asset(spec: WorldSpec) -> dg.AssetsDefinition:
    """Scorecard of a world."""

    @dg.asset(
        key=spec.key("scorecard"),
        ins=spec.inputs(*CATALOGS),
        deps=[spec.key("transactions")],
        group_name=spec.name("realism"),
        owners=["team:fraud-data"],
        kinds={"python", "parquet"},
        tags={"domain": "payments", "synthetic": "true"},
        code_version=spec.day_version,
        io_manager_key=spec.name("catalog_io_manager"),
        required_resource_keys={spec.name("simulation")},
        check_specs=[
            dg.AssetCheckSpec(
                name, asset=spec.key("scorecard"), description=f"Nine of ten published numbers are met. {meaning}"
            )
            for name, meaning in THEME_CHECKS.items()
        ],
    )
    def scorecard(
        context: dg.AssetExecutionContext,
        config: JudgedDays,
        customers: pa.Table,
        cards: pa.Table,
        merchants: pa.Table,
    ) -> Iterator[Any]:
        """How near the stored payments come to published numbers about real ones, target by target.

        Reads the latest days of `transactions` that are there (or those that the launchpad names), one
        after the other, and keeps one row per target. Days in between that are missing, or that were
        made from other settings, are named in the metadata. Beside the table lies `scorecard.html`, a
        page with all pictures, tables and sources that needs no other file. Where the days hold a whole year
        of which the country's daily payments are published, both years are compared day by day as well.
        """
        from fraudsim_assets.evaluation.realism.evidence import Evidence
        from fraudsim_assets.evaluation.realism.pictures import draw
        from fraudsim_assets.evaluation.realism.scorecard import evaluate
        from fraudsim_assets.evaluation.realism.writing import documents, verdict_table
        from fraudsim_assets.evaluation.series.tally import YearTally, whole_years
        from fraudsim_assets.storage import PartKey

        simulation = simulation_of(context, spec)
        store = simulation.store
        days, left_out = judged_days(store, simulation.config, config)
        evidence = Evidence.empty(simulation.world(customers, merchants, cards))
        tallies = [YearTally.empty(evidence.world, series) for series in whole_years(simulation.config, days)]
        for day in days:
            for collector in (evidence, *tallies):
                collector.add_day(day, store.scan([PartKey("transactions", day.isoformat())]))
            context.log.info("%s collected", day)
        card, view = evaluate(evidence), evidence.view()
        pictures = draw(view)
        texts, drawn = documents(simulation.config, card, pictures), shown(pictures, view)
        for tally in tallies:
            page, pictured = year_told(simulation.config, tally)
            texts, drawn = texts | page, drawn | pictured
        pages = {
            name: store.write_document("scorecard", name, text, media_type=MEDIA_TYPES[name.rpartition(".")[2]])
            for name, text in texts.items()
        }
        yield dg.Output(verdict_table(card), metadata=told(card, days, left_out, pages) | drawn)
        yield from checks(card)

    return scorecard


MEDIA_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}


def judged_days(store: "ParquetStore", settings: "Config", wanted: JudgedDays) -> tuple[list[date], list[date]]:
    """Days to judge, and days made from other settings, which are not.

    Raises
    ------
    ConfigError
        If one of the days is none.
    StorageError
        If no day is left.
    """
    from fraudsim_assets.config import lasting_digest, stored_config
    from fraudsim_assets.config.provenance import CONFIG
    from fraudsim_assets.storage import PartKey

    named = {name: getattr(wanted, name) for name in ("first_day", "last_day")}
    first, last = (parse_day(name, day).isoformat() if day else "" for name, day in named.items())
    there = [day for day in store.list_partitions("transactions") if first <= day <= (last or day)]
    if not wanted.first_day or wanted.days:
        there = there[-(wanted.days or settings.orchestration.window_days) :]
    if not there:
        raise StorageError("no day of transactions is there in the range asked for; materialise one first")
    wanted_digest = lasting_digest(settings)

    @cache
    def is_ours(text: str) -> bool:
        with suppress(FraudsimError):
            return lasting_digest(stored_config({CONFIG: text})) == wanted_digest
        return False

    ours = {day for day in there if is_ours(store.metadata(PartKey("transactions", day)).facts.get(CONFIG, ""))}
    if not ours:
        raise StorageError(
            f"all {len(there)} days of transactions, {there[0]} to {there[-1]}, were made from other settings than "
            "those in force; materialise transactions again"
        )
    days = [date.fromisoformat(day) for day in there]
    return [d for d in days if d.isoformat() in ours], [d for d in days if d.isoformat() not in ours]


def told(card: "Scorecard", days: Sequence[date], left_out: Sequence[date], pages: Mapping[str, str]) -> dict[str, Any]:
    """Metadata in words and numbers."""
    from fraudsim_assets.evaluation.realism.scorecard import summary

    between = set(days_between(days[0], days[-1]))
    numbers = dict(summary(card))
    return {
        **{name: float(value) if name == "share_met" else value for name, value in numbers.items()},
        "missing_days": ranges(sorted(between - set(days) - set(left_out))),
        "days_of_other_settings": ranges(left_out),
        "misses": dg.MetadataValue.md(markdown_table([_row(verdict) for verdict in card.misses]) or "none"),
        **{name.replace(".", "_"): dg.MetadataValue.path(uri) for name, uri in pages.items()},
    }


def shown(pictures: "Mapping[str, Drawing]", view: "View") -> dict[str, Any]:
    """Metadata in pictures: one that fits in line, the others behind links."""
    hours = view.sum("week_number").reshape(-1, 7, 24).sum(axis=(0, 1))
    found = {"hours_local": sparkline(list(hours), label="payments by local hour")}
    return found | {
        f"picture_{name}": picture(pictures[name].svg(), label=name) for name in PICTURES if name in pictures
    }


def year_told(settings: "Config", tally: "YearTally") -> tuple[dict[str, str], dict[str, Any]]:
    """Documents of a year beside a published one, by file name, and metadata: its correlation and its pictures."""
    from fraudsim_assets.evaluation.series.comparison import compare
    from fraudsim_assets.evaluation.series.writing import documents, pictures

    year = compare(tally)
    drawn = pictures(year)
    name = year.series.name
    texts = {f"{name}_{file}": text for file, text in documents(settings, year, drawn).items()}
    total = next(found for found in year.comparisons.values() if found.line.is_total)
    told = {f"{name}_correlation": total.correlation, f"{name}_met": year.met, f"{name}_measured": year.measured}
    return texts, told | {
        f"picture_{label.replace('-', '_')}": picture(drawing.svg(), label=label) for label, drawing in drawn.items()
    }


def checks(card: "Scorecard") -> Iterator[dg.AssetCheckResult]:
    """One verdict per theme; a miss warns and stops nothing."""
    from fraudsim_assets.evaluation.realism.measures import themes

    for name in themes():
        part = card.within(name)
        table = rows_table(_row(verdict) for verdict in part.misses)
        yield dg.AssetCheckResult(
            check_name=check_name(name),
            passed=part.is_good,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{part.met} of {part.measured} measurable targets met",
            metadata={
                "share_met": round(part.share_met, 4) if part.measured else 1.0,
                "met": part.met,
                "missed": part.missed,
                "not_measurable": len(part.verdicts) - part.measured,
                **({"misses": table} if table else {}),
            },
        )


def check_name(theme: str) -> str:
    """Name of the check of a theme."""
    return theme.lower().replace(" ", "_")


def ranges(days: Sequence[date]) -> str:
    """Days in words: how many, and from when to when."""
    if not days:
        return "none"
    return str(days[0]) if len(days) == 1 else f"{len(days)} from {days[0]} to {days[-1]}"


def _row(verdict: "Verdict") -> dict[str, Any]:
    aim = verdict.aim
    return {
        "target": verdict.target.id,
        "what": verdict.target.name,
        "measured": f"{verdict.measured:.4g}",
        "from": f"{aim.low:.4g}",
        "to": f"{aim.high:.4g}",
        "certainty": aim.mark,
    }
