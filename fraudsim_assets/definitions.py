"""The code location of the command line: ``dagster dev``, ``dagster asset materialize -m`` and ``dg`` start here.

The world is that of the configuration in force (``FRAUDSIM_CONFIG`` and the other variables).
Belongs here: nothing else. A project of one's own takes ``fraudsim_assets.build_defs`` or the
component ``fraudsim_assets.FraudWorld`` rather than this module's ``defs``.

``defs`` is a plain object on purpose. Dagster prefers a function decorated with
``@dg.definitions`` to an object, so that a module which imported one from here for its own
definitions would load ours and drop its own without a word; of two objects it says that there are two.
"""

from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import build_defs

defs = build_defs(load_config())
