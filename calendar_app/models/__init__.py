from calendar_app.models.feed import Feed

__all__ = ["Feed"]
