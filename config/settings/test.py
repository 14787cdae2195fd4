"""The sandbox's settings, made quick and deterministic for tests."""

import os

import dj_database_url

from config.settings.sandbox import *
from config.settings.base import BASE_DIR
from config.supervisor.postgres import EmbeddedPostgres

# Where the database of the tests is when nobody names one; tests/conftest.py starts it. Tests that
# run beside others have one of their own, so that nobody waits for another's locks.
BESIDE = os.environ.get("PYTEST_XDIST_WORKER", "")
TEST_POSTGRES = EmbeddedPostgres(BASE_DIR / "var" / f"test-postgres{BESIDE}", durable=False)
if not os.environ.get("DATABASE_URL"):
    DATABASES["default"].update(dj_database_url.parse(TEST_POSTGRES.url()))

# One installation, also for the processes that tests start, whatever data directory they have.
INSTANCE = os.environ.setdefault("DRUMBEAT_INSTANCE", "tests")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
S3_ORIGIN = ""
# Static files come from where they are written; nothing has to be collected.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ACCOUNT_RATE_LIMITS = False
LOGGING = {"level": "WARNING", "json": True}
# A test may call a task; nothing of it may reach a broker that somebody runs.
REDIS_URL = ""
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
VAPID_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
