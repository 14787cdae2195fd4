"""Whose database this is: a name in it, and the same name outside of it."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from publishers import instance, services, sessions
from publishers.contract import TryLater
from publishers.models import Channel, Grant, Instance, OAuthState
from tests.factories.publishers import ChannelFactory, grant_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def named_by_file(settings):
    settings.INSTANCE = ""


def theirs() -> None:
    Instance.objects.update_or_create(defaults={"key": "another"})


def test_the_first_start_gives_both_the_same_name(tmp_path):
    assert instance.foreign() is None

    [row] = Instance.objects.all()
    assert (tmp_path / "instance").read_text().strip() == row.key == instance.own()
    assert len(row.key) >= 32
    assert instance.foreign() is None


def test_an_existing_installation_is_adopted_with_the_name_it_has(tmp_path):
    (tmp_path / "instance").write_text("kept-since-last-year\n")

    assert instance.foreign() is None
    assert instance.stored() == "kept-since-last-year"


def test_the_environment_names_it_where_nothing_is_kept(settings, tmp_path):
    settings.INSTANCE = "production"

    assert instance.foreign() is None
    assert instance.stored() == "production"
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("own", ["", "ours"])
def test_a_database_of_somebody_else_is_left_alone(tmp_path, own):
    theirs()
    if own:
        (tmp_path / "instance").write_text(own)

    assert "another installation" in instance.foreign()
    assert instance.stored() == "another"
    assert instance.own() == own


def test_taken_over_it_is_ours(tmp_path):
    theirs()

    instance.take_over()

    assert instance.foreign() is None
    assert instance.stored() == instance.own() != "another"


def test_a_name_that_cannot_be_kept_keeps_everything_back(settings, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    settings.DATA_DIR = tmp_path / "file"

    assert "cannot keep its name" in instance.foreign()
    assert not Instance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_together_agree(tmp_path):
    together = threading.Barrier(8)
    verdicts = []

    def start() -> None:
        try:
            together.wait()
            verdicts.append(instance.foreign())
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert verdicts == [None] * 8
    assert Instance.objects.get().key == (tmp_path / "instance").read_text().strip()
    assert list(tmp_path.iterdir()) == [tmp_path / "instance"]


# -- tokens that are somebody else's


@pytest.fixture
def channel(platform, team):
    made = ChannelFactory(team=team, platform="tide")
    grant_for(made, refresh="refresh-1", ends_in=60)
    return made


def test_no_token_of_theirs_is_renewed(channel, monkeypatch):
    theirs()
    asked = []
    monkeypatch.setattr(sessions.oauth, "refresh", lambda *args: asked.append(args))

    sessions.refresh_due()
    outcome = sessions.renew(channel.pk)

    assert isinstance(outcome, TryLater)
    assert "another installation" in outcome.reason
    assert not asked
    assert Grant.objects.get().version == 1


@pytest.mark.parametrize("foreign", [True, False])
def test_disconnecting_asks_the_platform_only_for_our_own_tokens(channel, monkeypatch, foreign):
    if foreign:
        theirs()
    revoked = []
    monkeypatch.setattr(services.oauth, "revoke", lambda *args: revoked.append(args))

    services.disconnect(channel)

    assert bool(revoked) is not foreign
    assert not Grant.objects.exists()


def test_all_channels_lose_their_tokens_and_keep_their_rows(channel, alice, monkeypatch):
    OAuthState.objects.create(
        state_hash="h", team=channel.team, user=alice, session_hash="s", tokens="sealed",
        platform="tide", created_at=timezone.now(),
    )  # fmt: skip
    monkeypatch.setattr(services.oauth, "revoke", lambda *args: pytest.fail("a call"))

    assert services.disconnect_all("This is a copy.") == 1

    channel.refresh_from_db()
    assert (channel.state, channel.problem) == (Channel.State.DISCONNECTED, "This is a copy.")
    assert not Grant.objects.exists()
    assert not OAuthState.objects.exists()
