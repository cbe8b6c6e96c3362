"""Installs packages with scenarios into a folder, the way an installer leaves them there."""

import shutil
import tomllib
from pathlib import Path
from textwrap import dedent

EXAMPLE = Path(__file__).resolve().parents[2] / "example_plugin"


def install(project: Path, target: Path) -> None:
    """Install a project from its pyproject.toml: its packages, its name and its entry points."""
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    for package in declared["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        shutil.copytree(project / package, target / Path(package).name)
    about = declared["project"]
    write_metadata(target, about["name"], about["version"], about["entry-points"])


def install_module(target: Path, name: str, code: str, points: dict[str, str]) -> None:
    """Install a module of some code with scenarios of some names, such as {"mine": "module:OBJECT"}."""
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{name}.py").write_text(dedent(code), encoding="utf-8")
    write_metadata(target, name, "1.0", {"fraudsim_assets.scenarios": points})


def write_metadata(target: Path, name: str, version: str, groups: dict[str, dict[str, str]]) -> None:
    info = target / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    lines = []
    for group, points in groups.items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
