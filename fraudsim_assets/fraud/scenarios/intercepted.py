"""Cards that never reach their holder: taken from the post or the letter box, and used at once.

References
----------
Target A22: ECB, sixth report on card fraud, 2020: about 3 % of fraud with the card present.

Belongs here: whose new card is on its way. Does not belong here: the use of the card, which follows the general
pattern.
"""

import numpy as np

from fraudsim_assets.catalog.cards import last_issued
from fraudsim_assets.config.scenarios import InterceptionParameters
from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.pattern import Pattern
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.streams import below, combine
from fraudsim_assets.units import Ints

LETTERS = 1024
"""Letters that a thief looks at; without a new card among them the newest is taken. ASSUMPTION. [count]"""

_AT_ONCE = 64
# campaigns whose letters are looked at together: more of them outgrow the caches of processors


class CardNotReceived(Pattern[InterceptionParameters]):
    """The general pattern, with a card that was issued some days before."""

    name = "card_not_received"
    parameters_model = InterceptionParameters

    def strike(self, parameters: InterceptionParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        """Choose accounts whose regular plastic was issued so many days before the campaign starts."""
        pieces = np.array_split(np.arange(len(campaigns)), len(campaigns) // _AT_ONCE + 1)
        return np.concatenate([self._struck(parameters, campaigns.take(some), scene) for some in pieces])

    def _struck(self, parameters: InterceptionParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        entities = scene.society.entities
        letters = combine(campaigns.number.repeat(LETTERS), np.tile(np.arange(LETTERS), len(campaigns.number)))
        account = below(campaigns.draw("letter").words(letters), entities.n_accounts)
        day = scene.clock.days_of(campaigns.start).repeat(LETTERS) - 1
        issued = last_issued(
            scene.society.reference, scene.streams, account, entities.account_product.take(account), day
        )
        days = (day + 1 - issued).reshape(-1, LETTERS)
        days[days <= int(parameters.within_days)] = 0  # the first of those that are new enough
        return account.reshape(-1, LETTERS)[np.arange(len(days)), days.argmin(axis=1)]
