"""What config/beat.py builds on: the package comes without types."""

from celery.beat import Scheduler

class DatabaseScheduler(Scheduler):
    _heap_invalidated: bool
    def schedule_changed(self) -> bool: ...
