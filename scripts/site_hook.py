"""What the site of the docs does to pages: the README is its start, and links out of ``docs`` become words.

Belongs here: hooks of mkdocs. Does not belong here: any word of the docs.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
OUT_OF_THE_SITE = re.compile(r"(?<!!)\[([^\]]+)\]\((?:\.\./[^)]*|[A-Z]+(?:\.md)?)\)")
"""Links to files that are no pages: those above the folder, and those beside the README."""


def on_files(files: Any, config: Any) -> Any:
    """Add the README as the first page."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").replace("](docs/", "](")
    files.append(File.generated(config, "index.md", content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Leave the words of links that lead out of the site."""
    return OUT_OF_THE_SITE.sub(r"\1", markdown)
