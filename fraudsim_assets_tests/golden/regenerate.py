"""Write the golden files anew: ``make golden``, or ``python -m fraudsim_assets_tests.golden.regenerate``.

Belongs here: writing, and telling what changed. Does not belong here: any comparison that a test makes.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fraudsim_assets.exports.datasets import KNOWN_DIGESTS, making
from fraudsim_assets.storage import LocalStore, PartKey
from fraudsim_assets_tests.golden.sample import write_sample
from fraudsim_assets_tests.golden.world import DIGESTS, SMOKE, SMOKE_DAY, digests_of, make_world, smoke_rows

REMINDER = """
The same seed makes other data than before. Say under "Data" in CHANGELOG.md what changed and why,
and commit the golden files together with the change that made them.
"""


def main() -> None:
    """Write digests, the smoke file and the digests of data sets, and say what differs."""
    world = make_world()
    before = json.loads(DIGESTS.read_text(encoding="utf-8")) if DIGESTS.exists() else {}
    now = digests_of(world)
    changes = list(differences(before, now))
    DIGESTS.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    if changes or not SMOKE.exists():
        with tempfile.TemporaryDirectory() as folder:
            key = PartKey("transactions", SMOKE_DAY.isoformat())
            LocalStore(folder).write(key, smoke_rows(world))
            shutil.copyfile(Path(folder) / key.path, SMOKE)
    if write_sample():
        sys.stdout.write("README.md: other rows in the sample\n")
    changes += write_known_digests()
    sys.stdout.write("".join(f"{change}\n" for change in changes) or "the golden content is unchanged\n")
    if changes:
        sys.stdout.write(REMINDER)


def write_known_digests() -> list[str]:
    """Make the data sets whose digests a version is known by, and say which have another one."""
    before = json.loads(KNOWN_DIGESTS.read_text(encoding="utf-8"))
    now = {}
    for name in before:
        with tempfile.TemporaryDirectory() as folder, making(name, Path(folder) / name) as made:
            now[name] = made.digest
    KNOWN_DIGESTS.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    return [f"data set {name}: another digest" for name in now if now[name] != before[name]]


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Say table by table what differs."""
    for title in [*before, *(title for title in now if title not in before)]:
        if title not in now or title not in before:
            yield f"{title}: {'is new' if title in now else 'is gone'}"
            continue
        old, new = before[title], now[title]
        if old["rows"] != new["rows"]:
            yield f"{title}: {new['rows']} rows, were {old['rows']}"
        columns = old["columns"].keys() | new["columns"].keys()
        changed = sorted(name for name in columns if old["columns"].get(name) != new["columns"].get(name))
        if changed:
            yield f"{title}: other values in {', '.join(changed)}"


if __name__ == "__main__":
    main()
