"""Where the files that travel with the package are: bundled configurations and table contracts.

Belongs here: finding them, in an installed wheel as in a source tree. Does not belong here:
reading them. The current directory never plays a part.
"""

from importlib.resources import files
from pathlib import Path

_PACKAGE = "fraudsim_assets"


def resource_path(*parts: str) -> Path:
    """Path of a file or folder that ships with the package.

    In a wheel these lie in ``fraudsim_assets/resources``; in a source tree (an editable install)
    beside the package, where ``pyproject.toml`` is.

    Parameters
    ----------
    parts
        Names below the resource root, such as ``"configs", "demo.yaml"``.

    Raises
    ------
    FileNotFoundError
        If the package carries no such file.
    """
    package = Path(str(files(_PACKAGE)))
    roots = [package / "resources"]
    if (package.parent / "pyproject.toml").is_file():
        roots.append(package.parent)
    for root in roots:
        path = root.joinpath(*parts)
        if path.exists():
            return path
    tried = ", ".join(str(root.joinpath(*parts)) for root in roots)
    raise FileNotFoundError(f"{_PACKAGE} carries no {'/'.join(parts)}; looked for {tried}")


def bundled_configs() -> dict[str, Path]:
    """Configurations that ship with the package, by name, in alphabetical order."""
    try:
        folder = resource_path("configs")
    except FileNotFoundError:
        return {}
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}
