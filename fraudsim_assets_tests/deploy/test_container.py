"""The image is built from what it needs and nothing else, and runs without privileges.

Building it needs Docker, which CI has (job `container`); here its description is read.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = [(word, rest.strip()) for word, rest in re.findall(r"^([A-Z]+) (.+)$", TEXT, flags=re.MULTILINE)]
KNOWN = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_everything_that_the_wheel_is_made_of_is_let_in_and_no_secret_or_test_is():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"], "LICENSE", "pyproject.toml"}
    let_in = {line.removeprefix("!") for line in KNOWN if line.startswith("!")}
    assert KNOWN[0] == "*"
    assert let_in == needed | {"requirements.lock"}
    assert all((ROOT / name).exists() for name in let_in)


def test_packages_are_held_against_the_lock_and_the_last_stage_brings_no_tools_of_building():
    asked = " ".join(rest for word, rest in STEPS if word == "RUN")
    assert "--require-hashes --requirement requirements.lock" in asked
    assert "--no-index --find-links /wheels" in asked
    last = STEPS[max(n for n, (word, _) in enumerate(STEPS) if word == "FROM") :]
    assert [rest for word, rest in last if word == "COPY"] == ["--from=build /opt/fraudsim /opt/fraudsim"]


def test_it_runs_without_rights_and_starts_the_command_line():
    said = {word: rest for word, rest in STEPS if word in {"USER", "ENTRYPOINT"}}
    assert said == {"USER": "10001", "ENTRYPOINT": '["fraudsim"]'}
    assert any(word == "RUN" and "useradd --uid 10001" in rest for word, rest in STEPS)
