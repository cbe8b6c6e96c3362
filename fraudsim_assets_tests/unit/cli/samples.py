"""Policies for tests of the command line."""

from fraudsim_assets.policies.sight import Sight


def some(sight: Sight) -> list[str]:
    """Refuses one payment in fifty, by its number."""
    return ["decline" if number % 50 == 0 else "approve" for number in sight.payments["transaction_id"]]


def _bound() -> object:
    def here(sight: Sight) -> list[str]:
        return some(sight)

    return here


bound_here = _bound()
