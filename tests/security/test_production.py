"""Production as it starts from its environment: no sandbox, no defaults that everybody knows."""

import json
import re
import subprocess
import sys

import pytest

from config.supervisor.stack import ROOT
from publishers import registry

GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DRUMBEAT_SECRET_KEY": "s3cret-" * 10,
    "DRUMBEAT_TOKEN_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "DRUMBEAT_HOSTS": "drumbeat.example",
    "DRUMBEAT_URL": "https://drumbeat.example",
    "DATABASE_URL": "postgresql://drumbeat@127.0.0.1/drumbeat",
}


def run(code: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    env = {**GOOD, **more}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


ASK = """
import json
from django.conf import settings as s
from django.apps import apps
from django.test import RequestFactory
from django.urls import Resolver404, get_resolver, resolve
def gone(path):
    try:
        resolve(path)
    except Resolver404:
        return True
    return False
paths = ["/sandbox/", "/sandbox/mail/", "/sandbox/x/authorize", "/sandbox/faults/"]
names = [n for n in dir(s) if n.isupper()]
print(json.dumps({
    "sandbox": [apps.is_installed("publishers.sandbox"), s.SANDBOX],
    "gone": [gone(path) for path in paths],
    "named": any("sandbox" in str(p.pattern) for p in get_resolver().url_patterns),
    "mail": s.EMAIL_BACKEND,
    "debug": s.DEBUG,
    "cookies": [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,
                s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE],
    "https": [s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS],
    "hosts": [s.ALLOWED_HOSTS, s.USE_X_FORWARDED_HOST, s.CSRF_TRUSTED_ORIGINS],
    "insecure_passkeys": getattr(s, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False),
    "serializer": [s.CELERY_TASK_SERIALIZER, s.CELERY_ACCEPT_CONTENT],
    "rates": getattr(s, "ACCOUNT_RATE_LIMITS", None),
    "hasher": s.PASSWORD_HASHERS[0],
    "apps": sorted(s.INSTALLED_APPS),
}))
"""


@pytest.fixture(scope="module")
def production() -> dict:
    # Switches of the sandbox in the environment change nothing.
    result = run(ASK, SANDBOX="1", DEBUG="1", DRUMBEAT_SANDBOX_URL="http://x", DJANGO_DEBUG="1")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_the_sandbox_is_not_there(production):
    assert production["sandbox"] == [False, False]
    assert all(production["gone"])
    assert not production["named"]
    assert "sandbox" not in production["mail"]
    assert not production["insecure_passkeys"]


def test_the_guards_are_up(production):
    assert production["debug"] is False
    assert production["cookies"] == [
        "__Host-sessionid", "__Host-csrftoken", True, True, True, "Lax",
    ]  # fmt: skip
    assert production["https"][0] is True
    assert production["https"][1] >= 31_536_000
    assert production["hosts"] == [["drumbeat.example"], False, ["https://drumbeat.example"]]
    assert production["serializer"] == ["json", ["json"]]
    assert production["rates"] is not False
    assert "MD5" not in production["hasher"]
    assert not [app for app in production["apps"] if "debug" in app or "silk" in app]


def test_django_finds_nothing_to_warn_of():
    """But two promises about other hosts of the domain, which only its owner can make."""
    code = (
        "from django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='ERROR')"
    )
    result = run(code)
    assert result.returncode == 0, result.stderr
    assert set(re.findall(r"\((\w+\.\w\d+)\)", result.stderr)) <= {"security.W005", "security.W021"}


def test_the_demonstration_is_refused():
    result = run("from django.core.management import call_command\ncall_command('demo')")
    assert result.returncode != 0
    assert "sandbox" in (result.stderr + result.stdout).lower()


def test_adapters_are_not_pointed_at_the_sandbox():
    code = (
        "from publishers import registrations, registry\n"
        "from publishers.registrations import Door, app_for\n"
        # Nothing was entered by hand; there is no database here to ask.
        "registrations._stored = lambda door: None\n"
        "print([app_for(Door(s.slug)).api_url for s in registry.specs()], "
        "[app_for(Door(s.slug)).client_secret for s in registry.specs()])"
    )
    result = run(code)
    assert result.returncode == 0, result.stderr
    assert "sandbox" not in result.stdout
    assert result.stdout.count("https://") == len(registry.ADAPTERS)
    assert str([""] * len(registry.ADAPTERS)) in result.stdout
