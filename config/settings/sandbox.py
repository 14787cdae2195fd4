"""The settings of `make run`: simulated platforms, a mail catcher, never for production."""

from config.settings.base import *
from config.settings.base import INSTALLED_APPS, SITE_URL
from config.settings import env

SANDBOX = True
SECRET_KEY = env.text("DRUMBEAT_SECRET_KEY", "sandbox-only-never-production")
TOKEN_KEYS = env.words("DRUMBEAT_TOKEN_KEYS", "c2FuZGJveC1vbmx5LW5ldmVyLXByb2R1Y3Rpb24tISE=")
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
