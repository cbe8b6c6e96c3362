"""A profile as one HTML page that needs nothing else: no script, no network.

Belongs here: the page. Does not belong here: the numbers.
"""

from html import escape

from fraudsim_assets.cli.inspect_command import Portrait, hours_of, mixes_of
from fraudsim_assets.cli.output import shown

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c2230; }
h1 { font-size: 1.5rem; margin-bottom: 0 }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem }
.source { color: #667 }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 0 2.5rem }
table { border-collapse: collapse; width: 100% }
td, th { padding: .15rem .5rem .15rem 0; text-align: left }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.bar { background: #4668d8; height: .6rem; border-radius: 2px }
svg { width: 100% }
rect { fill: #4668d8 }
text { font-size: 9px; fill: #667; text-anchor: middle }
@media (prefers-color-scheme: dark) { body { background: #14171f; color: #e4e7ef } }
"""


def page(portrait: Portrait) -> str:
    """Write the page."""
    title = escape(portrait.title)
    made = f", seed {portrait.seed}" if portrait.seed else ""
    made += f", configuration {portrait.config_digest}" if portrait.config_digest else ""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width, initial-scale=1'>",
        f"<title>{title}</title><style>{_STYLE}</style>",
        f"<h1>{title}</h1><p class=source>{escape(portrait.source)}{escape(made)}</p>",
        _section("Rows by hour of the merchant's day", _hours(hours_of(portrait))),
        "<div class=columns>",
        _section("In numbers", _numbers(portrait)),
        *(_section(escape(name), _bars(found)) for name, found in mixes_of(portrait).items()),
        "</div></html>\n",
    ]
    return "\n".join(parts)


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>"


def _numbers(portrait: Portrait) -> str:
    rows = (f"<tr><td>{escape(name)}<td class=n>{shown(value)}" for name, value in portrait.metrics.items())
    return f"<table>{''.join(rows)}</table>"


def _hours(hours: list[int]) -> str:
    tallest = max(hours, default=0) or 1
    bars = "".join(
        f"<rect x='{n * 20 + 2}' y='{70 - 70 * count / tallest:.1f}' width='16' height='{70 * count / tallest:.1f}'>"
        f"<title>{n} h: {count:,}</title></rect><text x='{n * 20 + 10}' y='82'>{n}</text>"
        for n, count in enumerate(hours)
    )
    return f"<svg viewBox='0 0 480 86' role=img aria-label='rows by hour'>{bars}</svg>"


def _bars(found: list[tuple[str, int]]) -> str:
    whole = sum(count for _, count in found) or 1
    rows = (
        f"<tr><td>{escape(name)}<td class=n>{count:,}<td class=n>{count / whole:.2%}"
        f"<td style='width:40%'><div class=bar style='width:{100 * count / whole:.2f}%'></div>"
        for name, count in found
    )
    return f"<table>{''.join(rows)}</table>"
