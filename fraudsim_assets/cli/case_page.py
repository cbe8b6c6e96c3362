"""A case as one HTML page with two drawings: the weeks around a campaign, and the campaign itself.

No script, no network: a page that can be sent and kept.

Belongs here: the drawings and the page. Does not belong here: what is drawn (``case``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from math import log10

from fraudsim_assets.cli.case import Case
from fraudsim_assets.units import DAY, HOUR

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1060, 330, 62, 16, 44, 58
"""Size of a drawing and its margins. [pixels]"""

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 1.6rem auto; max-width: 68rem; padding: 0 1rem;
  color: #1c2230; background: #fff }
h1 { font-size: 1.4rem; margin-bottom: 0 } h2 { font-size: 1.02rem; margin: 1.4rem 0 .2rem }
p.source { color: #5b6474; margin: .2rem 0 }
table { border-collapse: collapse; font-size: .86rem; width: 100% }
td, th { padding: .12rem .6rem .12rem 0; text-align: left; border-bottom: 1px solid #eceef3 }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
tr.fraud td { color: #b3261e }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif }
.axis { stroke: #c9ced8 } .grid { stroke: #eef0f4 } .tick { fill: #5b6474 } .note { fill: #1c2230 }
.genuine { fill: #4668d8; fill-opacity: .75 } .open { fill: #fff; stroke: #4668d8; stroke-width: 1.4 }
.fraud { fill: #d0312d } .fraudopen { fill: #fff; stroke: #d0312d; stroke-width: 1.6 }
.cross { stroke: #d0312d; stroke-width: 2 } .faint { stroke: #4668d8; stroke-width: 1.6 }
.odd { fill: none; stroke: #e09b13; stroke-width: 1.8 }
.span { fill: #d0312d; fill-opacity: .09 } .silent { fill: #8a93a5; fill-opacity: .18 }
.known { stroke: #7b3fa0; stroke-dasharray: 5 3 } .block { stroke: #444c5c } .plastic { stroke: #1f8a55 }
.legend { font-size: .82rem; color: #444c5c } .legend svg { width: auto; height: .9em; vertical-align: -.1em }
"""


@dataclass(frozen=True)
class _Frame:
    """Where moments and amounts fall in a drawing."""

    low: int
    high: int
    cheap: float
    dear: float

    def x(self, time: float) -> float:
        share = (time - self.low) / max(self.high - self.low, 1)
        return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)

    def y(self, amount: float) -> float:
        share = log10(max(amount, self.cheap) / self.cheap) / log10(self.dear / self.cheap)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def page(case: Case, *, source: str) -> str:
    """Write the page.

    Parameters
    ----------
    source
        Which world the case is from, in words.
    """
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width, initial-scale=1'>",
        f"<title>{escape(title(case))}</title><style>{_STYLE}</style>",
        f"<h1>{escape(title(case))}</h1><p class=source>{escape(source)}</p>",
        *(f"<p>{escape(line)}</p>" for line in story(case)),
        f"<h2>Weeks around it</h2>{weeks(case)}",
    ]
    if case.campaigns:
        parts += [f"<h2>The campaign</h2>{close(case)}", _legend(), _rows(case)]
    else:
        parts.append(_legend())
    return "\n".join([*parts, "</html>\n"])


def title(case: Case) -> str:
    """Name the case."""
    told = ", ".join(f"{dossier.scenario} (campaign {dossier.campaign})" for dossier in case.campaigns[:1])
    return f"Card account {case.account}: {told or 'no fraud in these days'}"


def story(case: Case) -> list[str]:
    """Say in sentences what happens."""
    fraud = [row for row in case.rows if row["fraud"]]
    lines = []
    for dossier in case.campaigns:
        mine = [row for row in fraud if row["campaign"] == dossier.campaign]
        paid = sum(row["amount"] for row in mine if row["approved"])
        steps = case.steps_of(dossier)
        lines.append(
            f"{dossier.scenario}: {len(mine)} requests from {moment(int(steps.min()))} "
            f"to {moment(int(steps.max()))} UTC, "
            f"{sum(row['approved'] for row in mine)} approved for {paid:,.2f} {case.currency}. "
            + (
                f"{dossier.told.capitalize()}: the bank knows from {moment(dossier.known)} UTC on."
                if dossier.known is not None
                else "The bank never learns of it."
            )
        )
    for blocked, reissued in case.spells:
        lines.append(f"Blocked {moment(blocked)}, silent until the new plastic is there on {moment(reissued)} UTC.")
    if len(case.cards) > 1:
        lines.append(f"Cards of the account in these days, one after the other: {', '.join(map(str, case.cards))}.")
    odd = [row for row in case.rows if row["oddity"]]
    if odd:
        lines.append(f"{len(odd)} of {len(case.rows) - len(fraud)} genuine rows look odd as well (ringed).")
    return lines


