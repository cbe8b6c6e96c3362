"""The asset ``policy_evaluation``: what policies would have saved in a world, as a table and a page.

Belongs here: settings of the launchpad, one call into the core, and what the UI is told. Does not belong here:
policies, trials and the ledger (``fraudsim_assets.policies``).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import dagster as dg
import pyarrow as pa
from pydantic import Field

from fraudsim_assets.defs.metadata import markdown_table, picture
from fraudsim_assets.defs.resources import simulation_of
from fraudsim_assets.defs.spec import CATALOGS, WorldSpec
from fraudsim_assets.units import days_between, parse_day

if TYPE_CHECKING:
    from fraudsim_assets.policies.contest import Contest
    from fraudsim_assets.simulation import World

HALF_A_CENT = 0.005
"""Rounding of sums that are equal. [EUR]"""

CHECKS = {
    "no_truth_for_policies": "No column of ground truth, and no answer to a payment before it is decided about, "
    "reached a policy.",
    "ledger_adds_up": "The books of each policy say of every day what the day says that is made again from its log "
    "alone: payments, approvals, fraud and its value; and what the log says its actions cost.",
}
"""Checks by name."""


class PolicyEvaluation(dg.Config):
    """Which policies are tried, and on which days."""

    policies: list[str] = Field(
        default=["rules", "oracle"],
        description="nothing, rules, trees, oracle, a file of rules (.yaml), a model (.onnx), module:function, or a "
        "folder of decisions.",
    )
    start: str | None = Field(default=None, description="First day, YYYY-MM-DD; without one, 60 days into the world.")
    days: int = Field(default=14, ge=1, le=3_660, description="Number of days.")
    view: Literal["both", "issuer", "merchant"] = Field(default="both", description="Whose money is counted.")
    explore: float = Field(
        default=0.0, ge=0.0, le=1.0, description="Share of refusals that are let through after all, to learn from them."
    )


def policy_asset(spec: WorldSpec) -> dg.AssetsDefinition:
    """Evaluation of policies in a world."""

    @dg.asset(
        key=spec.key("policy_evaluation"),
        ins=spec.inputs(*CATALOGS),
        group_name=spec.name("realism"),
        owners=["team:fraud-data"],
        kinds={"python", "parquet"},
        tags={"domain": "payments", "synthetic": "true"},
        code_version=spec.day_version,
        io_manager_key=spec.name("catalog_io_manager"),
        required_resource_keys={spec.name("simulation")},
        check_specs=[
            dg.AssetCheckSpec(name, asset=spec.key("policy_evaluation"), description=about)
            for name, about in CHECKS.items()
        ],
    )
    def policy_evaluation(
        context: dg.AssetExecutionContext,
        config: PolicyEvaluation,
        customers: pa.Table,
        cards: pa.Table,
        merchants: pa.Table,
    ) -> Iterator[Any]:
        """What policies would have saved: each goes through the same days of the same people, decision by decision.

        Makes the days again, since decisions change what happens afterwards; stored days are not read. One row per
        policy and day, with the ledger in euros and counts. Beside the table lies `policy_evaluation.html`, a page with
        curves that needs no other file.
        """
        from fraudsim_assets.policies.contest import hold
        from fraudsim_assets.policies.loading import load_policy
        from fraudsim_assets.policies.telling import HEAD, page, table

        simulation = simulation_of(context, spec)
        begin = simulation.config.start_date + timedelta(days=60)
        first = parse_day("start", config.start) if config.start else begin
        world = simulation.world(customers, merchants, cards)
        days = days_between(first, first + timedelta(days=config.days - 1))
        entrants = [load_policy(text, simulation.config, days) for text in config.policies]
        contest = hold(world, entrants, days, explored=config.explore, advance=context.log.info)
        html = page(contest, world.config, config.view)
        uri = simulation.store.write_document(
            "policy_evaluation", "policy_evaluation.html", html, media_type="text/html; charset=utf-8"
        )
        rows = [dict(zip(HEAD, row, strict=True)) for row in table(contest, config.view)]
        told = {f"net_{name}": float(contest.net(name, config.view).sum()) for name in contest.results}
        shown = {"policies": dg.MetadataValue.md(markdown_table(rows)), "page": dg.MetadataValue.path(uri)}
        yield dg.Output(contest.table(), metadata=told | shown | _pictures(contest, config.view))
        yield from _checks(contest, world)

    return policy_evaluation


def _pictures(contest: "Contest", view: Literal["both", "issuer", "merchant"]) -> dict[str, Any]:
    from fraudsim_assets.policies.telling import net_curves, trade_off

    return {
        "picture_net": picture(net_curves(contest, view).svg(), label="net"),
        "picture_trade_off": picture(trade_off(contest).svg(), label="trade_off"),
    }


def _checks(contest: "Contest", world: "World") -> Iterator[dg.AssetCheckResult]:
    from fraudsim_assets.policies.audit import gaps
    from fraudsim_assets.policies.sight import ANSWER, TRUTH

    leaked = sorted(contest.shown & {*TRUTH, *ANSWER})
    yield dg.AssetCheckResult(
        check_name="no_truth_for_policies",
        passed=not leaked and bool(contest.shown),
        metadata={"columns_shown": len(contest.shown), "leaked": ", ".join(leaked) or "none"},
    )
    found = gaps(world, contest)
    largest = {name: float(found[name].abs().max()) for name in found.columns[2:]}  # pyright: ignore[reportArgumentType]
    yield dg.AssetCheckResult(
        check_name="ledger_adds_up",
        passed=max(largest.values()) < HALF_A_CENT,
        metadata={"days": found.height, **largest},
    )
