"""The report: one HTML file that needs nothing else, readable in light and dark.

Belongs here: the page. Does not belong here: pictures (``charts``) and verdicts (``evaluation``).
"""

from collections.abc import Iterable, Mapping
from html import escape

from fraudsim_assets.config import Config, config_digest
from fraudsim_assets.reference_data import sources
from fraudsim_assets.scorecard.charts import PICTURES
from fraudsim_assets.scorecard.charts.svg import STYLE, Drawing, readable
from fraudsim_assets.scorecard.evaluation import Scorecard
from fraudsim_assets.scorecard.model import Verdict
from fraudsim_assets.scorecard.targets import THEMES

REGIONS = {
    "eea": "the European Economic Area",
    "uk": "the United Kingdom",
    "us": "the United States",
    "au": "Australia",
    "other": "no single region",
}

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Scorecard of simulated payments</title>
<style>
:root{color-scheme:light dark;--page:#f6f7f8;--card:#ffffff;--ink:#22262b;--soft:#5d6670;--line:#d9dde1;
--good:#2e7d5b;--bad:#b3261e;--none:#8a939d}
@media (prefers-color-scheme:dark){:root{--page:#0e1216;--card:#14181d;--ink:#e4e7eb;--soft:#9aa5b1;--line:#363d45;
--good:#67c29a;--bad:#f28b82;--none:#7d8791}}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2.5rem 0 .75rem}p{margin:.5rem 0}
.soft{color:var(--soft)}.big{font-size:2.4rem;font-weight:650;line-height:1.1;margin:1rem 0 .25rem}
.bar{display:flex;height:.7rem;border-radius:.35rem;overflow:hidden;background:var(--line);margin:.5rem 0 .25rem}
.bar i{display:block}.good{color:var(--good)}.bad{color:var(--bad)}.none{color:var(--none)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(340px,1fr));gap:1rem}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;overflow-x:auto}
figure.wide{grid-column:1/-1}figcaption{color:var(--soft);font-size:.85rem;margin-top:.5rem}
figure svg{width:100%;height:auto;display:block}a{color:inherit}
.sheet{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{padding:.4rem .6rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
tr:first-child th{border-top:0}th{font-weight:600;color:var(--soft);white-space:nowrap}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.id{white-space:nowrap}
td .why{display:block;color:var(--soft);font-size:.8rem}.mark{white-space:nowrap}
ol{padding-left:1.2rem;font-size:.875rem}li{margin:.35rem 0}code{font-size:.85em}
</style></head><body><main>
"""


def report_html(config: Config, scorecard: Scorecard, pictures: Mapping[str, str]) -> str:
    """Write the page.

    Parameters
    ----------
    config
        Configuration of the world.
    scorecard
        Verdicts.
    pictures
        SVG by name, from ``charts.draw``.

    Returns
    -------
    str
        HTML without any reference to other files.
    """
    parts = [
        _PAGE,
        _head(config, scorecard),
        _misses(scorecard),
        _pictures(pictures),
        *(_theme(name, scorecard) for name in THEMES),
        _sources(scorecard.verdicts),
        "</main></body></html>\n",
    ]
    return "".join(parts)


def _head(config: Config, scorecard: Scorecard) -> str:
    none = len(scorecard.verdicts) - scorecard.measured
    total = len(scorecard.verdicts)
    widths = [(scorecard.met, "good"), (scorecard.missed, "bad"), (none, "none")]
    bar = "".join(f'<i style="width:{100 * n / total:.2f}%;background:var(--{css})"></i>' for n, css in widths)
    days = f"{scorecard.first:%d %B %Y} to {scorecard.last:%d %B %Y}"
    return (
        "<h1>Scorecard of simulated payments</h1>"
        f'<p class="soft">{days}, {scorecard.n_days} days, {scorecard.n_rows:,} rows, seed {config.seed}, '
        f"configuration <code>{config_digest(config)[:12]}</code>; held against published numbers on "
        f"{REGIONS[scorecard.region]}.</p>"
        f'<p class="big">{scorecard.met} of {scorecard.measured}</p>'
        f"<p>measurable targets met ({scorecard.share_met:.0%}).</p>"
        f'<div class="bar">{bar}</div>'
        f'<p class="soft"><span class="good">{scorecard.met} met</span>, <span class="bad">{scorecard.missed} missed'
        f'</span>, <span class="none">{none} not measurable in these days</span>. A target is met when the measure '
        "lies in its band, widened by two standard errors of its sampling error. Bands of judged and recalled targets "
        "are defaults, not facts.</p>"
    )


def _misses(scorecard: Scorecard) -> str:
    return "<h2>Misses</h2>" + (_table(scorecard.misses) if scorecard.misses else "<p>None.</p>")


def _pictures(pictures: Mapping[str, str]) -> str:
    figures = []
    for picture in PICTURES:
        svg = pictures.get(picture.name)
        if svg is not None:
            wide = ' class="wide"' if 'width="760"' in svg else ""
            plain = svg.replace(f"<style>{STYLE}</style>", "", 1)
            figures.append(f"<figure{wide}>{plain}<figcaption>{escape(picture.caption)}</figcaption></figure>")
    return f'<style>{STYLE}</style><h2>Pictures</h2><div class="figures">{"".join(figures)}</div>'


def _theme(name: str, scorecard: Scorecard) -> str:
    ids = {target.id for target in THEMES[name]}
    verdicts = [verdict for verdict in scorecard.verdicts if verdict.target.id in ids]
    return f"<h2>{escape(name)}</h2>{_table(verdicts)}" if verdicts else ""


def _table(verdicts: Iterable[Verdict]) -> str:
    rows = "".join(_row(verdict) for verdict in verdicts)
    head = "<tr><th>target</th><th>what</th><th>measured</th><th>band</th><th></th><th>certainty</th><th></th></tr>"
    return f'<div class="sheet"><table>{head}{rows}</table></div>'


def _row(verdict: Verdict) -> str:
    target, aim = verdict.target, verdict.aim
    css, word = {"pass": ("good", "met"), "fail": ("bad", "missed"), "not measurable": ("none", "not measurable")}[
        verdict.status
    ]
    measured = number(verdict.measured, target.unit) if verdict.measured == verdict.measured else ""
    why = verdict.reason or target.note
    note = f'<span class="why">{escape(why)}</span>' if why else ""
    sources = ", ".join(f'<a href="#{source}">{source}</a>' for source in aim.sources)
    return (
        f'<tr><td class="id">{escape(target.id)}</td><td>{escape(target.name)}{note}</td><td class="n">{measured}</td>'
        f'<td class="n">{number(aim.low, target.unit)} to {number(aim.high, target.unit)}</td>'
        f'<td>{_bullet(verdict)}</td><td class="mark">{aim.mark}<span class="why">{sources}</span></td>'
        f'<td class="{css}">{word}</td></tr>'
    )


def number(value: float, unit: str) -> str:
    """A number in its unit, short."""
    if unit == "share":
        return f"{value * 100:.4g} %" if abs(value) >= 0.001 or value == 0 else f"{value * 100:.2g} %"
    return readable(float(f"{value:.4g}")) + (" km" if unit == "km" else "")


def _bullet(verdict: Verdict) -> str:
    """The band, and where the measure lies in or beside it."""
    low, high, measured = verdict.aim.low, verdict.aim.high, verdict.measured
    if measured != measured:  # noqa: PLR0124
        return ""
    wide = (high - low) or abs(high) * 0.1 or 0.1
    left, right = low - wide, high + wide
    drawing = Drawing(120, 18, f"{verdict.target.name}: {verdict.status}")

    def x(value: float) -> float:
        return 4 + 112 * (min(max(value, left), right) - left) / (right - left)

    drawing.rule(4, 9, 116, 9)
    drawing.rect(x(low), 5, max(x(high) - x(low), 2), 8, fill="var(--band)", opacity=0.3)
    drawing.rule(x(measured - 2 * verdict.error), 9, x(measured + 2 * verdict.error), 9, css="axis")
    drawing.dot(x(measured), 9, fill="var(--bad)" if verdict.status == "fail" else "var(--ink)")
    return drawing.svg().replace(f"<style>{STYLE}</style>", "", 1)


def _sources(verdicts: Iterable[Verdict]) -> str:
    used = dict.fromkeys(source for verdict in verdicts for source in verdict.aim.sources)
    entries = []
    for identifier in sorted(used):
        source = sources()[identifier]
        year = f", {source.year}" if source.year else ""
        where = f" <code>{escape(source.locator)}</code>" if source.locator else ""
        entries.append(
            f'<li id="{identifier}"><code>{identifier}</code>: {escape(source.title)}. {escape(source.publisher)}{year}'
            f' ({source.read_as}).{where} <span class="soft">{escape(source.note)}</span></li>'
        )
    return f"<h2>Sources</h2><ol>{''.join(entries)}</ol>"
