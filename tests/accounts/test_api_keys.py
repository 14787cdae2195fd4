"""API keys: shown once, kept as a digest, no wider than their member, and gone with them."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts import keys as reading
from accounts.models import ApiKey, AuditEntry, Membership
from accounts.services import keys
from notifications.keys import warn
from notifications.models import Message

pytestmark = pytest.mark.django_db
ME = "accounts:me"
FORM = {"name": "Nightly report", "scopes": ["view", "comment"], "expiry": "90"}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def at(team):
    def path(name="api_keys", **more):
        return reverse(f"accounts:{name}", kwargs={"team": team.slug, **more})

    return path


@pytest.fixture
def made(team):
    """`made(alice)`: a key of hers and its secret."""

    def key(user, scopes=("view",), expires_at=None):
        membership = Membership.objects.get(team=team, user=user)
        return keys.make(membership=membership, name="Report", scopes=scopes, expires_at=expires_at)

    return key


@pytest.fixture
def ask(client):
    """`ask(secret)`: what the interface for programs answers."""

    def asked(secret="", scheme="Bearer", **more):
        headers = {"Authorization": f"{scheme} {secret}"} if secret else {}
        return client.get(reverse(ME), headers=headers, **more)

    return asked


# -- made


def test_a_key_is_shown_once_and_kept_as_a_digest(as_user, alice, at, ask):
    browser = as_user(alice)
    response = browser.post(at(), FORM)
    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    secret = re.search(r"drum_\w{8}_[\w-]{43}", response.content.decode())[0]
    key = ApiKey.objects.get()
    assert key.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret.startswith(f"{key.prefix}_")
    body = secret.removeprefix(f"{key.prefix}_")
    assert body not in str(ApiKey.objects.values())
    assert body not in str(AuditEntry.objects.values())
    assert body not in browser.get(at()).content.decode()
    assert ask(secret).json()["key"]["scopes"] == ["view", "comment"]
    entry = AuditEntry.objects.get(verb="key.create")
    assert entry.after["scopes"] == ["view", "comment"]
    assert entry.after["prefix"] == key.prefix


@pytest.mark.parametrize(
    ("changed", "days"),
    [({}, 90), ({"expiry": "30"}, 30), ({"expiry": "365"}, 365), ({"expiry": "never"}, None)],
)
def test_how_long_it_is_good_for(as_user, alice, at, changed, days):
    assert as_user(alice).post(at(), {**FORM, **changed}).status_code == 201
    ends = ApiKey.objects.get().expires_at
    if days is None:
        assert ends is None
    else:
        assert abs(ends - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)


def test_until_a_day_of_ones_own_its_end_included(as_user, alice, at, team):
    today = timezone.localdate(timezone=team.zone)
    form = {**FORM, "expiry": "own", "until": f"{today:%Y-%m-%d}"}
    assert as_user(alice).post(at(), form).status_code == 201
    local = ApiKey.objects.get().expires_at.astimezone(team.zone)
    assert (local.date(), local.hour) == (today + timedelta(days=1), 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""}, {"name": "x" * 81}, {"name": "a\x00b"}, {"scopes": []}, {"scopes": ["all"]},
        {"expiry": "1"}, {"expiry": ""}, {"expiry": "own"}, {"expiry": "own", "until": "x"},
        {"expiry": "own", "until": "2020-01-01"}, {"expiry": "own", "until": "9999-01-01"},
    ],
)  # fmt: skip
def test_what_is_refused_is_said_and_nothing_is_made(as_user, alice, at, changed):
    assert as_user(alice).post(at(), {**FORM, **changed}).status_code == 422
    assert not ApiKey.objects.exists()


def test_there_are_not_endlessly_many(as_user, alice, at, made, monkeypatch):
    monkeypatch.setattr(keys, "MOST", 1)
    made(alice)
    response = as_user(alice).post(at(), FORM)
    assert response.status_code == 422
    assert "Revoke one first" in response.content.decode()


def test_who_may_see_the_page(as_user, at, alice, adam, bob, vera, mallory):
    for user, status in ((alice, 200), (adam, 200), (bob, 403), (vera, 403), (mallory, 404)):
        assert as_user(user).get(at()).status_code == status


def test_an_admin_sees_own_keys_an_owner_all(as_user, at, alice, adam, made):
    mine, theirs = made(adam)[0], made(alice)[0]
    html = as_user(adam).get(at()).content.decode()
    assert mine.prefix in html
    assert theirs.prefix not in html
    assert as_user(adam).post(at("api_key_revoke", pk=theirs.pk)).status_code == 404
    html = as_user(alice).get(at()).content.decode()
    assert mine.prefix in html
    assert theirs.prefix in html
    assert as_user(alice).post(at("api_key_revoke", pk=mine.pk)).status_code == 302
    mine.refresh_from_db()
    assert mine.revoked_at


def test_a_list_is_asked_for_in_few_statements(
    as_user, at, alice, made, django_assert_max_num_queries
):
    for _n in range(12):
        made(alice)
    browser = as_user(alice)
    browser.get(at())
    with django_assert_max_num_queries(9):
        browser.get(at())


# -- used


def test_it_says_what_it_is_good_for(made, alice, ask):
    key, secret = made(alice, ("view", "write"))
    answer = ask(secret)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "team": {"name": "Tidewater", "slug": "tidewater"},
        "member": {"name": "Alice", "role": "owner"},
        "key": {
            "name": "Report",
            "prefix": key.prefix,
            "scopes": ["view", "write"],
            "expires_at": None,
        },
    }


def test_it_does_no_more_than_its_member_may_now(made, alice, adam, team, ask):
    key, secret = made(adam, ("view", "write", "manage"))
    assert ask(secret).json()["key"]["scopes"] == ["view", "write", "manage"]
    Membership.objects.filter(team=team, user=adam).update(role="viewer")
    assert ask(secret).json()["key"]["scopes"] == ["view"]
    key = ApiKey.objects.select_related("membership").get(pk=key.pk)
    assert key.can("view")
    assert not key.can("write")
    assert not key.can("comment")


def test_nobody_makes_one_wider_than_themselves(team, bob, made):
    with pytest.raises(keys.NotAllowed):
        made(bob, ("manage",))


@pytest.mark.parametrize("how", ["removed", "inactive", "revoked", "expired"])
def test_it_opens_nothing_any_more(how, made, alice, adam, team, ask):
    key, secret = made(adam)
    assert ask(secret).status_code == 200
    if how == "removed":
        Membership.objects.get(team=team, user=adam).delete()
        assert not ApiKey.objects.exists()
    elif how == "inactive":
        type(adam).objects.filter(pk=adam.pk).update(is_active=False)
    elif how == "revoked":
        assert keys.revoke(key=key, by=Membership.objects.get(team=team, user=alice))
        assert not keys.revoke(key=key, by=Membership.objects.get(team=team, user=alice))
    else:
        ApiKey.objects.update(expires_at=timezone.now())
    answer = ask(secret)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_it_is_read_from_the_header_alone(made, alice, client):
    _key, secret = made(alice)
    for path in (f"?key={secret}", f"?access_token={secret}", f"?token={secret}"):
        assert client.get(reverse(ME) + path).status_code == 401
    client.cookies["Authorization"] = f"Bearer {secret}"
    assert client.get(reverse(ME), headers={"X-Api-Key": secret}).status_code == 401
    assert client.post(reverse(ME), {"access_token": secret}).status_code == 401
    bearer = {"Authorization": f"bearer {secret}"}
    assert client.get(reverse(ME), headers=bearer).status_code == 200
    assert client.post(reverse(ME), headers=bearer).status_code == 405


def test_being_signed_in_opens_nothing_to_programs(as_user, alice):
    assert as_user(alice).get(reverse(ME)).status_code == 401


def test_a_key_is_no_way_into_the_pages(made, alice, client, at):
    _key, secret = made(alice, ("view", "manage"))
    answer = client.get(at(), headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 302


def test_without_a_key_it_says_how(ask):
    answer = ask()
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="drumbeat"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_wrong_keys_are_refused_alike(made, alice, ask):
    key, secret = made(alice)
    wrong = [
        f"{key.prefix}_{'x' * 43}", secret[:-1], secret + "x", secret.upper(), "drum_", "x" * 5000,
        "drum_aaaaaaaa_" + "x" * 43,
    ]  # fmt: skip
    said = {ask(one).content for one in wrong}
    assert len(said) == 1
    assert ask(secret, scheme="Basic").status_code == 401


def test_guessing_is_slowed_down_and_a_right_key_is_not(made, alice, ask):
    _key, secret = made(alice)
    answers = [ask("drum_aaaaaaaa_" + "x" * 43) for _n in range(reading.UNKNOWN_PER_MINUTE + 3)]
    assert [a.status_code for a in answers[-3:]] == [429] * 3
    assert int(answers[-1]["Retry-After"]) > 0
    assert ask(secret).status_code == 200
    assert AuditEntry.objects.filter(kind="refusal", team_id=None).exists()


# -- noticed


def test_the_last_use_is_written_once_a_minute(made, alice, ask):
    _key, secret = made(alice)
    ask(secret)
    first = ApiKey.objects.get().last_used_at
    ask(secret)
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    ask(secret)
    assert ApiKey.objects.get().last_used_at > first - timedelta(minutes=1)


def test_a_new_address_is_told_once(made, alice, ask, team):
    key, secret = made(alice)
    for ip in ("203.0.113.7", "203.0.113.7", "203.0.113.8", "2001:db8::1", "2001:db8::2"):
        ask(secret, REMOTE_ADDR=ip)
    told = AuditEntry.objects.filter(verb="key.address").order_by("pk")
    assert [entry.after["address"] for entry in told] == [
        "203.0.113.7",
        "203.0.113.8",
        "2001:db8::/64",
    ]
    assert {(e.via, e.actor_id, e.team_id, e.subject_id) for e in told} == {
        ("api", alice.pk, team.pk, key.pk)
    }


def test_a_week_before_it_ends_its_member_is_told_once(made, alice, adam):
    soon = timezone.now() + timedelta(days=6)
    key, _secret = made(adam, expires_at=soon)
    ApiKey.objects.filter(pk=key.pk).update(created_at=soon - timedelta(days=30))
    made(alice, expires_at=soon)  # Made for a few days only: whoever did so knows it.
    made(alice, expires_at=timezone.now() + timedelta(days=30))
    made(alice)
    assert warn() == 1
    assert warn() == 0
    message = Message.objects.get(kind="key_ends")
    assert message.user == adam
    assert "“Report” ends on" in message.sentence
    assert " (Lisbon)" in message.sentence
    assert message.data["url"].endswith("/settings/keys/")
