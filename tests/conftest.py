"""The cast that every test knows: alice owns Tidewater, bob edits, carol reviews, vera watches;
mallory is elsewhere. And the database of the tests; their order is in tests/order.py.
"""

import os

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from accounts.models import Team, User
from config.supervisor.home import Home
from delivery import instance
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory
from tests.migrated import Migrated, shared_folder

pytest_plugins = [
    "tests.order",
    "tests.garbage",
    "tests.emptying",
    "tests.processes",
    "tests.chromium",
    "tests.buckets",
]
# The servers of others are installed by bin/peers, which alone runs what speaks to them.
collect_ignore = [] if os.environ.get("DRUMBEAT_PEERS") else ["peers"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Without a DATABASE_URL the tests bring a database of their own, and end it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    server = django_settings.TEST_POSTGRES
    home = Home(server.home.parent / f"test-home{django_settings.BESIDE}")
    home.open()
    server.start()
    # It would note that a table is empty while it is, and plan so when it is full.
    with psycopg.connect(server.url("postgres"), autocommit=True) as direct:
        direct.execute("ALTER SYSTEM SET autovacuum = off")
        direct.execute("SELECT pg_reload_conf()")
    yield
    server.stop()
    home.close()


@pytest.fixture(scope="session")
def migrated(request, django_db_modify_db_settings, tmp_path_factory) -> Migrated | None:
    """None where the database is that of somebody else, or may be from an earlier run."""
    if os.environ.get("DATABASE_URL") or request.config.getoption("reuse_db"):
        return None
    name = connection.creation._get_test_db_name()
    return Migrated(shared_folder(tmp_path_factory), django_settings.TEST_POSTGRES, name)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, migrated) -> bool:
    return django_db_keepdb or bool(migrated and migrated.known())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, migrated):
    if migrated:
        migrated.keep()


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    instance.forget()


@pytest.fixture
def team(db) -> Team:
    return TeamFactory(name="Tidewater", slug="tidewater")


@pytest.fixture
def other_team(db) -> Team:
    return TeamFactory(name="Harbour Trust", slug="harbour")


def _member(team: Team, name: str, role: str, domain: str = "demo.test") -> User:
    user = UserFactory(email=f"{name.lower()}@{domain}", name=name)
    MembershipFactory(team=team, user=user, role=role)
    return user


@pytest.fixture
def alice(team) -> User:
    return _member(team, "Alice", "owner")


@pytest.fixture
def bob(team) -> User:
    return _member(team, "Bob", "editor")


@pytest.fixture
def carol(team) -> User:
    return _member(team, "Carol", "editor")


@pytest.fixture
def vera(team) -> User:
    return _member(team, "Vera", "viewer")


@pytest.fixture
def mallory(other_team) -> User:
    return _member(other_team, "Mallory", "owner", "other.test")


@pytest.fixture
def as_user():
    """`as_user(alice).get(...)`: a browser in which that person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
