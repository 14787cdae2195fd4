"""The sandbox as tests run it in real processes (tests/processes.py): quick to sign in."""

from config.settings.sandbox import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_RATE_LIMITS = False
