"""The cast that every test knows: alice owns Tidewater, bob edits, carol reviews, vera watches; mallory is elsewhere."""

import pytest
from django.test import Client

from accounts.models import Team, User
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


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
