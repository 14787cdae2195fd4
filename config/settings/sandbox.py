"""The settings of `make run`: simulated platforms, a mail catcher, never for production."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *
from config.settings.base import INSTALLED_APPS, SITE_URL
from config.settings import env

SANDBOX = True
# Known passwords, simulated platforms, a mail page open to all: on this machine only, no exception.
if urlsplit(SITE_URL).hostname not in {"127.0.0.1", "localhost", "::1"}:
    raise ImproperlyConfigured(
        f"The sandbox runs on this machine only, not at {SITE_URL}. "
        "Use config.settings.production there."
    )
SECRET_KEY = env.text("DRUMBEAT_SECRET_KEY", "sandbox-only-never-production")
TOKEN_KEYS = env.words("DRUMBEAT_TOKEN_KEYS", env.SANDBOX_TOKEN_KEY)
INSTALLED_APPS = [*INSTALLED_APPS, "publishers.sandbox"]
SANDBOX_URL = env.text("DRUMBEAT_SANDBOX_URL", f"{SITE_URL}/sandbox")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST", "")
    else "publishers.sandbox.mail.CatcherBackend"
)
# Passkeys on http://localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {"login_failed": "30/m/ip"}
# Nobody who tries the sandbox should wait ten minutes for a doubtful post.
DELIVERY_QUIET_SECONDS = env.integer("DRUMBEAT_QUIET_SECONDS", 20)
DELIVERY_READ_GAP_SECONDS = env.integer("DRUMBEAT_READ_GAP_SECONDS", 30)
# Platforms that refuse a repeated post hide that it was sent twice; the fault tests want to see it.
SANDBOX_REFUSES_REPEATS = env.boolean("DRUMBEAT_SANDBOX_REFUSES_REPEATS", True)
