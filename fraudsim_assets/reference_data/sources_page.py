"""The bibliography as a page for people: ``docs/sources.md``.

Belongs here: the page. Does not belong here: any reference.
"""

from collections.abc import Mapping

from fraudsim_assets.reference_data.sources import Source, sections

_HEAD = """# Sources

Where numbers about the real world come from. Written from `reference_data/data/sources.toml` by
`make schema`; do not edit.

A setting or constant names its source by the id in the first column, or says ASSUMPTION. *Primary*:
read in the source itself. *Secondary*: read as quoted by others. *Recalled*: from memory, to be checked
before it is cited elsewhere. A title in square brackets describes a page whose own title is not
recorded. Names such as A02 are calibration targets; what came of them is in [realism.md](realism.md).
"""

_TITLES = {
    "fraud": "Fraud",
    "payments": "Payments",
    "behaviour": "Behaviour",
    "peers": "Other generators and data sets",
}


def sources_page() -> str:
    """Write the bibliography as Markdown."""
    return _HEAD + "".join(_section(_TITLES[name], sources) for name, sources in sections().items())


def _section(title: str, sources: Mapping[str, Source]) -> str:
    rows = [_row(name, sources[name]) for name in sorted(sources)]
    return f"\n## {title}\n\n| id | what | read as | used for |\n|---|---|---|---|\n" + "".join(rows)


def _row(name: str, source: Source) -> str:
    year = f", {source.year}" if source.year else ""
    where = f". {_link(source.locator)}" if source.locator else ""
    text = f"{source.title}. {source.publisher}{year}{where}"
    return f"| `{name}` | {_cell(text)} | {source.read_as} | {_cell(source.note)} |\n"


def _link(locator: str) -> str:
    if locator.startswith("doi:"):
        return f"[{locator}](https://doi.org/{locator.removeprefix('doi:')})"
    if locator.startswith("arXiv:"):
        return f"[{locator}](https://arxiv.org/abs/{locator.removeprefix('arXiv:')})"
    return f"<{locator}>"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
