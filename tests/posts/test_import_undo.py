"""Imports that are stopped or taken back, by whom, and what is left of them."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from notifications.models import Message
from posts.errors import LostRace
from posts.models import Import, ImportRow, Post
from posts.services import compose, importer, importwork, schedule, trash
from posts.services.compose import Draft
from posts.times import resolve
from tests.posts.importing import HEAD, checked, confirm, done, said, tomorrow, worked

pytestmark = pytest.mark.django_db


def test_undo_takes_back_what_nobody_touched(team, bob, carol, tidewater):
    team.review_required = False
    team.save(update_fields=["review_required"])
    rows = [(f"Post {n}", "Tidewater", tomorrow(), "09:30") for n in range(5)]
    importing = done(team, bob, HEAD, *rows)
    edited, moved, out, gone, plain = (row.post for row in importing.rows.all())
    compose.save(post=edited, draft=Draft(body="Mine"), version=edited.version, by=bob)
    schedule.reschedule(
        post=moved, at=resolve(datetime.fromisoformat("2027-02-01T09:00"), "UTC"), by=carol
    )
    out.deliveries.update(state="published", remote_id="there")
    trash.trash(post=gone, by=bob)
    importer.undo(importing=importing, by=bob)
    worked(importing)
    assert importing.step == "undone"
    assert [row.outcome for row in importing.rows.all()] == [
        "kept", "kept", "kept", "undone", "undone",
    ]  # fmt: skip
    assert "Somebody has worked on it since." in said(importing, 2)
    assert "This post is public." in said(importing, 4)
    plain.refresh_from_db()
    assert plain.trashed_at is not None
    assert {d.state for d in plain.deliveries.all()} == {"cancelled"}
    message = Message.objects.filter(kind="import_ended").latest("pk")
    assert message.data["outcome"] == "2 posts are in the trash, 3 were kept"


def test_whoever_says_yes_is_the_author(team, alice, bob):
    importing = checked(team, bob, ("text",), ("One",))
    confirm(importing, alice)
    worked(importing)
    assert Post.objects.get().author == alice
    assert Message.objects.get(kind="import_ended").user == alice


def test_undo_is_the_work_of_whoever_undoes(team, alice, bob):
    importing = done(team, bob, ("text",), ("One",))
    Membership.objects.filter(user=bob).delete()
    importer.undo(importing=importing, by=alice)
    worked(importing)
    assert importing.rows.get().outcome == "undone"
    assert Post.objects.get().activity.filter(kind="post.trash").get().actor == alice


def test_what_is_left_of_an_undo_by_somebody_who_has_gone_is_said(team, alice, bob, monkeypatch):
    importing = done(team, bob, ("text",), *[(f"Post {n}",) for n in range(3)])
    importer.undo(importing=importing, by=alice)
    monkeypatch.setitem(importwork.AT_ONCE, "undoing", 2)
    assert importwork._handful(importing.pk)
    Membership.objects.filter(user=alice).delete()
    worked(importing)
    assert importing.step == "undone"
    assert [row.outcome for row in importing.rows.all()] == ["undone", "undone", "kept"]
    assert "may not write posts" in said(importing, 4)
    assert Post.objects.for_team(team).count() == 1


def test_stop_keeps_what_is_made(team, bob, monkeypatch):
    importing = checked(team, bob, ("text",), *[(f"Post {n}",) for n in range(6)])
    confirm(importing, bob)
    monkeypatch.setitem(importwork.AT_ONCE, "running", 2)
    assert importwork._handful(importing.pk)
    importer.stop(importing=importing)
    assert not importwork.work(importing.pk)
    assert Post.objects.count() == 2
    assert importing.rows.filter(outcome="ready").count() == 4


def test_a_step_is_taken_once(team, bob):
    importing = checked(team, bob, ("text",), ("One",))
    confirm(importing, bob)
    with pytest.raises(LostRace):
        confirm(importing, bob)
    with pytest.raises(LostRace):
        importer.undo(importing=importing, by=bob)
    with pytest.raises(LostRace):
        importer.discard(importing=importing)
    assert ImportRow.objects.count() == 1


def test_old_ones_are_let_go_and_what_they_made_stays(team, bob):
    ended, waits, at_work, lately, fresh = (
        checked(team, bob, ("text",), (f"Post {n}",)) for n in range(5)
    )
    confirm(ended, bob)
    worked(ended)
    old = timezone.now() - timedelta(days=91)
    Import.objects.exclude(pk=fresh.pk).update(created_at=old)
    Import.objects.filter(pk=ended.pk).update(ended_at=old)
    Import.objects.filter(pk=at_work.pk).update(step="running")
    Import.objects.filter(pk=lately.pk).update(step="undone", ended_at=timezone.now())
    importer.sweep()
    assert set(Import.objects.all()) == {at_work, lately, fresh}
    assert not ImportRow.objects.filter(importing__in=[ended.pk, waits.pk]).exists()
    assert Post.objects.get().body == "Post 0"
