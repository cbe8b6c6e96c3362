"""What needs buy: the part of every kind of purchase that each need makes.

The one idea: purchases belong to needs of people. How often a need comes up over all people, and what is bought,
follows from the shares of the categories that it serves.

Belongs here: sharing kinds of purchase out among needs. Does not belong here: the needs themselves
(``reference_data``), and on which days a person's need comes up (``cells``).
"""

from collections.abc import Sequence

import numpy as np

from fraudsim_assets.reference_data import Category
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.units import Floats


def weights_of(needs: Sequence[Need], categories: Sequence[Category], share: Floats) -> Floats:
    """Share every kind of purchase out among the needs.

    Parameters
    ----------
    share : (kinds,)
        Share of each kind in all purchases; a kind is category * 2 + remote. [share]

    Returns
    -------
    (needs, kinds)
        Purchases of each kind that each need makes. What is bought by subscription alone belongs to none. [share]
    """
    part = np.zeros((len(needs), len(categories), 2))
    for n, need in enumerate(needs):
        for c, category in enumerate(categories):
            part[n, c, int(need.remote)] = need.serves.get(category.name, 0.0)
    total = part.sum(axis=0)
    for c, category in enumerate(categories):
        for remote in (0, 1):
            if total[c, remote] == 0 and not (remote and category.subscription_share > 0):
                taker = next(n for n, need in enumerate(needs) if need.others and need.remote == bool(remote))
                part[taker, c, remote] = total[c, remote] = 1.0
    part /= np.where(total > 0, total, 1.0)
    return part.reshape(len(needs), -1) * share
