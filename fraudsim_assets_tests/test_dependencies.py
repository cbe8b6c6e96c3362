"""Every declared dependency is used, and everything that is used is declared.

Belongs here: what stands in ``pyproject.toml`` against what the code imports. Does not belong here: which
module of the project may import which (``.importlinter``).
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = {"fraudsim-assets", "fraudsim_assets", "fraudsim_assets_tests", "benchmarks"}

NOT_IMPORTED = {
    "dagster-webserver": "the UI that `dagster dev` starts",
    "dagster-celery": "named in deploy/celery/dagster.yaml",
    "dagster-postgres": "named in deploy/celery/dagster.yaml",
    "mkdocs-material": "named in mkdocs.yml",
    "tzdata": "read by zoneinfo on systems without time zones",
    "dagster-dg-cli": "the command `dg` that tests of the component run",
    "create-dagster": "the command that makes the project which tests of the component run in",
    "basedpyright": "a command of `make test`",
    "import-linter": "a command of `make test`",
    "pytest-cov": "options of pytest",
    "pytest-xdist": "options of pytest",
    "ruff": "a command of `make test`",
}
"""Declared dependencies that no module imports, with what they are for."""

NOT_DECLARED = {
    "botocore": "the lower half of boto3",
    "werkzeug": "the server in moto[server]",
}
"""Imported packages that need no line of their own, with the reason."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~\[;]", name, maxsplit=1)[0]).lower()


def declared() -> set[str]:
    extras = [requirement for group in PROJECT["optional-dependencies"].values() for requirement in group]
    return {normal(requirement) for requirement in [*PROJECT["dependencies"], *extras]} - {"fraudsim-assets"}


def imported(folder: str) -> Iterator[str]:
    """Names of top-level packages that the modules of a folder import, wherever the import stands."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "importorskip":
                yield from (arg.value.partition(".")[0] for arg in node.args if isinstance(arg, ast.Constant))


def distributions(*folders: str) -> set[str]:
    """Distributions that give the imported packages."""
    packages = {name for folder in folders for name in imported(folder)} - set(sys.stdlib_module_names) - OWN
    known = packages_distributions()
    return {normal(name) for package in packages for name in known.get(package, [package])}


def test_every_declared_dependency_is_imported_or_says_what_it_is_for():
    used = distributions("fraudsim_assets", "fraudsim_assets_tests", "benchmarks", "scripts", "deploy")
    assert declared() - used - set(NOT_IMPORTED) == set()
    assert set(NOT_IMPORTED) <= declared() - used, "a reason for a dependency that is imported or no longer declared"


def test_everything_that_the_package_imports_is_declared():
    foreign = {name for name in distributions("fraudsim_assets") if not name.startswith("fraudsim")}
    assert foreign - declared() - set(NOT_DECLARED) == set()


def test_everything_that_tests_and_tools_import_is_declared():
    used = distributions("fraudsim_assets_tests", "benchmarks", "scripts", "deploy")
    assert used - declared() - set(NOT_DECLARED) == set()
    assert set(NOT_DECLARED) <= distributions("fraudsim_assets", "fraudsim_assets_tests", "benchmarks", "scripts")
