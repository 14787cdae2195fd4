"""Everything that production, the sandbox and the tests share."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from django.utils.csp import CSP

from config.settings import env, media
from config.settings.notices import *
from config.settings.people import *
from config.settings.review import *

# Lets `ModelAdmin[Post]` and its like be written without quotes.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[2]
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
DATA_DIR = env.path("DRUMBEAT_DATA", BASE_DIR / "var")
# What this installation is called; without it the name is kept in DATA_DIR. See docs/restore.md.
INSTANCE = env.text("DRUMBEAT_INSTANCE", "").strip()

# -- who we are
DEBUG = False
SANDBOX = False
SITE_URL = env.text("DRUMBEAT_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("DRUMBEAT_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config",
    "accounts",
    "notifications",
    "publishers",
    "posts",
    "delivery",
    "approvals",
    "calendar_app",
    "analytics",
    "ui",
    "accounts.adminapp.AuditedAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_celery_beat",
    "django_htmx",
]

MIDDLEWARE = [
    "config.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.compression.PagesGZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.WhoAndWhereMiddleware",
    "accounts.middleware.ViewerLanguageMiddleware",
    "accounts.middleware.ViewerZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [f"ui.templatetags.{n}" for n in ("ui", "times", "keys", "kept", "focal")],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.shell.shell",
            ],
        },
    },
]

FORM_RENDERER = "ui.forms.FormRenderer"
CSRF_FAILURE_VIEW = "ui.errors.csrf_failure"

# -- data
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", "postgresql://drumbeat@127.0.0.1/drumbeat"),
        conn_health_checks=True,
    )
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    application_name="drumbeat", connect_timeout=5, server_side_binding=True
)
# What is said again and again is planned once for each connection. A pooler between us and the
# database that gives every transaction another connection must know about this, or have it off.
if env.boolean("DRUMBEAT_DB_PREPARE", default=True):
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 2
# The web server answers each request in a thread of its own: without a pool each would connect.
if env.boolean("DRUMBEAT_DB_POOL"):
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 16, "timeout": 5}
# Processes that publish hold no lock for long: a frozen one must not stop the others. What they do
# several times a second shares a connection.
if env.boolean("DRUMBEAT_DB_STRICT"):
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["OPTIONS"]["options"] = (
        "-c lock_timeout=2s -c idle_in_transaction_session_timeout=10s -c statement_timeout=15s"
    )

# Shared by all processes: sign-in limits and used one-time codes live here. In the database,
# because nobody's sign-in may depend on the broker.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
# The largest video that is taken in, and the program that reads them; without a name it is found.
VIDEO_BYTES = env.integer("DRUMBEAT_VIDEO_MB", 500) * 1_000_000
FFMPEG = env.text("DRUMBEAT_FFMPEG", "").strip()
STORAGES = {
    "default": media.storage(),
    "staticfiles": {"BACKEND": "ui.storage.HashedStaticStorage"},
}
# Where browsers send large files themselves, past us; empty without a bucket.
S3_ORIGIN = media.origin(STORAGES["default"])
STATIC_URL = "/static/"
STATIC_ROOT = env.path("DRUMBEAT_STATIC", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]

# -- secrets
SECRET_KEY = env.text("DRUMBEAT_SECRET_KEY", "")
# Comma separated Fernet keys, newest first; kept outside the database.
TOKEN_KEYS = env.words("DRUMBEAT_TOKEN_KEYS")

# -- language and time
# Workers write in LANGUAGE_CODE what is kept in rows; pages say it in the language of their reader.
LANGUAGE_CODE = "en"
# In their own words: whoever looks for one reads it.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]

# -- mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DRUMBEAT_FROM_EMAIL", "Drumbeat <drumbeat@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- browser security: own files only, no inline script or style, nowhere framed
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    **({"connect-src": [CSP.SELF, S3_ORIGIN]} if S3_ORIGIN else {}),
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How long an open page may go on hearing of a team that its person has left.
LIVE_RIGHTS_SECONDS = env.integer("DRUMBEAT_LIVE_RIGHTS_SECONDS", 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The composer has one for each picture on each channel, and a dozen more for each channel.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# -- Celery: rows are the queue, tasks only wake workers
REDIS_URL = env.text("REDIS_URL", "")
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
# Nobody waits for a broker that is gone: what could not be enqueued is found again in its row.
_GIVE_UP = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_connect_timeout": 2, "socket_timeout": 10, "socket_keepalive": True, **_GIVE_UP}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
        **_GIVE_UP,
    }
)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The worker itself asks for ever.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = True
CELERY_TASK_PUBLISH_RETRY_POLICY = _GIVE_UP
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1


def _every(task: str, *, queue: str = "default", **interval: float) -> dict[str, Any]:
    """A tick nobody fetched in time is dropped: the next one does the same work."""
    period = timedelta(**interval)
    options = {"queue": queue, "expire_seconds": max(int(period.total_seconds()), 5)}
    return {"task": task, "schedule": period, "options": options}


CELERY_BEAT_SCHEDULE = {
    "delivery.dispatch": _every("delivery.dispatch", queue="publish", seconds=1),
    "delivery.reap": _every("delivery.reap", queue="publish", seconds=5),
    "delivery.finish": _every("delivery.finish", seconds=30),
    "delivery.reconcile": _every("delivery.reconcile", seconds=10),
    "delivery.watch": _every("delivery.watch", seconds=10),
    "delivery.preflight": _every("delivery.preflight", queue="publish", seconds=2),
    "delivery.tally": _every("delivery.tally", minutes=1),
    "posts.convert": _every("posts.convert", seconds=10),
    "posts.imports": _every("posts.imports", seconds=10),
    "analytics.measure": _every("analytics.measure", minutes=1),
    "approvals.deadlines": _every("approvals.deadlines", seconds=30),
    "approvals.imported": _every("approvals.imported", seconds=10),
    "approvals.links": _every("approvals.links", seconds=10),
    "approvals.ahead": _every("approvals.ahead", minutes=1),
    "posts.sweep": _every("posts.sweep", hours=1),
    "notifications.drain": _every("notifications.drain", queue="mail", seconds=2),
    "notifications.push": _every("notifications.push", queue="mail", seconds=2),
    "notifications.call": _every("notifications.call", queue="mail", seconds=2),
    "notifications.prune": _every("notifications.prune", hours=1),
    "notifications.keys": _every("notifications.keys", hours=1),
    "accounts.sweep": _every("accounts.sweep", hours=1),
    "publishers.refresh": _every("publishers.refresh", minutes=1),
    "publishers.expiry": _every("publishers.expiry", hours=1),
}

# -- delivery: how long after a doubtful call absence proves nothing (None: as the platform's spec
# says), and the pause between two looks that must agree
DELIVERY_QUIET_SECONDS: int | None = None
DELIVERY_READ_GAP_SECONDS = env.integer("DRUMBEAT_READ_GAP_SECONDS", 120)
# A platform is spared after so many failures in a row, first for so long and then for longer.
DELIVERY_BREAKER_FAILURES = env.integer("DRUMBEAT_BREAKER_FAILURES", 5)
DELIVERY_BREAKER_SECONDS = env.integer("DRUMBEAT_BREAKER_SECONDS", 30)

# -- metrics: who reads them brings this token; without one only this machine may
METRICS_TOKEN = env.text("DRUMBEAT_METRICS_TOKEN", "").strip()

# -- who hears every minute that nothing is late, and raises the alarm when he does not
PULSE_URL = env.text("DRUMBEAT_PULSE_URL", "").strip()

# -- platforms: publishers/registry.py reads PLATFORM_<SLUG>_CLIENT_ID, _CLIENT_SECRET, _API_URL
PLATFORM_ENV_PREFIX = "PLATFORM_"

# Errors go to this Sentry project, scrubbed; empty: to the log alone.
SENTRY_DSN = env.text("SENTRY_DSN", "")

LOGGING_CONFIG = "config.logs.configure"
LOGGING = {
    "level": env.text("DRUMBEAT_LOG_LEVEL", "INFO"),
    "json": env.boolean("DRUMBEAT_LOG_JSON", True),
}
