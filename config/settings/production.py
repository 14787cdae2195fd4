"""Production: everything secret comes from the environment, nothing simulated.

What would be unsafe is refused here, before anything runs; config/checks.py says it again for
`manage.py check`, and for settings that somebody derives from these.
"""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *
from config.settings import env

SECRET_KEY = env.text("DRUMBEAT_SECRET_KEY")
env.text("DATABASE_URL")
ALLOWED_HOSTS = env.words("DRUMBEAT_HOSTS", env.text("DRUMBEAT_HOSTS"))
SITE_URL = env.text("DRUMBEAT_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.boolean("DRUMBEAT_SSL_REDIRECT", True)
# Asked from inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = env.integer("DRUMBEAT_HSTS_SECONDS", 31536000)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"

_WRONG = [
    (
        len(SECRET_KEY) < 50,
        "DRUMBEAT_SECRET_KEY must be at least 50 random characters.",
    ),
    (
        not TOKEN_KEYS or env.SANDBOX_TOKEN_KEY in TOKEN_KEYS,
        "DRUMBEAT_TOKEN_KEYS must hold a key of your own.",
    ),
    (
        0 < len(METRICS_TOKEN) < 20,
        "DRUMBEAT_METRICS_TOKEN must be at least 20 random characters, or unset.",
    ),
    (
        not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS,
        "DRUMBEAT_HOSTS must name the hosts that Drumbeat answers to.",
    ),
    (
        not SITE_URL.startswith("https://"),
        "DRUMBEAT_URL must be the https:// address that people open.",
    ),
]
for _is_wrong, _why in _WRONG:
    if _is_wrong:
        raise ImproperlyConfigured(_why)
