"""The Celery application: worker and beat start here, tasks are found in each room's tasks.py."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging, task_prerun, worker_ready
from django.conf import settings
from django.db import close_old_connections
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES

from config.logs import configure
from config.watchdog import Watchdog
from delivery import queues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# The embedded broker is kombu's folder of messages, made safe for several processes.
TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"

# Celery warns of root because of pickled messages; ours are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("drumbeat")
app.Task.Request = "config.freshness:FreshRequest"
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name) for name in queues.names()]
# Celery would connect for each tick. Here Django decides, by age and by asking a connection.
app.conf.CELERY_DB_REUSE_MAX = 10_000
app.autodiscover_tasks()


@setup_logging.connect
def log_as_we_do(**_: Any) -> None:
    """Celery leaves logging alone where somebody answers this signal."""
    configure(settings.LOGGING)


@task_prerun.connect
def look_at_connections(**_: Any) -> None:
    """One that was cut meanwhile is closed, so that no tick is what finds it out."""
    close_old_connections()


WATCHDOG = Watchdog()
task_prerun.connect(WATCHDOG.hear, weak=False)
worker_ready.connect(WATCHDOG.watch, weak=False)
