"""Beat's scheduler: the schedule is in the database, where administrators change it."""

import time

from django_celery_beat.schedulers import DatabaseScheduler

# In seconds: so soon a change of the schedule counts.
LOOK_EVERY = 2.0


class Scheduler(DatabaseScheduler):
    """Looks for changes now and then. The original looks before each of the dozen steps of a
    second, and compares all entries, which takes longer than all the rest that it does.
    """

    _looked = float("-inf")

    def schedule_changed(self) -> bool:
        if time.monotonic() - self._looked < LOOK_EVERY:
            return False
        changed = super().schedule_changed()
        self._looked = time.monotonic()
        return changed

    def schedules_equal(self, *_: object, **__: object) -> bool:
        """False once after the entries were read anew."""
        equal = not self._heap_invalidated
        self._heap_invalidated = False
        return equal
