"""Charts: small pictures in SVG, drawn by hand, each complete in itself.

A picture brings its own colours for light and dark surroundings and needs nothing from outside, so
it works inside a page, as a file, and as an image in a user interface.

Belongs here: drawing. Does not belong here: what is measured.
"""

from fraudsim_assets.scorecard.charts.pictures import PICTURES, Picture, draw

__all__ = ["PICTURES", "Picture", "draw"]
