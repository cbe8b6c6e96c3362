"""Genuine rows: what people pay on a day, with the answers of the issuer and what they try again.

Belongs here: the order in which a block's genuine rows come to be. Does not belong here: refunds and fraud,
which join them in ``composition``.
"""

from fraudsim_assets.simulation.answers import answered, refused_charges, with_retries
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.charges import charge_rows
from fraudsim_assets.simulation.encores import encores
from fraudsim_assets.simulation.keys import Occasions, occasions_on
from fraudsim_assets.simulation.means import Means
from fraudsim_assets.simulation.purchases import occasion_rows
from fraudsim_assets.simulation.rows import Rows
from fraudsim_assets.simulation.world import World


def genuine_rows(world: World, cast: Cast) -> Rows:
    """Genuine rows of a block, in no useful order and without slots."""
    return Rows.join(genuine_parts(world, cast))


def genuine_parts(world: World, cast: Cast, occasions: Occasions | None = None) -> list[Rows]:
    """Genuine rows of a block as :func:`genuine_rows` has them, in parts: at least one.

    Parameters
    ----------
    cast
        People with all their accounts.
    occasions
        Needs that come up on the day, if they are known.
    """
    found = occasions_on(world, cast.crowd) if occasions is None else occasions
    asked = occasion_rows(world, cast, found)
    means = Means.of(world, cast, asked.at)
    met = answered(world, cast, asked, means)
    further = encores(world, cast, met)
    paid = Rows.join([met, answered(world, cast, further, means)]) if len(further) else met
    parts = with_retries(world, cast, paid, means)
    charges = world.habits.subscriptions.due(world.streams, accounts=cast.accounts, day=cast.day)
    if len(charges.at):
        parts.append(refused_charges(world, cast, charge_rows(world, cast, charges), charges))
    return [part for part in parts if len(part)] or [paid]
