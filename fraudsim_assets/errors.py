"""The exceptions a user may meet.

Belongs here: one class per kind of trouble a caller can act on, each with a message that names
the field, the value and what would be valid. Does not belong here: handling of errors.
"""


class FraudsimError(Exception):
    """Base of every error this package raises on purpose."""


class ConfigError(FraudsimError):
    """The configuration is wrong: unknown key, missing file, wrong type or impossible value."""


class ContractError(FraudsimError):
    """Data does not honour its table's contract, or was written by another schema version."""


class CatalogMismatchError(FraudsimError):
    """The catalogs at hand were made from another configuration or seed than the one in force."""


class WorldMismatchError(FraudsimError):
    """The store belongs to another world than the one in force, or is being given to another."""


class ScenarioError(FraudsimError):
    """A fraud scenario plugin is missing, broken or returned something it must not."""


class StorageError(FraudsimError):
    """A partition could not be read or written; the message says what to do about it."""
