"""Statements drawn: where a person was in a month, and when each payment was made, above the lines themselves.

Belongs here: the two drawings and the page. Does not belong here: what stands on a statement (``statement``), and how
marks and pages are made (``fraudsim_assets.pages``).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from math import cos, hypot, radians

from fraudsim_assets.cli.statement_model import Line, Place, Statement, grouped
from fraudsim_assets.pages import render
from fraudsim_assets.pages.drawing import Drawing, Sign

MAP_WIDTH, MAP_HEIGHT, MARGIN = 500, 400, 34
WEEK_WIDTH, WEEK_HEIGHT, LEFT, TOP = 1000, 58, 70, 34
"""Sizes of the pictures: of the maps, and of a week. [pixels]"""

KM_PER_DEGREE = 111.2
NEAR_KM = 60.0
"""What is no further from home than this is on the first map; if more was seen, a second one shows all. [km]"""

LEAST_KM = 2.0
"""Maps show at least so much. [km]"""

NAMED_SHOPS = 6
"""So many of the shops most often visited are named, where there is room. [count]"""

LINE = 13
"""Height of a line of words. [pixels]"""


SHOP = Sign("dot", "shop", "in a shop")
ONLINE = Sign("square", "web", "remote")
CASH = Sign("triangle", "cash", "cash")
REFUND = Sign("ring", "back line", "refund")
DECLINED = Sign("cross", "no line", "declined")
FRAUD = Sign("ring", "fraud line", "fraud")


def page(found: Sequence[Statement], *, source: str) -> str:
    """Write the page.

    Parameters
    ----------
    source
        Which world the statements are from, in words.
    """
    told = any(line.truth for statement in found for line in statement.lines)
    return render(
        "statement.html",
        grouped=grouped,
        title="Card statements",
        source=source,
        legend=[SHOP, ONLINE, CASH, REFUND, DECLINED, *([FRAUD] if told else [])],
        statements=[
            {
                "heading": statement.heading,
                "about": statement.about,
                "maps": maps(statement),
                "weeks": weeks(statement),
                "lines": statement.lines,
                "cards": statement.cards,
            }
            for statement in found
        ],
    )


def maps(statement: Statement) -> list[Drawing]:
    """Draw the surroundings of home, and all places if some are further away."""
    visited = [line for line in statement.lines if line.latitude is not None]
    near = [line for line in visited if _km(statement.home, line) <= NEAR_KM]
    drawn = [_map(statement, near, "around home")]
    return drawn if len(near) == len(visited) else [*drawn, _map(statement, visited, "all journeys")]


def _km(home: Place, line: Line | Place) -> float:
    """Distance on a flat map about home. [km]"""
    east, north = _offset(home, line)
    return hypot(east, north)


def _offset(home: Place, line: Line | Place) -> tuple[float, float]:
    """How far east and north of home. [km]"""
    latitude, longitude = float(line.latitude or 0.0), float(line.longitude or 0.0)
    east = (longitude - home.longitude + 180.0) % 360.0 - 180.0
    return east * KM_PER_DEGREE * cos(radians(home.latitude)), (latitude - home.latitude) * KM_PER_DEGREE


def _map(statement: Statement, lines: Sequence[Line], what: str) -> Drawing:
    """Draw shops as dots, in order of time joined by lines."""
    home, work = statement.home, statement.work
    known = [home] if work is None or _km(home, work) > NEAR_KM else [home, work]
    points = [_offset(home, thing) for thing in (*lines, *known)]
    east, north = [x for x, _ in points], [y for _, y in points]
    middle = ((min(east) + max(east)) / 2, (min(north) + max(north)) / 2)
    span = max(max(east) - min(east), (max(north) - min(north)) * MAP_WIDTH / MAP_HEIGHT, LEAST_KM)
    scale = (MAP_WIDTH - 2 * MARGIN) / span
    drawing = Drawing(MAP_WIDTH, MAP_HEIGHT, f"Places of {statement.holder}, {what}")

    def at(thing: Line | Place) -> tuple[float, float]:
        x, y = _offset(home, thing)
        return MAP_WIDTH / 2 + (x - middle[0]) * scale, MAP_HEIGHT / 2 - (y - middle[1]) * scale

    for before, after in pairwise(lines):
        if (before.latitude, before.longitude) != (after.latitude, after.longitude):
            (x1, y1), (x2, y2) = at(before), at(after)
            drawing.rule(x1, y1, x2, y2, css="way")
    visits = Counter((line.name, line.place, line.latitude, line.longitude) for line in lines)
    shops = {(line.name, line.place, line.latitude, line.longitude): line for line in lines}
    written = []
    for place, words in zip(known, ("home", "work"), strict=False):
        x, y = at(place)
        drawing.mark("flag", x, y, css="home", hint=f"{words}, {place.name}")
        drawing.text(x - 4, y - 3, words, anchor="end", css="legend title")
        written.append(y)
    for shop, times in visits.most_common():
        x, y = at(shops[shop])
        drawing.add("circle", css="shop", hint=f"{shop[0]}, {shop[1]}: {times}", cx=x, cy=y, r=2.5 + times**0.5)
        if len(written) < NAMED_SHOPS + len(known) and all(abs(y - other) > LINE for other in written):
            right = x < MAP_WIDTH / 2
            drawing.text(x + (7 if right else -7), y + 4, f"{shop[0]} ({times})", anchor="start" if right else "end")
            written.append(y)
    _measure(drawing, scale)
    drawing.text(8, 16, what, css="title")
    return drawing


def _measure(drawing: Drawing, scale: float) -> None:
    """Draw a bar of a round length."""
    wanted = MAP_WIDTH / 5 / scale
    length = max(
        (n for n in (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if n <= wanted), default=0.1
    )
    right, y = MAP_WIDTH - 14, MAP_HEIGHT - 12
    drawing.rule(right - length * scale, y, right, y, css="axis")
    drawing.text(right, y - 5, f"{length:g} km", anchor="end", css="soft")


def weeks(statement: Statement) -> Drawing:
    """Draw a week per row and a column per day, hours from left to right within each day."""
    first = statement.month - timedelta(days=statement.month.weekday())
    days = [line.local.date() for line in statement.lines] or [statement.month]
    rows = (max(days) - first).days // 7 + 1
    drawing = Drawing(WEEK_WIDTH, TOP + rows * WEEK_HEIGHT + 8, f"Weeks of {statement.holder}")
    wide = (WEEK_WIDTH - LEFT) / 7
    for day, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")):
        drawing.text(LEFT + (day + 0.5) * wide, 14, name, anchor="middle", css="title")
        for hour in (6, 12, 18):
            drawing.text(LEFT + (day + hour / 24) * wide, 27, str(hour), anchor="middle", css="soft")
    for row in range(rows):
        top, monday = TOP + row * WEEK_HEIGHT, first + timedelta(days=7 * row)
        drawing.text(LEFT - 8, top + WEEK_HEIGHT / 2, f"{monday:%d %b}", anchor="end", css="soft")
        for day in range(7):
            weekend = "day free" if day >= 5 else "day"
            drawing.add("rect", css=weekend, x=LEFT + day * wide, y=top, width=wide - 2, height=WEEK_HEIGHT - 2)
    stacked: Counter[tuple[int, int, int]] = Counter()
    for line in statement.lines:
        since = line.local.date() - first
        if since.days >= 0:
            row, day = divmod(since.days, 7)
            hour = line.local.hour + line.local.minute / 60
            place = (row, day, int(hour / 1.5))
            x, y = LEFT + (day + hour / 24) * wide, TOP + row * WEEK_HEIGHT + 10 + 11 * (stacked[place] % 4)
            stacked[place] += 1
            _point(drawing, x, y, line)
    return drawing


def _point(drawing: Drawing, x: float, y: float, line: Line) -> None:
    note = f", {line.note}" if line.note else ""
    hint = (
        f"{line.local:%a %d %H:%M} {line.name}, {line.place}, {grouped(line.amount)} {line.currency}, {line.how}{note}"
    )
    sign = _sign(line)
    drawing.mark(sign.shape, x, y, css=sign.css, hint=hint)
    if line.truth:
        drawing.mark(FRAUD.shape, x, y, css=FRAUD.css, hint=f"{hint}, fraud: {line.truth}")


def _sign(line: Line) -> Sign:
    if not line.approved:
        return DECLINED
    if line.kind == "refund":
        return REFUND
    if line.kind == "cash_withdrawal":
        return CASH
    return SHOP if line.latitude is not None else ONLINE
