"""The slots that are still free, for a day or an hour that is drawn by itself."""

from django.template import Context, Engine
from django.utils.safestring import SafeString

from calendar_app.queries.hours import Cell
from calendar_app.queries.month import Day


def slots_of(context: Context, place: Day | Cell) -> SafeString:
    found = Engine.get_default().get_template("calendar_app/_free.html#free_slots")
    with context.push(place=place):
        return found.render(context)
