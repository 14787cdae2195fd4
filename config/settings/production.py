"""Production: everything secret comes from the environment, nothing simulated."""

from config.settings.base import *
from config.settings import env

SECRET_KEY = env.text("DRUMBEAT_SECRET_KEY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.boolean("DRUMBEAT_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.integer("DRUMBEAT_HSTS_SECONDS", 31536000)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
