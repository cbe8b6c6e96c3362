"""The year of a world, day by day, beside that of real payments.

Belongs here: published years in factors, counting a world's year in the same way, and comparing them. Does not belong
here: what days are like by law and custom (``fraudsim_assets.calendar``), and numbers without a date (``realism``).
"""
