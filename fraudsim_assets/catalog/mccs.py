"""Merchant category codes: what they stand for.

Belongs here: the published descriptions. Does not belong here: which codes a world uses (``reference_data``).
"""

from functools import lru_cache

import iso18245

from fraudsim_assets.errors import ConfigError


@lru_cache(maxsize=512)
def mcc_description(mcc: str) -> str:
    """What a merchant category code stands for: ISO 18245 text, else the largest network's.

    Raises
    ------
    ConfigError
        If the code is in none of the published lists.
    """
    try:
        entry = iso18245.get_mcc(mcc)
    except iso18245.MCCNotFound as error:
        raise ConfigError(f"merchant category code {mcc!r} is in no published list of ISO 18245 codes") from error
    return next(text for text in (entry.iso_description, entry.visa_description, entry.mastercard_description) if text)
