"""The repository as its readers find it: links lead somewhere, commands run, house rules hold.

Belongs here: what concerns files rather than code. Does not belong here: the freshness of files made
from declarations (``unit/test_tables``).
"""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import polars as pl
import pytest
import yaml
from typer.main import get_command

from fraudsim_assets.cli.app import app as cli_app
from fraudsim_assets.config import load_config
from fraudsim_assets_tests.golden.sample import HEADLESS_DAYS, figures, sample_table

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
TARGET = re.compile(r"(?:`|^|\s{2}|&& )make ([a-z]+)\b(?=`|$|\s+#| &&)", re.MULTILINE)
COMMAND = re.compile(r"(?:^|`|&& )((?:\.venv/bin/)?fraudsim [a-z][^`\n#]*)", re.MULTILINE)
README_LINES = 60
MODULE_LINES = 400
IMAGE_BYTES = 150_000
# put together here, so that this file does not hold what it bans
BANNED = ["files.python" + "hosted", "pypi" + ".org", "/opt/" + "pypi", "/opt/" + "wheels", "/work/" + "main"]
BANNED += ["/work/" + "shared", "/root" + "/", "/home/" + "user", "sub" + "agent", "co-authored" + "-by"]
PICKLE = re.compile(r"\b(pickle\.loads?|read_pickle|allow_pickle=True|Unpickler)\b")


@cache
def tracked() -> tuple[Path, ...]:
    """Files of the repository: those that git knows and that are there."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        pytest.skip("not a git checkout")
    return tuple(path for name in told.stdout.split("\0") if name and (path := ROOT / name).is_file())


def pages() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def modules(*folders: str) -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [body for found, body in BLOCK.findall(text) if found == language]


def anchors(path: Path) -> set[str]:
    """Anchors of headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", BLOCK.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(path: Path) -> list[str]:
    broken = []
    for groups in LINK.findall(BLOCK.sub("", path.read_text(encoding="utf-8"))):
        link = next(filter(None, groups))
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        there = (path.parent / target).resolve() if target else path
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            broken.append(f"{name_of(path)}: {link}")
    return broken


def test_every_link_between_pages_leads_somewhere():
    assert not [link for path in pages() for link in broken_links(path)]


def test_every_page_can_be_reached_from_the_readme():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        for groups in LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))):
            target = (page.parent / next(filter(None, groups)).partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file() and target not in seen:
                waiting.append(target)
    assert not [name_of(path) for path in pages() if path not in seen]


def test_the_readme_fits_on_one_screen():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_the_sample_in_the_readme_is_what_the_generator_makes():
    assert sample_table() in (ROOT / "README.md").read_text(encoding="utf-8"), "run `make golden`"


def test_make_targets_that_pages_name_exist_and_are_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {(name_of(path), target) for path in pages() for target in TARGET.findall(path.read_text("utf-8"))}
    assert {target for _, target in named} >= {"demo", "test", "ui", "golden"}
    assert not [name for name in named if name[1] not in targets]
    assert {"demo", "test", "setup", "ui"} <= set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))


def test_commands_and_options_that_pages_name_exist():
    group = get_command(cli_app)
    wrong = []
    for path in pages():
        for line in COMMAND.findall(path.read_text("utf-8")):
            _, name, *words = re.sub(r"\$\(.*?\)", "VALUE", line).split()
            command = group.commands.get(name)
            if command is None:
                wrong.append(f"{name_of(path)}: {line}")
                continue
            for part in [command, *getattr(command, "commands", {}).values()]:
                known = {option for parameter in part.params for option in parameter.opts + parameter.secondary_opts}
                if all(word.partition("=")[0] in known | {"--help"} for word in words if re.match("--?[a-z]", word)):
                    break
            else:
                wrong.append(f"{name_of(path)}: {line}")
    assert not wrong


