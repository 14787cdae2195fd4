"""What is kept to plan with, beside the posts."""

from calendar_app.models.feed import Feed
from calendar_app.models.saved import SavedView

__all__ = ["Feed", "SavedView"]
