"""From a template and values to one HTML page.

Belongs here: the settings of the template engine. Does not belong here: templates (files in ``templates``).
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from fraudsim_assets.pages.drawing import STYLE

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("fraudsim_assets.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["drawing_style"] = STYLE
    return environment


def render(template: str, **values: Any) -> str:
    """Render a page.

    Parameters
    ----------
    template
        Name of a file in ``templates``.
    **values
        What the template names; text is escaped, a ``Drawing`` becomes a picture. A name that the template uses
        and that is not given is an error of the template engine.

    Returns
    -------
    str
        HTML without any reference to other files.
    """
    return _environment().get_template(template).render(**values)
