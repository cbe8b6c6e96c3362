"""The dial of difficulty: how parameters of scenarios move from realistic to easy and to hard.

One number per setting moves every parameter that says how far fraud differs from genuine habits.
Shares are raised to a power, so that 0 and 1, what a kind of fraud always or never does, stay.

Belongs here: the setting's number and the rules of movement. Does not belong here: which parameters
move and what they mean (each model of ``parameters`` says so).
"""

from collections.abc import Callable, Mapping
from typing import Literal

Movement = Literal["hides", "reveals", "longer", "fewer"]
"""What a parameter does to the fraud it belongs to when it grows: a share that hides or reveals it, a time that
makes it slower, a count that is smaller where fraud is hard to find."""

CANDOUR = {"easy": 0.45, "realistic": 1.0, "hard": 2.0}
"""How far fraud keeps to the holder's habits, by difficulty; 1 leaves every parameter as it is.
ASSUMPTION, tuned so that scores of detectors fall clearly from setting to setting. [unitless]"""

MOVEMENTS: Mapping[Movement, Callable[[float, float], float]] = {
    "hides": lambda value, candour: value ** (1 / candour),
    "reveals": lambda value, candour: value**candour,
    "longer": lambda value, candour: value * candour,
    "fewer": lambda value, candour: value / candour,
}
"""New value of a parameter by movement."""


def moved(values: Mapping[str, float | None], movements: Mapping[str, Movement], difficulty: str) -> dict[str, float]:
    """Values of the parameters that a setting moves.

    Parameters
    ----------
    values
        Parameters by name; None is left alone.
    movements
        How each of them moves.
    difficulty
        A key of ``CANDOUR``.

    Returns
    -------
    dict of str to float
        The parameters that differ from what they were; none for ``realistic``.
    """
    candour = CANDOUR[difficulty]
    if candour == 1.0:
        return {}
    found = {}
    for name, value in values.items():
        if value is not None:
            found[name] = MOVEMENTS[movements[name]](value, candour)
    return found
