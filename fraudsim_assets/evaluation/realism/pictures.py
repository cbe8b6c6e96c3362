"""The pictures of a scorecard.

Belongs here: one function per picture, from a view to a drawing. Does not belong here: marks and axes
(``pages.drawing``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import View
from fraudsim_assets.evaluation.realism.habits import by_person, rescaled_gaps, visit_numbers, visits_by_rank
from fraudsim_assets.evaluation.realism.measures.sectors import sector_share
from fraudsim_assets.evaluation.realism.measures.sectors import sectors as published_sectors
from fraudsim_assets.evaluation.realism.measures.shared import typical_week
from fraudsim_assets.evaluation.realism.tallies import AMOUNT_EDGES, KM_EDGES, POS
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.maths.estimation import histogram_quantiles
from fraudsim_assets.pages.drawing import Drawing, Scale, axes, columns, legend, readable, share
from fraudsim_assets.units import Floats

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EUROS = ((1.0, "1"), (10.0, "10"), (100.0, "100"), (1000.0, "1000"))
SMALLEST_SAMPLE = 30


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes
    ----------
    name
        For files and anchors.
    caption
        What to look for, in a sentence.
    draw
        Draws it.
    """

    name: str
    caption: str
    draw: Callable[[View], Drawing]


def week(view: View) -> Drawing:
    """Heat map of payments by hour of the week."""
    counts = typical_week(view, "week_number").reshape(7, 24)
    fraction = counts / counts.sum()
    drawing = Drawing(760, 276, "Payments by hour of the week")
    drawing.headline("local time at the merchant; the stronger the more")
    left, top, wide, high = 40, 48, 29, 29
    for day in range(7):
        drawing.text(left - 8, top + day * high + 19, DAYS[day], anchor="end", css="soft")
        for hour in range(24):
            value = fraction[day, hour]
            drawing.rect(
                left + hour * wide,
                top + day * high,
                wide - 2,
                high - 2,
                fill="var(--a)",
                opacity=0.04 + 0.96 * float(value / fraction.max()),
                hint=f"{DAYS[day]} {hour} h: {share(float(value))} of the week",
            )
    for hour in range(0, 24, 3):
        drawing.text(left + hour * wide + wide / 2 - 1, top + 7 * high + 16, f"{hour} h", anchor="middle", css="soft")
    return drawing


