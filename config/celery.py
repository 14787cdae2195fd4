"""The Celery application: worker and beat start here, tasks are found in each room's tasks.py."""

from celery import Celery

app = Celery("drumbeat")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
