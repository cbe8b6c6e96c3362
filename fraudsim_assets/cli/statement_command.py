"""``fraudsim inspect --customer``: months of people, as a bank shows them.

Belongs here: choosing them and showing them on the terminal. Does not belong here: what stands on a statement
(``statement``) and its page (``statement_page``).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fraudsim_assets.cli.output import write_page
from fraudsim_assets.cli.session import Session
from fraudsim_assets.cli.statement_model import grouped
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    from fraudsim_assets.cli.statement_model import Statement

WIDTHS = (12, 26, 19, 4, 10, 14, 9)
"""Columns of a line: time, merchant, place, card, how paid, amount, billed; 100 with blanks between. [characters]"""


@dataclass(frozen=True)
class Asked:
    """What is asked for, as given on the command line."""

    customer: str | None
    month: str | None
    count: int | None
    truth: bool


def inspect_customers(session: Session, asked: Asked, html: Path | None) -> None:
    """Show statements of a customer, or of any.

    Raises
    ------
    ConfigError
        If the wishes contradict each other or there is no such customer or month.
    StorageError
        If the page cannot be written.
    """
    from fraudsim_assets.cli.catalogs import catalogs_in_memory
    from fraudsim_assets.cli.statement import ANY, parse_month, statements
    from fraudsim_assets.simulation import World

    if asked.customer is None:
        raise ConfigError(f"--month, --count and --truth go with --customer; give an id or {ANY}")
    if asked.count is not None and asked.customer != ANY:
        raise ConfigError(f"--count goes with --customer {ANY}")
    month = None if asked.month is None else parse_month(asked.month)
    config = session.seeded
    world = World(config, catalogs_in_memory(session))
    found = statements(world, asked.customer, month=month, count=10 if asked.count is None else asked.count)
    if not asked.truth:
        found = [replace(s, lines=tuple(replace(line, truth="") for line in s.lines)) for s in found]
    if html is not None:
        from fraudsim_assets.cli.statement_page import page

        write_page(html, page(found, source=f"Seed {config.seed}"))
        session.output.say(f"{html} written")
    if session.output.as_json:
        session.output.result([asdict(statement) for statement in found])
    elif html is None:
        for statement in found:
            _show(session, statement)


def _show(session: Session, statement: "Statement") -> None:
    say = session.output.say
    say(f"\n{statement.heading}\n{statement.about}")
    for line in statement.lines:
        billed = grouped(line.billed) if line.approved else ""
        amount = f"{grouped(line.amount)} {line.currency}"
        when = f"{line.local:%a %d %H:%M}"
        say(_fitted((when, line.name, _place(line.place), line.card, line.how, amount, billed)))
        if note := ", ".join(part for part in (line.note, f"fraud: {line.truth}" if line.truth else "") if part):
            say(f"{'':{WIDTHS[0]}} {note}")
    for card in statement.cards:
        refunds = f", {grouped(card.refunded)} given back" if card.is_refunded else ""
        declined = f", {card.declined} declined" if card.declined else ""
        line = "" if card.limit is None else f", line {grouped(card.limit)}, {card.used or 0.0:.0%} of it this month"
        say(
            f"{card.card} {card.network} {card.product} (card {card.card_id}): {card.payments} payments, "
            f"{grouped(card.spent)} {card.currency}"
            f"{refunds}{declined}{line}"
        )


def _place(text: str) -> str:
    """Town and country in the width of their column: a long town is cut, its country is not."""
    from rich.cells import cell_len, set_cell_size

    town, _, country = text.rpartition(" ")
    room = WIDTHS[2] - cell_len(country) - 1
    return f"{set_cell_size(town, room)} {country}" if cell_len(town) > room else text


def _fitted(cells: Sequence[str]) -> str:
    """Cells in columns; the last two are flush right."""
    from rich.cells import cell_len, set_cell_size

    left = [set_cell_size(text, width) for text, width in zip(cells[:-2], WIDTHS, strict=False)]
    right = [" " * (width - cell_len(text)) + text for text, width in zip(cells[-2:], WIDTHS[-2:], strict=True)]
    return " ".join((*left, *right))
