"""A case told in sentences and drawn: the weeks around a campaign, and the campaign itself.

Belongs here: sentences, the two drawings, and the page they stand on. Does not belong here: what is drawn
(``case``), and how marks and pages are made (``fraudsim_assets.pages``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import floor, log10

from fraudsim_assets.cli import case_events
from fraudsim_assets.cli.case import Case
from fraudsim_assets.pages import render
from fraudsim_assets.pages.drawing import Drawing, Scale, Sign, axes
from fraudsim_assets.units import DAY, HOUR

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1060, 330, 62, 16, 44, 58
"""Size of a drawing and its margins. [pixels]"""

BASE = HEIGHT - BOTTOM


GENUINE = Sign("dot", "genuine", "genuine")
DECLINED = Sign("cross", "genuine line", "genuine, declined")
REFUND = Sign("square", "genuine line", "refund")
ODD = Sign("ring", "odd line", "genuine, but looks odd")
TEST = Sign("triangle", "fraud", "test (hollow: declined)")
HOLLOW_TEST = Sign("triangle", "fraud line", "test, declined")
FRAUD = Sign("large dot", "fraud", "fraud, approved")
FRAUD_DECLINED = Sign("cross", "fraud line", "fraud, declined")
LEGEND = (GENUINE, DECLINED, REFUND, ODD, TEST, FRAUD, FRAUD_DECLINED, *case_events.SIGNS)


def page(case: Case, *, source: str) -> str:
    """Write the page.

    Parameters
    ----------
    source
        Which world the case is from, in words.
    """
    return render(
        "case.html",
        title=title(case),
        source=source,
        story=story(case),
        weeks=weeks(case),
        close=close(case) if case.campaigns else None,
        legend=LEGEND,
        rows=_rows(case) if case.campaigns else [],
    )


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
        if left := case_events.sentence(case.events, dossier.campaign):
            lines.append(left)
    for blocked, reissued in case.spells:
        lines.append(f"Blocked {moment(blocked)}, silent until the new plastic is there on {moment(reissued)} UTC.")
    if len(case.cards) > 1:
        lines.append(f"Cards of the account in these days, one after the other: {', '.join(map(str, case.cards))}.")
    odd = [row for row in case.rows if row["oddity"]]
    if odd:
        lines.append(f"{len(odd)} of {len(case.rows) - len(fraud)} genuine rows look odd as well (ringed).")
    return lines


def weeks(case: Case) -> Drawing:
    """Draw all days of the case."""
    ticks = [(day * DAY, _day(day)) for day in range(case.first, case.last + 2, max((case.last - case.first) // 9, 1))]
    return _drawing(case, case.first * DAY, (case.last + 1) * DAY, ticks)


def close(case: Case) -> Drawing:
    """Draw the hours of the first campaign."""
    first, last = _span(case, 0)
    # what a takeover leaves at the bank comes before it spends
    before = [e["time"] for e in case.events if e["campaign"] == case.campaigns[0].campaign and e["time"] < first]
    first = max(min([first, *before]), first - 3 * DAY)
    margin = max((last - first) // 6, HOUR)
    low, high = first - margin, last + margin
    step = max((high - low) // 8, 1)
    ticks = [(low + step * n, moment(low + step * n)[5:]) for n in range(1, 8)]
    return _drawing(case, low, high, ticks, numbers=True)


def _span(case: Case, number: int) -> tuple[int, int]:
    """First and last step of a campaign. [microseconds since 1970]"""
    steps = case.steps_of(case.campaigns[number])
    return int(steps.min()), int(steps.max())


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


def _drawing(case: Case, low: int, high: int, ticks: list[tuple[int, str]], *, numbers: bool = False) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "payments over time by amount")
    x, y = Scale(low, high, LEFT, WIDTH - RIGHT), _amounts(case)
    for blocked, reissued in case.spells:
        left, right = _inside(x, blocked), _inside(x, reissued)
        drawing.add("rect", css="silent", x=left, y=TOP, width=right - left, height=BASE - TOP)
        if right - left > 40:
            drawing.text((left + right) / 2, BASE - 6, "silent", anchor="middle", css="soft")
    for number in range(len(case.campaigns)):
        first, last = _span(case, number)
        if last >= low and first <= high:
            left, right = _inside(x, first) - 4, _inside(x, last) + 4
            drawing.add("rect", css="span", x=left, y=TOP, width=right - left, height=BASE - TOP)
    powers = [10.0**n for n in range(round(log10(y.low)), floor(log10(y.high)) + 1)]
    axes(
        drawing,
        x,
        y,
        x_text=[(time, words) for time, words in ticks if low <= time < high],
        y_text=[(power, f"{power:,g}") for power in powers],
    )
    drawing.text(8, TOP - 14, case.currency, css="soft")
    notes = sorted(note for note in _notes(case) if low <= note[0] <= high)
    _lines(drawing, x, [note for note in notes if note[1] != "label"])
    _flags(drawing, x, [note for note in notes if note[1] == "label"])
    inside = [row for row in case.rows if low <= row["time"] <= high]
    for row in sorted(inside, key=lambda row: row["fraud"]):
        _point(drawing, float(x(row["time"])), float(y(max(row["amount"], y.low))), row, numbers=numbers)
    met = [event for event in case.events if low <= event["time"] <= high and (numbers or event["type"] != "log_in")]
    case_events.draw(drawing, x, TOP + 6.0, met, named=numbers)
    return drawing


def _amounts(case: Case) -> Scale:
    amounts = [row["amount"] for row in case.rows if row["amount"] > 0] or [1.0, 100.0]
    cheap = 10.0 ** int(log10(max(min(amounts), 0.11)) - (0 if min(amounts) >= 1 else 1))
    return Scale(cheap, max(max(amounts) * 1.5, cheap * 10), BASE, TOP, log=True)


def _inside(x: Scale, time: float) -> float:
    """Pixel of a moment, or of the end of the axis beyond which it lies."""
    return float(x(min(max(time, x.low), x.high)))


def _lines(drawing: Drawing, x: Scale, notes: list[tuple[int, str, str]]) -> None:
    """Vertical lines with words above, in three rows so that neighbours do not cover each other."""
    for place, (time, kind, words) in enumerate(notes):
        at, row = float(x(time)), 12 + 13 * (place % 3)
        anchor, shift = ("end", -4) if at > WIDTH * 0.86 else ("start", 4)
        drawing.rule(at, row - 9, at, BASE, css=kind)
        drawing.text(at + shift, row, words, anchor=anchor)


def _flags(drawing: Drawing, x: Scale, notes: list[tuple[int, str, str]]) -> None:
    """Labels below the axis: a flag on the day each becomes known."""
    for place, (time, _, words) in enumerate(notes):
        at, row = float(x(time)), BASE + 31 + 13 * (place % 2)
        anchor, shift = ("end", -5) if at > WIDTH * 0.86 else ("start", 11)
        drawing.mark("flag", at, row, css="fraud line")
        drawing.text(at + shift, row, f"label: {words}", anchor=anchor)


def _point(drawing: Drawing, x: float, y: float, row: dict, *, numbers: bool) -> None:
    words = f"{row['local']} local, {row['amount']:,.2f}, {row['name']}, answer {row['response']}"
    words += f", {row['scenario']} step {row['step']}: {row['phase']}" if row["fraud"] else ""
    words += f", looks odd: {row['oddity']}" if row["oddity"] else ""
    sign = _sign(row)
    drawing.mark(sign.shape, x, y, css=sign.css, hint=words)
    if row["fraud"] and numbers:
        drawing.text(x + 6, y - 5, str(row["step"] + 1), css="soft")
    if row["oddity"]:
        drawing.mark(ODD.shape, x, y, css=ODD.css)


def _sign(row: dict) -> Sign:
    if row["fraud"] and row["phase"] == "test":
        return TEST if row["approved"] else HOLLOW_TEST
    if row["fraud"]:
        return FRAUD if row["approved"] else FRAUD_DECLINED
    if row["type"] == "refund":
        return REFUND
    return GENUINE if row["approved"] else DECLINED


def _rows(case: Case) -> list[dict]:
    """The first campaign's rows, and the genuine ones between them."""
    first, last = _span(case, 0)
    return [row for row in case.rows if first - 6 * HOUR <= row["time"] <= last + 6 * HOUR]


def moment(time: int) -> str:
    """Write a moment of UTC."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)).strftime("%Y-%m-%d %H:%M")


def _day(day: int) -> str:
    return moment(day * DAY)[5:10]
