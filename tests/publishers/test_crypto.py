"""Tokens at rest: readable only with the keys, only in their own row, and through a rotation."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError

from publishers import checks, crypto, services
from publishers.models import Grant
from tests.factories.publishers import ChannelFactory, grant_for


def keys(settings, *names):
    settings.TOKEN_KEYS = list(names)


def test_what_is_written_opens_in_its_row_and_says_nothing_by_itself():
    sealed = crypto.encrypt("canary", row="channel:1:access")
    assert "canary" not in sealed
    assert crypto.decrypt(sealed, row="channel:1:access") == "canary"


@pytest.mark.parametrize("row", ["channel:2:access", "channel:1:refresh", "channel:1", ""])
def test_it_does_not_open_in_another_row(row):
    sealed = crypto.encrypt("canary", row="channel:1:access")
    with pytest.raises(crypto.Unreadable, match="another row") as refused:
        crypto.decrypt(sealed, row=row)
    assert "canary" not in str(refused.value)


def test_a_ciphertext_that_was_altered_does_not_open():
    sealed = crypto.encrypt("canary", row="channel:1:access")
    with pytest.raises(crypto.Unreadable, match="DRUMBEAT_TOKEN_KEYS"):
        crypto.decrypt(sealed[:-4] + "AAA=", row="channel:1:access")


def test_an_old_key_reads_and_the_newest_writes(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    keys(settings, old)
    sealed = crypto.encrypt("canary", row="a")
    keys(settings, new, old)
    turned = crypto.rotate(sealed, row="a")
    keys(settings, new)
    assert crypto.decrypt(turned, row="a") == "canary"
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(sealed, row="a")


def test_without_keys_nothing_is_stored_and_the_error_says_how_to_make_one(settings):
    keys(settings)
    with pytest.raises(crypto.KeysMissing, match=r"Fernet\.generate_key"):
        crypto.encrypt("canary", row="a")


def test_a_key_that_is_none_is_named_by_its_place(settings):
    keys(settings, Fernet.generate_key().decode(), "too-short")
    with pytest.raises(crypto.KeysMissing, match="Key 2") as refused:
        crypto.encrypt("canary", row="a")
    assert "too-short" not in str(refused.value)


# -- the process refuses to start


def test_the_check_wants_keys(settings):
    assert checks.token_keys(None) == []
    keys(settings)
    assert [error.id for error in checks.token_keys(None)] == ["publishers.E001"]


def test_migrate_refuses_when_a_stored_token_cannot_be_read(settings, team):
    grant_for(ChannelFactory(team=team))
    assert checks.stored_tokens(None, databases=["default"]) == []
    keys(settings, Fernet.generate_key().decode())
    with pytest.raises(SystemCheckError, match=r"publishers\.E002"):
        call_command("check", databases=["default"])


def test_the_check_asks_no_database_when_none_was_named(settings):
    keys(settings, Fernet.generate_key().decode())
    assert checks.stored_tokens(None) == []


# -- rows


def test_a_token_swapped_between_two_channels_does_not_open(team):
    first, second = (grant_for(ChannelFactory(team=team), access=name) for name in "ab")
    Grant.objects.filter(pk=second.pk).update(access_token=first.access_token)
    second.refresh_from_db()
    with pytest.raises(crypto.Unreadable, match="another row"):
        crypto.decrypt(second.access_token, row=second.row("access"))


def test_rotation_puts_every_grant_under_the_newest_key(settings, team, capsys):
    old, new = settings.TOKEN_KEYS[0], Fernet.generate_key().decode()
    plain = grant_for(ChannelFactory(team=team), access="a", refresh="")
    both = grant_for(ChannelFactory(team=team), access="b", refresh="r")
    keys(settings, new, old)
    call_command("rotate_tokens")
    assert "2 channels" in capsys.readouterr().out
    keys(settings, new)
    for grant, access in ((plain, "a"), (both, "b")):
        grant.refresh_from_db()
        assert crypto.decrypt(grant.access_token, row=grant.row("access")) == access
    assert crypto.decrypt(both.refresh_token, row=both.row("refresh")) == "r"
    assert plain.refresh_token == ""


def test_rotation_does_not_overwrite_a_grant_renewed_meanwhile(team):
    grant = grant_for(ChannelFactory(team=team), access="old")
    newer = crypto.encrypt("newer", row=grant.row("access"))
    # What rotate_grants would have read is one version behind what is stored now.
    Grant.objects.filter(pk=grant.pk).update(version=2, access_token=newer)
    assert Grant.objects.filter(pk=grant.pk, version=grant.version).update(scopes="x") == 0
    assert services.rotate_grants() == 1
    grant.refresh_from_db()
    assert crypto.decrypt(grant.access_token, row=grant.row("access")) == "newer"


def test_rotation_with_a_missing_key_says_so(settings, team):
    grant_for(ChannelFactory(team=team))
    keys(settings, Fernet.generate_key().decode())
    with pytest.raises(CommandError, match="DRUMBEAT_TOKEN_KEYS"):
        call_command("rotate_tokens")
