"""A fraud ring told in sentences and drawn as a graph: cards, what they have in common, and innocents.

Belongs here: sentences, nodes and edges, the drawing and the page. Does not belong here: finding the ring (``ring``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from fraudsim_assets.cli.ring import Portrait
from fraudsim_assets.pages import render
from fraudsim_assets.pages.drawing import Drawing, Sign

WIDTH, ROW, TOP = 1060, 15, 64
"""Width of the drawing, height of a row of nodes, and where the first one stands. [px]"""

MOST_CARDS, MOST_HUBS, MOST_INNOCENTS = 48, 12, 40
"""Nodes drawn of each kind: what is shared most, then those with most requests. [count]"""

CARDS_X, HUBS_X, INNOCENTS_X = 170.0, 530.0, 890.0

HUBS = {"device": "device_id", "address": "ip_address", "merchant": "merchant_id"}
"""What requests may have in common, with their columns."""

DROP = "drop"
"""A postal address that the bank is told to send post to."""

LEGEND = (
    Sign("large dot", "fraud", "card that is struck"),
    Sign("square", "device", "device"),
    Sign("triangle", "address", "network address"),
    Sign("flag", "merchant", "merchant"),
    Sign("cross", "drop", "drop: postal address to which post of struck customers is sent"),
    Sign("ring", "innocent", "customer who orders from a device of the ring, or lives at a drop, and knows nothing"),
)


@dataclass(frozen=True)
class Edge:
    """Requests that a card, or an innocent, made with a device, from an address or at a merchant.

    Of a drop it is changes of address: of the holder of a card by the ring, or of an innocent.
    """

    source: str
    target: str
    kind: str
    requests: int
    fraud: bool


def edges(portrait: Portrait) -> list[Edge]:
    """All edges of the graph, those with most requests first."""
    found = [
        Edge(f"card {card}", f"{kind} {hub}", kind, count, fraud=True)
        for kind, column in HUBS.items()
        for card, hub, count in _counted(portrait.requests, "card_id", column)
    ]
    found += [
        Edge(f"customer {person}", f"device {device}", "device", count, fraud=False)
        for person, device, count in _counted(portrait.innocents, "customer_id", "device_id")
    ]
    card_of = dict(portrait.requests.select("customer_id", "card_id").reverse().iter_rows())
    found += [
        Edge(f"card {card_of[person]}", f"{DROP} {drop}", DROP, count, fraud=True)
        for person, drop, count in _counted(portrait.drops, "customer_id", "address_id")
        if person in card_of
    ]
    found += [
        Edge(f"customer {person}", f"{DROP} {drop}", DROP, count, fraud=False)
        for person, drop, count in _counted(portrait.residents, "customer_id", "address_id")
    ]
    return sorted(found, key=lambda edge: (-edge.requests, edge.source, edge.target))


def _counted(rows: pl.DataFrame, *columns: str) -> list[tuple[int, int, int]]:
    return rows.drop_nulls(list(columns)).group_by(*columns).len().sort("len", *columns, descending=True).rows()


def title(portrait: Portrait) -> str:
    """Name the ring."""
    return f"Ring {portrait.ring}, a {portrait.kind}"


def story(portrait: Portrait) -> Iterator[str]:
    """Tell of the ring in sentences."""
    rows, innocents = portrait.requests, portrait.innocents
    kinds = rows["fraud_scenario"].cast(pl.String).value_counts(sort=True).rows()
    yield (
        f"It works from {portrait.begins} to {portrait.ends} and is {portrait.size:g} times as large as the smallest. "
        f"Shown are the days from {portrait.first} to {portrait.last}."
    )
    yield (
        f"{rows.height} requests in {rows['campaign_id'].n_unique()} campaigns against {rows['card_id'].n_unique()} "
        f"cards, {rows['is_approved'].sum()} of them approved: {', '.join(f'{name} {n}' for name, n in kinds)}."
    )
    devices = rows["device_id"].drop_nulls().n_unique()
    shared = innocents["device_id"].n_unique()
    yield (
        f"{devices} devices, {rows['ip_address'].drop_nulls().n_unique()} addresses and "
        f"{rows['merchant_id'].n_unique()} merchants. {innocents['customer_id'].n_unique()} customers order with "
        f"{shared} of the devices as well, {innocents.height} times."
    )
    if portrait.drops.height:
        yield (
            f"Changes of address in the names of customers: {portrait.drops.height}, to "
            f"{portrait.drops['address_id'].n_unique()} drops (postal addresses at which the ring collects cards and "
            f"goods). Customers who moved to such an address of their own accord, and live there: "
            f"{portrait.residents['customer_id'].n_unique()}."
        )
    if portrait.phones.height:
        numbers = sorted(set(portrait.phones["phone_id"].to_list()))
        yield (
            f"Changes of phone in the names of {portrait.phones['customer_id'].n_unique()} customers, to "
            f"{len(numbers)} prepaid numbers of the ring: {', '.join(map(str, numbers))}."
        )


def as_dict(portrait: Portrait) -> dict:
    """The ring for machines: facts, and the graph as edges."""
    return {
        "ring_id": portrait.ring,
        "kind": portrait.kind,
        "size": portrait.size,
        "begins": str(portrait.begins),
        "ends": str(portrait.ends),
        "shown": [str(portrait.first), str(portrait.last)],
        "campaigns": sorted(set(portrait.requests["campaign_id"].to_list())),
        "cards": sorted(set(portrait.requests["card_id"].to_list())),
        "requests": portrait.requests.height,
        "drops": sorted(set(portrait.drops["address_id"].to_list())),
        "phones": sorted(set(portrait.phones["phone_id"].to_list())),
        "residents": sorted(set(portrait.residents["customer_id"].to_list())),
        "innocents": sorted(set(portrait.innocents["customer_id"].to_list())),
        "edges": [vars(edge) for edge in edges(portrait)],
    }


def page(portrait: Portrait, *, source: str) -> str:
    """Write the page."""
    return render(
        "ring.html",
        title=title(portrait),
        source=source,
        story=list(story(portrait)),
        graph=graph(portrait),
        legend=LEGEND,
    )


def graph(portrait: Portrait) -> Drawing:
    """Draw cards on the left, what they have in common in the middle, innocents on the right."""
    found = edges(portrait)
    hubs = [hub for kind in (*HUBS, DROP) for hub in _shared_most(found, kind)]
    cards = _first((e.source for e in found if e.fraud and e.target in hubs), MOST_CARDS)
    people = _first((e.source for e in found if not e.fraud and e.target in hubs), MOST_INNOCENTS)
    most = max(len(hubs), len(cards), len(people), 1)
    height = TOP + ROW * most + 24
    place = {hub: (HUBS_X, _y(i, len(hubs), most)) for i, hub in enumerate(hubs)}
    heads = {hub.split(" ")[0]: y for hub, (_, y) in reversed(place.items())}
    for some, x in ((cards, CARDS_X), (people, INNOCENTS_X)):
        ordered = sorted(some, key=lambda node: _middle(node, found, place))
        place |= {node: (x, _y(i, len(ordered), most)) for i, node in enumerate(ordered)}
    drawing = Drawing(WIDTH, height, title(portrait))
    drawing.headline(f"{portrait.first} to {portrait.last}; red: what the ring does, blue: what is genuine")
    for edge in found:
        if edge.source in place and edge.target in place:
            _line(drawing, edge, place[edge.source], place[edge.target])
    for node, (x, y) in place.items():
        _node(drawing, node, x, y)
    for kind, y in heads.items():
        drawing.text(HUBS_X + 14, y + 4, f"{kind}{'es' if kind.endswith('s') else 's'}", css="legend")
    return drawing


def _shared_most(found: Sequence[Edge], kind: str) -> list[str]:
    """What is shared by most cards and innocents, those with most requests first among equals."""
    sources: dict[str, set[str]] = {}
    for edge in found:
        if edge.kind == kind:
            sources.setdefault(edge.target, set()).add(edge.source)
    used = {edge.target for edge in found if edge.fraud}
    wanted = sorted((hub for hub in sources if hub in used), key=lambda hub: -len(sources[hub]))
    return wanted[:MOST_HUBS]


def _first(names: Iterator[str], most: int) -> list[str]:
    return list(dict.fromkeys(names))[:most]


def _y(number: int, of: int, most: int) -> float:
    return TOP + ROW * most * (number + 0.5) / of


def _middle(node: str, found: Sequence[Edge], place: dict[str, tuple[float, float]]) -> float:
    """Mean height of what a node is linked with, so that few lines cross."""
    linked = [place[edge.target][1] for edge in found if edge.source == node and edge.target in place]
    return sum(linked) / len(linked)


def _line(drawing: Drawing, edge: Edge, source: tuple[float, float], target: tuple[float, float]) -> None:
    (x1, y1), (x2, y2) = source, target
    bend = (x1 + x2) / 2
    drawing.add(
        "path",
        css="bad" if edge.fraud else "good",
        hint=f"{edge.source}, {edge.target}: {edge.requests}",
        d=f"M{x1:.1f} {y1:.1f}C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}",
        stroke_width=f"{min(0.7 + 0.35 * edge.requests, 4):.1f}",
    )


def _node(drawing: Drawing, node: str, x: float, y: float) -> None:
    kind, number = node.split(" ")
    sign = {
        "card": LEGEND[0],
        "device": LEGEND[1],
        "address": LEGEND[2],
        "merchant": LEGEND[3],
        "drop": LEGEND[4],
        "customer": LEGEND[5],
    }
    drawing.mark(sign[kind].shape, x, y, css=sign[kind].css, hint=node)
    if kind == "card":
        drawing.text(x - 10, y + 4, f"card {number}", anchor="end", css="soft")
    elif kind == "customer":
        drawing.text(x + 12, y + 4, f"customer {number}", css="soft")
