"""What is kept to plan with, beside the posts."""

from calendar_app.models.feed import Feed
from calendar_app.models.limit import StageLimit
from calendar_app.models.pause import QueuePause
from calendar_app.models.saved import SavedView
from calendar_app.models.slot import Slot

__all__ = ["Feed", "QueuePause", "SavedView", "Slot", "StageLimit"]