def test_configurations_that_pages_show_are_valid(tmp_path):
    shown = [(name_of(path), text) for path in pages() for text in blocks(name_of(path), "yaml") if "extends:" in text]
    assert shown
    for number, (_, text) in enumerate(shown):
        file = tmp_path / f"{number}.yaml"
        # a component extends a configuration in its attributes
        component = yaml.safe_load(text).get("attributes")
        settings = (
            text if component is None else yaml.safe_dump({"extends": component["extends"], **component["settings"]})
        )
        file.write_text(settings, encoding="utf-8")
        load_config(file, env={})


def test_json_and_yaml_on_pages_can_be_read():
    for path in pages():
        for text in blocks(name_of(path), "json"):
            json.loads(text)
        for text in blocks(name_of(path), "yaml"):
            list(yaml.safe_load_all(text))


def in_the_users_shell(script: str, folder: Path) -> None:
    """Run commands as a reader does who has activated the environment."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    environment = {**kept, "PATH": path, "DAGSTER_HOME": "", "DAGSTER_DISABLE_TELEMETRY": "1", "TMPDIR": str(folder)}
    ran = subprocess.run(
        ["bash", "-euc", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{script}\n{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}"


def test_the_headless_command_of_the_readme_makes_the_files_it_names(tmp_path):
    (command,) = [text for text in blocks("README.md", "sh") if "fraudsim" in text]
    in_the_users_shell(command.replace(".venv/bin/", ""), tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder, names, rest in re.findall(r"^(\S+?)\{([a-z_,]+)\}(\S+\.parquet)$", text, re.MULTILINE):
        for name in names.split(","):
            assert (tmp_path / f"{folder}{name}{rest}").is_file()
    made = pl.read_parquet(tmp_path / "data/tiny/transactions", hive_partitioning=True)
    assert made["date"].unique().sort().to_list() == HEADLESS_DAYS
    assert (made.height, made["is_fraud"].sum()) == figures()
    assert figures()[1] > 20, "a newcomer sees several frauds"
    payments, frauds = figures()
    assert f"{payments:,} payments, {frauds} of them fraudulent" in " ".join(text.split()), "run `make golden`"


def test_the_tutorial_can_be_copied_from_beginning_to_end(tmp_path):
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    steps = [(kind, body) for kind, body in BLOCK.findall(text) if kind in {"sh", "python"} and "activate" not in body]
    assert len(steps) >= 10
    script = "\n".join(body if kind == "sh" else f"python - <<'PYTHON'\n{body}PYTHON\n" for kind, body in steps)
    in_the_users_shell(script, tmp_path)


def test_every_module_says_what_belongs_there():
    silent = []
    for path in modules("fraudsim_assets"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        told = " ".join(docstring.split())
        if not docstring or (path.name != "__init__.py" and "belongs here" not in told.lower()):
            silent.append(name_of(path))
    assert not silent


def test_no_module_is_longer_than_its_budget():
    long = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in modules("fraudsim_assets", "scripts")}
    assert not {name: lines for name, lines in long.items() if lines > MODULE_LINES}


def test_annotations_are_never_postponed():
    postponed = "from __future__ import " + "annotations"
    assert not [
        name_of(path) for path in tracked() if path.suffix == ".py" and f"\n{postponed}" in path.read_text("utf-8")
    ]


def test_nothing_is_ever_unpickled():
    assert not [name_of(path) for path in modules("fraudsim_assets") if PICKLE.search(path.read_text("utf-8"))]


def test_no_file_names_this_machine_or_a_package_registry():
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8").lower()
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {word}" for word in BANNED if word in text]
    assert not found


def test_images_are_small():
    images = [path for path in tracked() if path.suffix in {".png", ".svg", ".jpg", ".gif"}]
    assert not {name_of(path): path.stat().st_size for path in images if path.stat().st_size > IMAGE_BYTES}


def test_the_changelog_tells_this_version_and_its_data():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    latest = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    assert version in latest.splitlines()[0]
    assert "### Data" in latest


@pytest.mark.parametrize("workflow", ["ci.yml", "release.yml"])
def test_actions_of_the_workflow_are_pinned_by_commit(workflow):
    text = (ROOT / ".github" / "workflows" / workflow).read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert not [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)]
