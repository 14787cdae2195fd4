from notifications.models.browser import Browser
from notifications.models.live import LiveEvent
from notifications.models.message import Message, Sending
from notifications.models.webhook import Call, Endpoint, Event
from notifications.models.wishes import Digest, Habits, Preference

__all__ = [
    "Browser",
    "Call",
    "Digest",
    "Endpoint",
    "Event",
    "Habits",
    "LiveEvent",
    "Message",
    "Preference",
    "Sending",
]
