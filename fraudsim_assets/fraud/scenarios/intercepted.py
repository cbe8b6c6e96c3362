"""Cards that never reach their holder: taken from the post or the letter box, and used at once.

References
----------
Target A22: ECB, sixth report on card fraud, 2020: about 3 % of fraud with the card present.

Belongs here: whose new card is on its way. Does not belong here: the use of the card, which follows the general
pattern.
"""

import numpy as np

from fraudsim_assets.config.scenarios import InterceptionParameters
from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.pattern import Pattern
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.streams import below
from fraudsim_assets.units import Ints

FEWEST = 4
"""Cards among which one is chosen, the latest issued, where fewer are on their way: small worlds. [count]"""


class CardNotReceived(Pattern[InterceptionParameters]):
    """The general pattern, with a card that was issued some days before."""

    name = "card_not_received"
    parameters_model = InterceptionParameters

    def strike(self, parameters: InterceptionParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        """Choose accounts whose regular plastic was issued so many days before the campaign starts."""
        issued, account = scene.cache(_issued, most=1).get(0)
        day = scene.clock.days_of(campaigns.start)
        end = np.maximum(np.searchsorted(issued, day, side="left"), 1)
        first = np.searchsorted(issued, day - int(parameters.within_days), side="left")
        first = np.clip(np.minimum(first, end - FEWEST), 0, None)
        return account[first + below(campaigns.draw("letter").words(campaigns.number), end - first)]


def _issued(scene: Scene, _: int) -> tuple[Ints, Ints]:
    """Days on which regular plastics were issued, ascending, and their accounts. Two of (plastics,)"""
    versions = scene.society.entities.account_versions
    count = np.diff(np.append(versions.first, len(versions.valid_from)))
    account = np.repeat(np.arange(len(count)), count)
    order = np.argsort(versions.valid_from, kind="stable")
    return versions.valid_from[order].astype(np.int64), account[order]
