"""What production refuses, and that the sandbox stays where it belongs. Each in a fresh process."""

import subprocess
import sys

import pytest

from config import checks
from config.settings.env import SANDBOX_TOKEN_KEY
from config.supervisor.stack import ROOT

GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DRUMBEAT_SECRET_KEY": "s3cret-" * 10,
    "DRUMBEAT_TOKEN_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "DRUMBEAT_HOSTS": "drumbeat.example",
    "DRUMBEAT_URL": "https://drumbeat.example",
    "DATABASE_URL": "postgresql://drumbeat@127.0.0.1/drumbeat",
}


def setup(**env: str) -> subprocess.CompletedProcess[str]:
    code = "import django; django.setup(); from django.conf import settings as s; print(s.SANDBOX)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_production_starts_with_all_it_needs():
    result = setup(**GOOD)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DRUMBEAT_SECRET_KEY", None),
        ("DRUMBEAT_SECRET_KEY", ""),
        ("DRUMBEAT_SECRET_KEY", "sandbox-only-never-production"),
        ("DRUMBEAT_TOKEN_KEYS", None),
        ("DRUMBEAT_TOKEN_KEYS", ""),
        ("DRUMBEAT_TOKEN_KEYS", SANDBOX_TOKEN_KEY),
        ("DRUMBEAT_HOSTS", None),
        ("DRUMBEAT_HOSTS", ""),
        ("DRUMBEAT_HOSTS", "*"),
        ("DRUMBEAT_URL", None),
        ("DRUMBEAT_URL", "http://drumbeat.example"),
        ("DATABASE_URL", None),
    ],
)
def test_production_refuses(name, value):
    env = (
        {**GOOD, name: value} if value is not None else {k: v for k, v in GOOD.items() if k != name}
    )
    result = setup(**env)
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr
    assert name in result.stderr


@pytest.mark.parametrize("url", ["https://drumbeat.example", "http://192.168.1.7:8000"])
def test_the_sandbox_stays_on_this_machine(url):
    result = setup(DJANGO_SETTINGS_MODULE="config.settings.sandbox", DRUMBEAT_URL=url)
    assert result.returncode != 0
    assert "this machine only" in result.stderr


class TestChecks:
    @pytest.fixture
    def ids(self, settings):
        def found(**values):
            for name, value in values.items():
                setattr(settings, name, value)
            return [
                problem.id for check in (checks.sandbox, checks.guard) for problem in check(None)
            ]

        return found

    def test_the_sandbox_as_it_is(self, ids):
        assert ids() == []

    def test_installed_but_off(self, ids):
        assert "config.E001" in ids(SANDBOX=False, SECRET_KEY="x" * 50)

    def test_on_at_a_public_address(self, ids):
        assert ids(SITE_URL="https://drumbeat.example") == ["config.E002"]

    def test_unguarded_production(self, ids):
        said = ids(SANDBOX=False, DEBUG=True, ALLOWED_HOSTS=["*"], SECRET_KEY="short")
        assert {"config.E003", "config.E004", "config.E005"} <= set(said)
