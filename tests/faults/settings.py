"""The sandbox for the cases of the rows: what is doubtful is looked at every second, so that a case
takes seconds. A soak uses the real schedule (config/settings/journey.py).
"""

from datetime import timedelta

from config.settings.journey import *

for _name in ("delivery.reap", "delivery.reconcile"):
    CELERY_BEAT_SCHEDULE[_name]["schedule"] = timedelta(seconds=1)
