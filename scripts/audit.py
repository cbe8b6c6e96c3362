"""Ask for known vulnerabilities of the locked packages with pip-audit, where that can be done.

Ends with exit code 1 if something is known. Where there is no pip-audit, or its database cannot be
reached, it says so and ends with 0, so that work without a network goes on.

Belongs here: when to ask, and what the answer means. Does not belong here: the lock file.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
PATIENCE = 600
"""Longest time to wait for the answer. [s]"""


def main() -> int:
    """Ask, and tell."""
    tool = find_tool()
    if tool is None:
        return skipped("pip-audit is not installed (pipx install pip-audit, or uv tool install pip-audit)")
    asked = [*tool, "--requirement", str(LOCK), "--require-hashes", "--disable-pip", "--format", "json"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=PATIENCE)
        packages = json.loads(answer.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return skipped(f"no answer within {PATIENCE} s")
    except (ValueError, KeyError):
        return skipped(f"no answer; pip-audit said: {answer.stderr.strip()[-300:]}")
    known = [(package, flaw) for package in packages for flaw in package.get("vulns", [])]
    for package, flaw in known:
        mended = ", ".join(flaw["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {flaw['id']}, mended in {mended}")
    print(f"{len(packages)} packages asked for, {len(known)} known vulnerabilities")
    return 1 if known else 0


def find_tool() -> list[str] | None:
    """How to start pip-audit here; ``None`` if it is nowhere."""
    beside = Path(sys.executable).parent / "pip-audit"
    found = str(beside) if beside.exists() else shutil.which("pip-audit")
    return [found] if found else None


def skipped(reason: str) -> int:
    """Say why nothing was asked."""
    print(f"dependency audit skipped: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
