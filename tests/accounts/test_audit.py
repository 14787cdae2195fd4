"""The audit log: append-only, outliving what it tells of, small, and without secrets."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from accounts import audit, refusals
from accounts.audit import About
from accounts.models import AuditEntry, Membership, Team
from accounts.services import audit as keeping
from accounts.services import teams
from accounts.verbs import KINDS, VERBS
from tests.factories.accounts import UserFactory
from tests.factories.posts import PostFactory

pytestmark = pytest.mark.django_db
CANARY = "CANARY9f3e7c1d5b2a8f6e"


@pytest.fixture(autouse=True)
def fresh_limits():
    """What other tests were refused is counted in the cache."""
    cache.clear()


@pytest.fixture
def old(team):
    """`old(days)`: an entry of the team from so many days ago."""

    def made(days: int, **fields) -> AuditEntry:
        at = timezone.now() - timedelta(days=days)
        said = {"team_id": team.pk, "verb": "post.create", "kind": "content", "at": at}
        return AuditEntry.objects.create(**{**said, **fields})

    return made


def refused_by_database(act) -> bool:
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        act()
    return True


# -- append-only


def test_the_database_refuses_to_change_or_delete_an_entry(team, alice, old):
    young, ancient = old(1), old(4000)
    for entry in (young, ancient):
        rows = AuditEntry.objects.filter(pk=entry.pk)
        assert refused_by_database(lambda rows=rows: rows.update(actor_name="Nobody"))
        assert refused_by_database(rows.delete)
        assert refused_by_database(lambda rows=rows: rows._raw_delete("default"))
    with pytest.raises(TypeError):
        young.save()
    assert AuditEntry.objects.count() == 2


def test_the_sweep_takes_what_is_older_than_its_team_keeps(team, other_team, old):
    gone, stays = old(101), old(99)
    theirs = old(4000, team_id=other_team.pk)
    Team.objects.filter(pk=team.pk).update(audit_days=100)
    keeping.sweep()
    left = set(AuditEntry.objects.exclude(verb="audit.swept").values_list("pk", flat=True))
    assert left == {stays.pk, theirs.pk}
    [told] = AuditEntry.objects.filter(verb="audit.swept")
    assert (told.team_id, told.after) == (team.pk, {"count": 1, "days": 100})
    assert gone.pk not in left


def test_not_even_the_sweep_takes_more(team, other_team, old):
    """Whoever knows how the sweep is let in can still take only what is due."""
    Team.objects.filter(pk=team.pk).update(audit_days=100)
    others = [old(4000, team_id=pk) for pk in (other_team.pk, None, 0)]
    for entry in [old(99), *others]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('drumbeat.audit_sweep', 'on', true)")
            rows = AuditEntry.objects.filter(pk=entry.pk)
            assert refused_by_database(rows.delete)
            assert refused_by_database(lambda rows=rows: rows.update(actor_name="x"))


def test_refusals_without_a_team_end_after_a_year(old):
    gone = old(366, team_id=None, kind="refusal", verb="refusal.signin")
    stays = old(364, team_id=None, kind="refusal", verb="refusal.signin")
    keeping.sweep()
    assert list(AuditEntry.objects.values_list("pk", flat=True)) == [stays.pk]
    assert gone.pk != stays.pk


def test_a_team_keeps_entries_for_90_days_at_least(team):
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.filter(pk=team.pk).update(audit_days=89)


# -- outliving


def test_entries_outlive_person_post_and_team(team, alice, bob):
    post = PostFactory(team=team, author=bob, title="Low tide")
    audit.write("post.trash", team=team.pk, by=bob, about=About("post", post.pk, str(post)))
    bob_pk, team_pk, post_pk = bob.pk, team.pk, post.pk
    post.delete()
    team.delete()
    bob.delete()
    entry = AuditEntry.objects.get(verb="post.trash")
    assert (entry.team_id, entry.actor_id, entry.subject_id) == (team_pk, bob_pk, post_pk)
    assert (entry.actor_name, entry.subject) == ("Bob", "Low tide")


def test_an_act_that_fails_leaves_no_entry(team, alice):
    with transaction.atomic():
        teams.create_team(name="Elsewhere", time_zone="UTC", by=alice)
        assert AuditEntry.objects.filter(verb="team.create").exists()
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(verb="team.create").exists()


def test_a_new_team_and_joining_one_are_told(as_user, bob, invite):
    as_user(bob).post("/teams/new/", {"name": "Elsewhere", "time_zone": "UTC"})
    made = AuditEntry.objects.get(verb="team.create")
    assert (made.team_id, made.actor_id) == (Team.objects.get(name="Elsewhere").pk, bob.pk)
    friend = UserFactory(email="new@demo.test")
    invitation, token = invite("new@demo.test")
    as_user(friend).post(f"/invitations/{token}/accept/")
    joined = AuditEntry.objects.get(verb="member.join")
    assert (joined.team_id, joined.actor_id) == (invitation.team_id, friend.pk)
    assert (joined.via, joined.after) == ("link", {"role": "editor"})
    assert token not in str(AuditEntry.objects.values())


def test_before_and_after_are_what_changed(team, alice):
    team.name, team.late_after_minutes = "High Tide", 45
    teams.keep_settings(team=team, fields=["name", "time_zone", "late_after_minutes"])
    entry = AuditEntry.objects.get()
    assert entry.before == {"name": "Tidewater", "late_after_minutes": 30}
    assert entry.after == {"name": "High Tide", "late_after_minutes": 45}
    teams.keep_settings(team=team, fields=["name"])
    assert AuditEntry.objects.count() == 1


# -- small, and without secrets


def test_secrets_are_left_out(team):
    key = f"drum_abcdefgh_{CANARY * 2}"
    told = {
        "password": CANARY,
        "access_token": CANARY,
        "nested": {"api_key": CANARY, "name": "Fine"},
        "listed": [{"client_secret": CANARY}],
        "text": f"see {key} and gAAAAA{CANARY}{CANARY}",
    }
    about = About("key", 1, f"named {key}")
    audit.write("key.create", team=team.pk, about=about, before=told, after=told)
    [entry] = AuditEntry.objects.values()
    assert CANARY not in str(entry)
    assert entry["after"]["nested"] == {"name": "Fine"}


def test_an_entry_is_small_whatever_it_is_told(team):
    told = {f"field {n}": "x" * 5000 for n in range(500)}
    audit.write(
        "post.save",
        team=team.pk,
        name="N" * 5000,
        about=About("post", 1, "T" * 5000),
        before=told,
        after={"ids": list(range(100_000)), "deep": {"a": {"b": {"c": {"d": 1}}}}},
    )
    entry = AuditEntry.objects.get()
    assert len(str(entry.before)) < 2 * audit.LARGEST
    assert len(str(entry.after)) < 2 * audit.LARGEST
    assert len(entry.actor_name) == len(entry.subject) == audit.LONGEST


def test_what_would_disguise_a_line_is_taken_out(team):
    audit.write("post.save", team=team.pk, name="A\n2026 Bob\x1b[2J\u202e", about=About("post", 1))
    assert AuditEntry.objects.get().actor_name == "A 2026 Bob [2J"


def test_every_verb_has_a_kind_and_fits():
    for verb in VERBS.values():
        assert verb.kind in KINDS
        assert len(verb.id) <= 40
        assert len(verb.kind) <= 12
    with pytest.raises(KeyError):
        audit.write("post.invented", team=None)


# -- many at once


def test_acts_on_many_are_one_entry_with_the_number(team, bob):
    with audit.together() as held:
        for pk in (3, 1, 2):
            audit.write("post.trash", team=team.pk, by=bob, about=About("post", pk, f"Post {pk}"))
        before = len(held)
        audit.write("post.save", team=team.pk, by=bob, about=About("post", 9, "Refused"))
        del held[before:]
        audit.write("post.plan", team=team.pk, by=bob, about=About("post", 7, "Alone"))
        assert not AuditEntry.objects.exists()
    plan, trash = AuditEntry.objects.order_by("verb")
    assert (trash.verb, trash.subject_id, trash.after) == (
        "post.trash",
        None,
        {"count": 3, "ids": [3, 1, 2]},
    )
    assert (plan.verb, plan.subject) == ("post.plan", "Alone")


# -- refusals


@pytest.fixture
def stranger():
    def request(ip: str = "203.0.113.9"):
        return RequestFactory().get("/", REMOTE_ADDR=ip)

    return request


def test_refusals_are_bounded_and_counted(stranger, team):
    for _time in range(refusals.OF_A_PLACE + 30):
        refusals.write(stranger(), "refusal.link")
    assert AuditEntry.objects.count() == refusals.OF_A_PLACE
    refusals.write(stranger("203.0.113.10"), "refusal.link")
    assert AuditEntry.objects.order_by("-pk")[0].after["left_out"] == 30
    for n in range(500):
        refusals.write(stranger(f"198.51.{n // 250}.{n % 250}"), "refusal.link")
    written = AuditEntry.objects.count()
    assert written <= refusals.OF_ALL
    keeping.sweep()
    [told] = AuditEntry.objects.filter(verb="refusal.left_out")
    # Those of the first flood were told before.
    assert told.after["left_out"] == refusals.OF_A_PLACE + 30 + 1 + 500 - written - 30


def test_a_refused_page_is_in_the_log_of_its_team(as_user, team, vera):
    assert as_user(vera).get("/t/tidewater/settings/").status_code == 403
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.team_id, entry.actor_id) == ("refusal.role", team.pk, vera.pk)
    assert (entry.subject, entry.ip) == ("accounts:team_settings", "127.0.0.1")


def test_a_failed_sign_in_is_told_without_what_was_typed(client, bob):
    for name, word in ((bob.email, CANARY), (f"{CANARY}@x.test", CANARY), (CANARY, CANARY)):
        client.post("/accounts/login/", {"login": name, "password": word})
    entries = list(AuditEntry.objects.order_by("pk").values())
    assert [entry["verb"] for entry in entries] == ["refusal.signin"] * len(entries)
    assert (entries[0]["subject"], entries[0]["subject_id"]) == ("Bob", bob.pk)
    assert len(entries) >= 2
    assert CANARY not in str(entries)


def test_a_link_that_no_longer_works_is_told_without_its_secret(client):
    assert client.get(f"/a/{CANARY}/").status_code == 410
    assert client.get(f"/invitations/{CANARY}/").status_code == 410
    entries = AuditEntry.objects.values()
    assert {entry["verb"] for entry in entries} == {"refusal.link"}
    assert {entry["via"] for entry in entries} == {"link"}
    assert CANARY not in str(list(entries))


# -- the administrators' site


def test_what_administrators_change_is_told(as_user, team, bob):
    root = UserFactory(email="root@demo.test", is_staff=True, is_superuser=True)
    browser = as_user(root)
    membership = Membership.objects.get(team=team, user=bob)
    form = {"team": team.pk, "user": bob.pk, "role": "admin"}
    page = f"/admin/accounts/membership/{membership.pk}"
    assert browser.post(f"{page}/change/", form).status_code == 302
    assert browser.post(f"{page}/delete/", {"post": "yes"}).status_code == 302
    deleted, changed = AuditEntry.objects.order_by("-pk")[:2]
    assert (changed.verb, changed.team_id, changed.via) == ("admin.change", team.pk, "admin")
    assert changed.after == {"fields": ["Role"]}
    assert (deleted.verb, deleted.team_id, deleted.actor_id) == ("admin.delete", team.pk, root.pk)


def test_actions_of_administrators_are_told(as_user, invite):
    invitation, _token = invite("new@demo.test")
    root = UserFactory(email="root@demo.test", is_staff=True, is_superuser=True)
    form = {"action": "revoke", "_selected_action": invitation.pk}
    as_user(root).post("/admin/accounts/invitation/", form)
    entry = AuditEntry.objects.filter(verb="admin.act").get()
    assert entry.after == {"action": "revoke", "count": 1, "ids": [str(invitation.pk)]}
