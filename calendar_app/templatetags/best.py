"""Best times on the hours of the calendar. Hours that have passed have none."""

from django import template
from django.template import Context

from calendar_app.queries.best import WORDS
from calendar_app.queries.hours import Cell

register = template.Library()


@register.simple_tag(takes_context=True)
def best_level(context: Context, cell: Cell) -> int:
    """`{% best_level cell %}`: from 1 to 3; 0 where it is none, or nobody asks."""
    best = context.get("best")
    if best is None or not cell.begins:
        return 0
    level: int = best.levels.get((cell.day.weekday(), cell.slot.hour), 0)
    return level


@register.simple_tag(takes_context=True)
def best_word(context: Context, cell: Cell) -> str:
    """`{% best_word cell as word %}`: the same in words, or nothing."""
    return str(WORDS.get(best_level(context, cell), ""))
