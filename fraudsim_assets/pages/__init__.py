"""Pages and pictures that need nothing else: no script, no font, no network.

Belongs here: marks on paper (``drawing``), the frame of a page (``rendering``) and the templates of all pages.
Does not belong here: what a page says, which its caller works out.
"""

from fraudsim_assets.pages.rendering import render

__all__ = ["render"]
