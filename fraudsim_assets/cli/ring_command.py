"""``fraudsim inspect --ring``: a fraud ring on the terminal, as JSON or as a page.

Belongs here: showing it. Does not belong here: finding it (``ring``) and drawing it (``ring_page``).
"""

from datetime import date
from pathlib import Path

from fraudsim_assets.cli.output import write_page
from fraudsim_assets.cli.session import Session

LINKS = 40
"""Links listed on the terminal. [count]"""


def inspect_ring(session: Session, wanted: str, day: date | None, html: Path | None) -> None:
    """Show a ring.

    Raises
    ------
    ConfigError
        If there is no such ring.
    StorageError
        If the page cannot be written.
    """
    from fraudsim_assets.cli.catalogs import catalogs_in_memory
    from fraudsim_assets.cli.ring import portrait_of
    from fraudsim_assets.cli.ring_page import as_dict, edges, page, story, title
    from fraudsim_assets.simulation import World

    world = World(session.seeded, catalogs_in_memory(session))
    if day is not None:
        world.check_day(day)
    portrait = portrait_of(world, wanted, day=day)
    if html is not None:
        write_page(html, page(portrait, source=f"Seed {world.config.seed}"))
        session.output.say(f"{html} written")
    if session.output.as_json:
        session.output.result(as_dict(portrait))
    elif html is None:
        for line in (title(portrait), *story(portrait)):
            session.output.say(line)
        most = edges(portrait)[:LINKS]
        rows = [(edge.source, edge.target, edge.requests, "ring" if edge.fraud else "genuine") for edge in most]
        session.output.table("Links with most requests", ("who", "what", "requests", "whose"), rows)