def weeks(case: Case) -> str:
    """Draw all days of the case."""
    frame = _frame(case, case.first * DAY, (case.last + 1) * DAY)
    ticks = [(day * DAY, _day(day)) for day in range(case.first, case.last + 2, max((case.last - case.first) // 9, 1))]
    return _drawing(case, frame, ticks, notes=[note for note in _notes(case) if frame.low <= note[0] <= frame.high])


def close(case: Case) -> str:
    """Draw the hours of the first campaign."""
    dossier = case.campaigns[0]
    mine = case.steps_of(dossier)
    first, last = int(mine.min()), int(mine.max())
    margin = max((last - first) // 6, HOUR)
    low, high = first - margin, last + margin
    frame = _frame(case, low, high)
    step = max((high - low) // 8, 1)
    ticks = [(low + step * n, moment(low + step * n)[5:]) for n in range(1, 8)]
    return _drawing(case, frame, ticks, notes=[note for note in _notes(case) if low <= note[0] <= high], numbers=True)


def _frame(case: Case, low: int, high: int) -> _Frame:
    amounts = [row["amount"] for row in case.rows if row["amount"] > 0] or [1.0, 100.0]
    cheap = 10.0 ** int(log10(max(min(amounts), 0.11)) - (0 if min(amounts) >= 1 else 1))
    return _Frame(low, high, cheap, max(max(amounts) * 1.5, cheap * 10))


def _notes(case: Case) -> Iterator[tuple[int, str, str]]:
    """Moments worth a line: time, class, words."""
    if case.compromised is not None:
        yield case.compromised, "known", "card copied here"
    for dossier in case.campaigns:
        if dossier.known is not None:
            yield dossier.known, "known", f"bank knows ({dossier.told})"
    for blocked, reissued in case.spells:
        yield blocked, "block", "blocked"
        yield reissued, "plastic", "new plastic"
    for label in case.labels:
        told = label["type"] if label["fraud"] else f"{label['type']}, cleared"
        yield label["day"] * DAY + DAY // 2, "label", f"{told}: {label['rows']}"


def _drawing(
    case: Case,
    frame: _Frame,
    ticks: list[tuple[int, str]],
    *,
    notes: list[tuple[int, str, str]],
    numbers: bool = False,
) -> str:
    base = HEIGHT - BOTTOM
    parts = [f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' role=img aria-label='payments over time by amount'>"]
    for blocked, reissued in case.spells:
        left, right = frame.x(blocked), frame.x(reissued)
        parts.append(f"<rect class=silent x='{left:.1f}' y='{TOP}' width='{right - left:.1f}' height='{base - TOP}'/>")
        if right - left > 40:
            parts.append(
                f"<text class=tick x='{(left + right) / 2:.1f}' y='{base - 6}' text-anchor=middle>silent</text>"
            )
    for dossier in case.campaigns:
        mine = case.steps_of(dossier)
        if mine.max() < frame.low or mine.min() > frame.high:
            continue
        left, right = frame.x(int(mine.min())) - 4, frame.x(int(mine.max())) + 4
        parts.append(f"<rect class=span x='{left:.1f}' y='{TOP}' width='{right - left:.1f}' height='{base - TOP}'/>")
    power = frame.cheap
    while power <= frame.dear:
        y = frame.y(power)
        parts.append(f"<line class=grid x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{y:.1f}' y2='{y:.1f}'/>")
        parts.append(f"<text class=tick x='{LEFT - 6}' y='{y + 4:.1f}' text-anchor=end>{power:,g}</text>")
        power *= 10
    parts.append(f"<text class=tick x='8' y='{TOP - 14}'>{escape(case.currency)}</text>")
    parts.append(f"<line class=axis x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{base}' y2='{base}'/>")
    parts += [
        f"<text class=tick x='{frame.x(time):.1f}' y='{base + 16}' text-anchor=middle>{escape(words)}</text>"
        for time, words in ticks
        if frame.low <= time < frame.high
    ]
    parts += list(_lines(frame, [note for note in notes if note[1] != "label"]))
    parts += list(_marks(frame, [note for note in notes if note[1] == "label"]))
    inside = [row for row in case.rows if frame.low <= row["time"] <= frame.high]
    for row in sorted(inside, key=lambda row: row["fraud"]):
        parts.append(_point(frame, row, numbers=numbers))
    return "".join([*parts, "</svg>"])


def _lines(frame: _Frame, notes: list[tuple[int, str, str]]) -> Iterator[str]:
    """Vertical lines with words above, in three rows so that neighbours do not cover each other."""
    for place, (time, kind, words) in enumerate(sorted(notes)):
        x, y = frame.x(time), 12 + 13 * (place % 3)
        anchor = "end" if x > WIDTH * 0.86 else "start"
        shift = -4 if anchor == "end" else 4
        yield f"<line class={kind} x1='{x:.1f}' x2='{x:.1f}' y1='{y - 9}' y2='{HEIGHT - BOTTOM}'/>"
        yield f"<text class=note x='{x + shift:.1f}' y='{y}' text-anchor={anchor}>{escape(words)}</text>"


def _marks(frame: _Frame, notes: list[tuple[int, str, str]]) -> Iterator[str]:
    """Labels below the axis: a flag on the day each becomes known."""
    for place, (time, _, words) in enumerate(sorted(notes)):
        x, y = frame.x(time), HEIGHT - BOTTOM + 31 + 13 * (place % 2)
        anchor = "end" if x > WIDTH * 0.86 else "start"
        yield f"<path class=fraudopen d='M{x:.1f} {y - 9} h5 l2 4 l-2 4 h-5 z'/>"
        yield (
            f"<text class=note x='{x + (-5 if anchor == 'end' else 11):.1f}' y='{y}' "
            f"text-anchor={anchor}>label: {escape(words)}</text>"
        )


def _point(frame: _Frame, row: dict, *, numbers: bool) -> str:
    x, y = frame.x(row["time"]), frame.y(row["amount"])
    words = f"{row['local']} local, {row['amount']:,.2f}, {row['name']}, answer {row['response']}"
    words += f", {row['scenario']} step {row['step']}: {row['phase']}" if row["fraud"] else ""
    words += f", looks odd: {row['oddity']}" if row["oddity"] else ""
    shape = []
    if row["fraud"]:
        if row["phase"] == "test":
            triangle = f"M{x:.1f} {y - 6:.1f} l5.5 10 h-11 z"
            shape.append(f"<path class={'fraud' if row['approved'] else 'fraudopen'} d='{triangle}'/>")
        elif row["approved"]:
            shape.append(f"<circle class=fraud cx='{x:.1f}' cy='{y:.1f}' r='4.6'/>")
        else:
            shape.append(f"<path class=cross d='M{x - 4:.1f} {y - 4:.1f} l8 8 m0 -8 l-8 8'/>")
        if numbers:
            shape.append(f"<text class=tick x='{x + 6:.1f}' y='{y - 5:.1f}'>{row['step'] + 1}</text>")
    elif row["type"] == "refund":
        shape.append(f"<rect class=open x='{x - 3:.1f}' y='{y - 3:.1f}' width='6' height='6'/>")
    elif row["approved"]:
        shape.append(f"<circle class=genuine cx='{x:.1f}' cy='{y:.1f}' r='3.4'/>")
    else:
        shape.append(f"<path class=faint d='M{x - 3:.1f} {y - 3:.1f} l6 6 m0 -6 l-6 6'/>")
    if row["oddity"]:
        shape.append(f"<circle class=odd cx='{x:.1f}' cy='{y:.1f}' r='7'/>")
    return f"<g>{''.join(shape)}<title>{escape(words)}</title></g>"


def _legend() -> str:
    def sign(body: str, words: str) -> str:
        return f"<svg viewBox='-8 -8 16 16'>{body}</svg> {words} &nbsp; "

    signs = [
        sign("<circle class=genuine r='4.5'/>", "genuine"),
        sign("<path class=faint d='M-4 -4 l8 8 m0 -8 l-8 8'/>", "genuine, declined"),
        sign("<rect class=open x='-4' y='-4' width='8' height='8'/>", "refund"),
        sign("<circle class=odd r='6'/>", "genuine, but looks odd"),
        sign("<path class=fraud d='M0 -6 l5.5 10 h-11 z'/>", "test (hollow: declined)"),
        sign("<circle class=fraud r='5'/>", "fraud, approved"),
        sign("<path class=cross d='M-4 -4 l8 8 m0 -8 l-8 8'/>", "fraud, declined"),
    ]
    return f"<p class=legend>{''.join(signs)}</p>"


def _rows(case: Case) -> str:
    """List the campaign's rows, and the genuine ones between them."""
    dossier = case.campaigns[0]
    mine = case.steps_of(dossier)
    low, high = int(mine.min()) - 6 * HOUR, int(mine.max()) + 6 * HOUR
    head = "<tr><th>local time<th>what<th class=n>amount<th>answer<th>step"
    body = "".join(
        f"<tr{' class=fraud' if row['fraud'] else ''}><td>{row['local']}<td>{escape(row['name'])}"
        f"<td class=n>{row['amount']:,.2f}<td>{row['response']}{'' if row['approved'] else ' declined'}"
        f"<td>{row['step'] + 1 if row['fraud'] else ''} {row['phase'] or escape(row['oddity'])}"
        for row in case.rows
        if low <= row["time"] <= high
    )
    return f"<h2>Its rows, and the holder's between them</h2><table>{head}{body}</table>"


def moment(time: int) -> str:
    """Write a moment of UTC."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)).strftime("%Y-%m-%d %H:%M")


def _day(day: int) -> str:
    return moment(day * DAY)[5:10]
