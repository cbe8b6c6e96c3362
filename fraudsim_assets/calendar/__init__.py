"""The calendar: how much of each kind of spending falls on each day of the year, by region.

The one idea: a day of a trade is a weekday or a day of rest, in a month, near a feast, near a pay
day; each of these is a factor that follows from a law, a custom or a pay slip, and the rate of the day is
their product. No day of any year is described by itself.

Belongs here: rates of days. Does not belong here: who spends (``spending``), hours of the day
(``spending.rhythm``), and the figures (``reference_data``).
"""

from fraudsim_assets.calendar.model import CalendarData
from fraudsim_assets.calendar.rates import DayRates, year_rates
from fraudsim_assets.calendar.rest import Region

__all__ = ["CalendarData", "DayRates", "Region", "year_rates"]