def amounts(view: View) -> Drawing:
    """Amounts by category, one small histogram each."""
    counts = view.sum("amounts").sum(axis=1)
    order = [int(c) for c in np.argsort(-counts.sum(axis=1)) if counts[c].sum() >= 200][:24]
    across, wide, high = 4, 190, 78
    rows = -(-len(order) // across)
    drawing = Drawing(across * wide, 52 + rows * high, "Amounts by category")
    drawing.headline("purchases in euros, on a logarithmic axis; line and number are the median")
    for i, category in enumerate(order):
        x0, y0 = (i % across) * wide, 52 + (i // across) * high
        x = Scale(0.3, 5000.0, x0, x0 + wide - 18, log=True)
        shape = counts[category].reshape(-1, 10).sum(axis=1)
        edges = np.exp(AMOUNT_EDGES[::10])
        middle = np.sqrt(edges[1:] * edges[:-1])
        inside = (middle > 0.3) & (middle < 5000.0)
        y = y0 + high - 24 - shape[inside] / shape.max() * (high - 44)
        base = y0 + high - 24
        xs = np.concatenate([[x(middle[inside][0])], x(middle[inside]), [x(middle[inside][-1])]])
        drawing.path(xs, np.concatenate([[base], y, [base]]), colour="var(--a)", width=1.2, fill="var(--a)")
        median = float(np.exp(histogram_quantiles(counts[category], AMOUNT_EDGES, np.array([0.5]))[0]))
        drawing.rule(float(x(median)), y0 + 18, float(x(median)), base, css="axis")
        name = view.world.reference.category_names[category].replace("_", " ")
        drawing.text(x0, y0 + 12, f"{name}, {readable(round(median, 1))} €")
        if i >= len(order) - across:
            for value, words in EUROS:
                drawing.text(float(x(value)), base + 15, words, anchor="middle", css="soft")
        drawing.rule(x0, base, x0 + wide - 18, base)
    return drawing


def sectors(view: View) -> Drawing:
    """Sector mix, measured and published."""
    drawing = Drawing(
        760, 60 + 26 * len(published_sectors()), "Sectors: share of purchases in shops, by number and by value"
    )
    drawing.headline("bars: this world; marks: the published figures")
    half, name_width = 235.0, 180.0
    for side, (tally, word) in enumerate((("number", "by number"), ("value", "by value"))):
        x = Scale(0.0, 0.34, name_width + side * (half + 55), name_width + side * (half + 55) + half)
        drawing.text(x.start, 46, word, css="soft")
        for i, sector in enumerate(published_sectors().values()):
            y = 54 + 26 * i
            measured = sector_share(sector, tally)(view)
            published = getattr(sector, tally)
            if side == 0:
                drawing.text(name_width - 10, y + 13, sector.short, anchor="end")
            hint = f"{sector.name}: {share(measured)}, published {share(published)}"
            drawing.rect(x.start, y + 3, float(x(measured)) - x.start, 14, fill="var(--a)", opacity=0.85, hint=hint)
            drawing.rect(float(x(published)) - 1.5, y, 3, 20, fill="var(--b)", hint=hint)
            drawing.text(max(float(x(measured)), float(x(published))) + 6, y + 14, share(measured), css="soft")
    return drawing


def merchants(view: View) -> Drawing:
    """Merchants by rank of their number of payments."""
    counts = view.evidence.tallies.merchants
    drawing = Drawing(370, 300, "Merchants by size")
    drawing.headline("payments by rank, shops and web shops")
    series = [np.sort(column[column > 0])[::-1] for column in counts.T]
    most = max((int(s[0]) for s in series if len(s)), default=1)
    longest = max((len(s) for s in series), default=2)
    x = Scale(1, max(longest, 10), 46, 356, log=True)
    y = Scale(1, max(most, 10), 250, 60, log=True)
    axes(drawing, x, y, x_name="rank of the merchant", y_name="payments")
    for sizes, colour in zip(series, ("var(--a)", "var(--b)"), strict=True):
        if len(sizes) > 1:
            at = np.unique(np.geomspace(1, len(sizes), 120).astype(np.int64)) - 1
            drawing.path(x(at + 1.0), y(sizes[at]), colour=colour)
    legend(drawing, 56, 214, (("var(--a)", "shops"), ("var(--b)", "web shops")))
    return drawing


def personal(view: View) -> Drawing:
    """Share of a person's visits by rank of the merchant."""
    shares = visits_by_rank(view.cards, most_rank=30)
    if not shares[0] > 0:
        raise NotMeasurableError("no person of the sample made 40 visits")
    rank = np.arange(1, len(shares) + 1)
    shown = shares > 0
    drawing = Drawing(370, 300, "A person's merchants")
    drawing.headline("share of visits by rank; dashed: rank to the power -1")
    x, y = Scale(1, 30, 52, 356, log=True), Scale(0.002, 0.4, 250, 60, log=True)
    axes(
        drawing,
        x,
        y,
        x_name="rank on the person's own list",
        y_name="share of visits",
        x_text=[(k, str(k)) for k in (1, 2, 5, 10, 20)],
        y_text=[(v, share(v)) for v in (0.003, 0.01, 0.03, 0.1, 0.3)],
    )
    drawing.path(x(rank), y(shares[0] / rank), colour="var(--soft)", width=1.2, dash="4 4")
    drawing.path(x(rank[shown]), y(np.maximum(shares[shown], 0.002)), colour="var(--a)")
    return drawing


def distance(view: View) -> Drawing:
    """Share of purchases in shops further from home than a distance."""
    drawing = Drawing(370, 300, "Distance from home to the shop")
    drawing.headline("share of purchases further away than that")
    x, y = Scale(0.3, 3000, 52, 356, log=True), Scale(0.002, 1.0, 250, 60, log=True)
    axes(
        drawing,
        x,
        y,
        x_name="km",
        x_text=[(v, readable(v)) for v in (1.0, 10.0, 100.0, 1000.0)],
        y_text=[(v, share(v)) for v in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)],
    )
    counts = view.sum("home_km")
    for group, colour in ((1, "var(--a)"), (0, "var(--b)")):
        if counts[group].sum() > 0:
            beyond = 1.0 - np.cumsum(counts[group]) / counts[group].sum()
            edges = np.exp(KM_EDGES[1:])
            shown = (edges >= 0.3) & (edges <= 3000) & (beyond > 0.002)
            drawing.path(x(edges[shown]), y(beyond[shown]), colour=colour)
    legend(drawing, 62, 220, (("var(--a)", "cities above 300,000"), ("var(--b)", "smaller cities")))
    return drawing


def exploration(view: View) -> Drawing:
    """Distinct merchants against visits, with the law of exploration and return."""
    visit, distinct, total = visit_numbers(by_person(view.cards))
    drawing = Drawing(370, 300, "New merchants never cease to come")
    drawing.headline("distinct merchants after so many visits")
    x, y = Scale(0, 130, 46, 356), Scale(0, 60, 250, 60)
    axes(drawing, x, y, x_name="visits of a person", y_name="merchants")
    steps = np.arange(1, 131)
    song = _song(130)
    drawing.path(x(steps), y(song), colour="var(--b)", width=1.5, dash="5 4")
    enough = total >= 120
    if enough.sum() >= SMALLEST_SAMPLE * 120:
        means = np.array([distinct[enough & (visit == step)].mean() for step in range(1, 121)])
        drawing.path(x(np.arange(1, 121)), y(means), colour="var(--a)")
    legend(drawing, 56, 78, (("var(--a)", "people with 120 visits"), ("var(--b)", "published law of mobility")))
    return drawing


def _song(visits: int) -> Floats:
    """Distinct places by the published law: a new one with probability 0.6 S^-0.21. Source: song2010."""
    places, out = 1.0, []
    for _ in range(visits):
        out.append(places)
        places += 0.6 * places**-0.21
    return np.array(out)


def bursts(view: View) -> Drawing:
    """Gaps between a card's payments against those of a Poisson process."""
    u = np.sort(rescaled_gaps(view.cards))
    if len(u) < 1000:
        raise NotMeasurableError("fewer than 1000 gaps between payments")
    drawing = Drawing(370, 300, "Payments come in bursts")
    drawing.headline("gaps on the crowd's clock; even if cards were Poisson")
    density, _ = np.histogram(1.0 - u, bins=25, range=(0.0, 1.0), density=True)
    x, y = Scale(0.0, 1.0, 46, 356), Scale(0.0, max(float(density.max()) * 1.05, 2.0), 250, 60)
    axes(
        drawing,
        x,
        y,
        x_name="rank of the gap, from shortest to longest",
        y_name="frequency",
        x_text=[(0, "0"), (1, "1")],
    )
    columns(drawing, x, y, density.tolist())
    drawing.path(x(np.array([0.0, 1.0])), y(np.array([1.0, 1.0])), colour="var(--b)", width=1.5, dash="5 4")
    return drawing


def hours(view: View) -> Drawing:
    """Hours of a weekday in a few categories."""
    chosen = (("grocery", "var(--a)"), ("restaurant", "var(--b)"), ("fuel", "var(--c)"), ("marketplace", "var(--d)"))
    drawing = Drawing(370, 300, "Hours of a working day")
    drawing.headline("share of the category's payments by local hour")
    curves = []
    for name, colour in chosen:
        category = view.category(name)
        if view.sum("week_number")[category].sum() > 0:
            counts = typical_week(view, "week_number", category).reshape(7, 24)[:5].sum(axis=0)
            curves.append((name, colour, counts / max(counts.sum(), 1e-12)))
    if not curves:
        raise NotMeasurableError("there are no payments")
    top = max(float(curve.max()) for _, _, curve in curves)
    x, y = Scale(0, 23, 46, 356), Scale(0, top * 1.3, 250, 60)
    axes(
        drawing,
        x,
        y,
        x_name="hour",
        x_text=[(h, str(h)) for h in range(0, 24, 4)],
        y_text=[(t, share(t)) for t in y.ticks(4)],
    )
    for _, colour, curve in curves:
        drawing.path(x(np.arange(24)), y(curve), colour=colour)
    legend(drawing, 52, 72, [(colour, name) for name, colour, _ in curves])
    return drawing


def days(view: View) -> Drawing:
    """Payments by day, in shops and remote."""
    counts = np.array([view.payments_on(number).sum(axis=0) for number in sorted(view.evidence.days)])
    if not counts.sum() > 0:
        raise NotMeasurableError("there are no payments")
    drawing = Drawing(760, 240, "Payments by day")
    drawing.headline("weekends, holidays and shopping days; UTC days")
    dates = view.days
    x, y = Scale(0, max(len(counts) - 1, 1), 46, 746), Scale(0, float(counts.max()) * 1.1, 210, 56)
    step = max(1, len(dates) // 10)
    axes(
        drawing,
        x,
        y,
        x_name="",
        x_text=[(i, f"{dates[i]:%d %b}") for i in range(0, len(dates), step)],
    )
    for channel, colour in ((POS, "var(--a)"), (1, "var(--b)")):
        drawing.path(x(np.arange(len(counts))), y(counts[:, channel]), colour=colour)
    legend(drawing, 570, 24, (("var(--a)", "in shops and at machines"), ("var(--b)", "remote")))
    return drawing


def endings(view: View) -> Drawing:
    """Last two digits of amounts, in a few categories."""
    drawing = Drawing(370, 300, "How prices end")
    drawing.headline("share of amounts by cents")
    chosen = (("grocery", "var(--a)"), ("clothing", "var(--b)"), ("restaurant", "var(--c)"))
    cents = view.sum("cents")
    shares = []
    for name, colour in chosen:
        counts = cents[view.category(name)].sum(axis=0)
        if counts.sum() > 0:
            shares.append((name, colour, counts / counts.sum()))
    if not shares:
        raise NotMeasurableError("no currency of this world has cents")
    x, y = Scale(-1, 100, 46, 356), Scale(0.0, max(float(s.max()) for _, _, s in shares) * 1.15, 250, 60)
    axes(
        drawing,
        x,
        y,
        x_name="cents",
        x_text=[(c, f".{c:02d}") for c in (0, 25, 50, 75, 99)],
        y_text=[(t, share(t)) for t in y.ticks(4)],
    )
    for number, (_, colour, values) in enumerate(shares):
        for c in range(100):
            left = float(x(c)) - 1.5 + number
            drawing.rect(left, float(y(values[c])), 1.4, y.start - float(y(values[c])), fill=colour)
    legend(drawing, 120, 78, [(colour, name) for name, colour, _ in shares])
    return drawing


PICTURES: tuple[Picture, ...] = (
    Picture("week", "The week peaks on Saturday around noon and rests in the small hours of Monday.", week),
    Picture("days", "Every day of the range.", days),
    Picture("sectors", "The mix of sectors against a national bulletin of purchases in shops.", sectors),
    Picture("amounts", "Each category has its own ticket: a lognormal body, and a long tail in shops.", amounts),
    Picture("hours", "Shops, meals, fuel and the web keep their own hours.", hours),
    Picture("endings", "Single items end just below, meals end round, baskets end anyhow.", endings),
    Picture("bursts", "Short and very long gaps abound: no Poisson process pays like this.", bursts),
    Picture("exploration", "People return to favourites, and yet keep finding new merchants.", exploration),
    Picture("personal", "A few favourites take most visits.", personal),
    Picture("merchants", "Few merchants are large, most are small.", merchants),
    Picture("distance", "Most shopping is near home, with a heavy tail of trips.", distance),
)
"""Pictures in the order of the report."""


def draw(view: View) -> Mapping[str, Drawing]:
    """Draw every picture that the evidence allows. By name."""
    drawn = {}
    for picture in PICTURES:
        try:
            drawn[picture.name] = picture.draw(view)
        except NotMeasurableError:
            continue
    return drawn
