"""The site of the docs builds without a network, and every link in it leads somewhere."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytest.importorskip("mkdocs", reason="pip install '.[docs]'")

ROOT = Path(__file__).parents[1]


class Page(HTMLParser):
    """Ids of a page, where its links lead, and what a browser loads to show it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids |= {told[name] or "" for name in ("id", "name") if name in told}
        if tag == "a" and told.get("href"):
            self.links.append(told["href"] or "")
        if tag in {"script", "img"} and told.get("src"):
            self.loaded.append(told["src"] or "")
        if tag == "link" and told.get("rel") in {"stylesheet", "icon", "preload"}:
            self.loaded.append(told.get("href") or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.relative_to(folder): Page(path.read_text("utf-8")) for path in folder.rglob("*.html")}, folder


def test_every_page_of_the_docs_is_there_and_in_the_menu(site):
    pages, folder = site
    docs = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert docs | {Path("index.html")} <= set(pages)
    listed = {(folder / link).resolve() for link in pages[Path("index.html")].links if not urlsplit(link).scheme}
    assert {(folder / page).resolve() for page in docs} <= listed


def test_every_link_leads_to_a_page_and_a_heading_that_are_there(site):
    pages, folder = site
    broken = []
    for name, page in pages.items():
        if name.name == "404.html":
            continue
        for link in page.links:
            told = urlsplit(link)
            if told.scheme:
                continue
            target = (folder / name.parent / unquote(told.path)).resolve() if told.path else (folder / name).resolve()
            target = target / "index.html" if target.is_dir() else target
            there = target.exists()
            if there and told.fragment and target.suffix == ".html":
                there = unquote(told.fragment) in pages[target.relative_to(folder.resolve())].ids
            if not there:
                broken.append(f"{name}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_another_host(site):
    pages, folder = site
    loaded = {link for page in pages.values() for link in page.loaded if urlsplit(link).netloc}
    assert loaded == set()
    sheets = "".join(path.read_text("utf-8") for path in folder.rglob("*.css"))
    assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//", sheets)
