"""Large web shops: the giants of reference data, and the leaders of each country's web markets.

A web cell is a country and a category. Its first slots are the giants that are seated there, then its leaders, then
all others. No giant takes a cell's last slot, so that people always have a choice.

Belongs here: which slots of the landscape are whose. Does not belong here: how much is bought from them
(``spending.webs``) and what they are called (``merchant_names``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.units import AnyArray, Bools, Ints

SPARE = 3
"""A country gives up a web shop of its most common category for a giant if more than so many are left. [count]"""


def seat_giants(webs: Ints, countries: tuple[str, ...], reference: Reference) -> tuple[Ints, Ints]:
    """Find room for giants in web cells, and make some where a country has enough other web shops.

    Parameters
    ----------
    webs : (countries, categories)
        Web shops of each cell. [count]
    countries : (countries,)
        ISO 3166-1 alpha-2 codes.

    Returns
    -------
    (countries, categories), (giants, countries)
        Web shops of each cell, with unchanged sums by country; position of each giant within its cell of a country,
        -1 where it has no seat. [count], [-]
    """
    webs, taken = webs.copy(), np.zeros_like(webs)
    position = np.full((len(reference.giants), len(countries)), -1, dtype=np.int64)
    for number, giant in enumerate(reference.giants.values()):
        category = reference.category_code(giant.category)
        for country in (countries.index(code) for code in giant.seats if code in countries):
            needed = int(taken[country, category]) + 2
            while webs[country, category] < needed:
                largest = int(webs[country].argmax())
                if largest == category or webs[country, largest] <= max(SPARE, int(taken[country, largest]) + 1):
                    break
                webs[country, largest] -= 1
                webs[country, category] += 1
            if webs[country, category] >= needed:
                position[number, country] = taken[country, category]
                taken[country, category] += 1
    return webs, position


@dataclass(frozen=True)
class LargeWebShops:
    """Slots of giants and leaders, ascending. One entry per slot.

    Attributes
    ----------
    slot, cell
        Slot, and cell of the layout.
    giant
        Number of the giant in reference data; -1 for leaders.
    rank
        Place among the leaders of the cell, from 0; -1 for giants.
    """

    slot: Ints
    cell: Ints
    giant: Ints
    rank: Ints

    def giant_at(self, slots: Ints) -> Ints:
        """Number of the giant whose seat each slot is, -1 for others. (n,)"""
        at, found = places_of(self.slot, slots)
        return np.where(found, self.giant.take(at) if len(self.slot) else -1, -1)

    def has(self, slots: Ints) -> Bools:
        """Whether each slot is a large web shop. (n,)"""
        return places_of(self.slot, slots)[1]

    def serves(self, slots: Ints, category: Ints, reference: Reference) -> Bools:
        """Whether a giant is at each slot that sells a category besides its own. (n,)"""
        served = np.zeros((len(reference.giants) + 1, len(reference.categories)), dtype=bool)
        for row, giant in zip(served, reference.giants.values(), strict=False):
            row[[reference.category_code(name) for name in giant.serves]] = True
        return served[self.giant_at(slots), category]

    @classmethod
    def of(
        cls,
        *,
        cell_of: Ints,
        category: AnyArray,
        first_slot: Ints,
        size: Ints,
        position: Ints,
        reference: Reference,
    ) -> "LargeWebShops":
        """List them.

        Parameters
        ----------
        cell_of : (countries, categories)
            Web cells; -1 without one.
        category, first_slot, size : (cells,)
            Cells of the layout.
        position : (giants, countries)
            As :func:`seat_giants` gives it.
        """
        entries = []
        seated = np.zeros(len(size), dtype=np.int64)
        for number, giant in enumerate(reference.giants.values()):
            for country in np.flatnonzero(position[number] >= 0).tolist():
                cell = int(cell_of[country, reference.category_code(giant.category)])
                entries.append((int(first_slot[cell] + position[number, country]), cell, number, -1))
                seated[cell] += 1
        for cell in np.sort(cell_of[cell_of >= 0]).tolist():
            leaders = len(reference.categories[int(category[cell])].web_leaders)
            ranks = range(min(leaders, int(size[cell] - seated[cell]) - 1))
            entries += [(int(first_slot[cell] + seated[cell] + rank), cell, -1, rank) for rank in ranks]
        columns = np.array(sorted(entries), dtype=np.int64).reshape(-1, 4).T
        return cls(*columns)
