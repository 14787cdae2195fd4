"""An import that meets what nobody foresaw: one row, another person, a gate that opens."""

import threading

import pytest
from django.db import connection, transaction

from posts.errors import LostRace, UploadRefused
from posts.models import Delivery, Import, Post
from posts.services import importer, importwork, library
from posts.states import Stage
from tests.factories.posts import MediaAssetFactory
from tests.factories.publishers import ChannelFactory
from tests.locks import somebody_waits
from tests.posts.importing import (
    HEAD,
    checked,
    confirm,
    done,
    said,
    taken_in,
    text,
    tomorrow,
    worked,
)
from tests.processes import wait_until

pytestmark = pytest.mark.django_db


def test_a_gate_that_opens_meanwhile_commits_nothing_that_was_shown_as_a_plan(team, bob):
    ChannelFactory(team=team, name="Tidewater")
    importing = checked(team, bob, HEAD, ("Hello", "Tidewater", tomorrow(), "09:30"))
    team.review_required = False
    team.save(update_fields=["review_required"])
    confirm(importing, bob)
    worked(importing)
    post = Post.objects.get()
    assert (post.stage, post.planned_at is not None) == (Stage.DRAFTING, True)
    assert not Delivery.objects.filter(state="queued").exists()
    assert importing.rows.get().commits is False


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_is_deleted_meanwhile_gets_into_no_post(team, bob):
    asset = MediaAssetFactory(team=team, name="buoy.jpg")
    head = ("text", "media")
    importing = checked(team, bob, head, ("One", "buoy.jpg"), ("Two", ""))
    confirm(importing, bob)
    begun = threading.Event()

    def delete():
        with transaction.atomic():
            library.delete(team=team, ids=[asset.pk])
            begun.set()
            wait_until(somebody_waits, what="the import")
        connection.close()

    somebody = threading.Thread(target=delete)
    somebody.start()
    assert begun.wait(10)
    worked(importing)
    somebody.join()
    assert [row.outcome for row in importing.rows.all()] == ["bad", "made"]
    assert "is not in the library" in said(importing)
    assert list(Post.objects.values_list("body", flat=True)) == ["Two"]


def test_a_yes_to_other_columns_is_none(team, bob):
    importing = checked(team, bob, ("text", "tags"), ("Hello", "sea"))
    mark = importer.mark_of(importing)
    importer.map_columns(
        importing=importing, chosen=["text", ""], zone=importing.zone, month_first=False
    )
    worked(importing)
    with pytest.raises(LostRace, match="other columns"):
        importer.confirm(importing=importing, by=bob, mark=mark)
    assert not Post.objects.exists()


@pytest.mark.parametrize("step", ["checking", "running"])
def test_a_row_that_nobody_can_deal_with_keeps_back_no_other(team, bob, monkeypatch, step):
    reads = importwork.read

    def read(row, *others):
        if row.cells == ["Wreck"]:
            raise ZeroDivisionError
        return reads(row, *others)

    importing = taken_in(team, bob, text(("text",), ("One",), ("Wreck",), ("Two",)))
    if step == "running":
        importing = checked(team, bob, ("text",), ("One",), ("Wreck",), ("Two",))
        confirm(importing, bob)
    monkeypatch.setattr(importwork, "read", read)
    if step == "checking":
        importer.map_columns(
            importing=importing, chosen=["text"], zone=importing.zone, month_first=False
        )
    worked(importing)
    assert importing.step == ("done" if step == "running" else "checked")
    assert [row.outcome for row in importing.rows.all()] == [
        *(("made", "bad", "made") if step == "running" else ("ready", "bad", "ready"))
    ]
    assert "could not be dealt with" in importing.rows.get(number=3).problems[0][1]


def test_looking_can_be_stopped_and_goes_back_to_the_columns(team, bob):
    importing = taken_in(team, bob, text(("text",), ("One",)))
    importer.map_columns(
        importing=importing, chosen=["text"], zone=importing.zone, month_first=False
    )
    importing.refresh_from_db()
    importer.stop(importing=importing)
    importing.refresh_from_db()
    assert importing.step == "mapping"
    assert not importwork.work(importing.pk)


def test_a_team_has_so_many_under_way(team, other_team, bob, mallory, monkeypatch):
    monkeypatch.setattr(importer, "MOST", 3)
    for _ in range(importer.MOST):
        taken_in(team, bob, text(("text",), ("One",)))
    with pytest.raises(UploadRefused, match="under way"):
        taken_in(team, bob, text(("text",), ("One",)))
    taken_in(other_team, mallory, text(("text",), ("One",)))
    importer.discard(importing=Import.objects.for_team(team).first())
    done(team, bob, ("text",), ("Another",))


def test_few_rows_of_one_import_are_sent_for_review(team, bob, monkeypatch):
    monkeypatch.setattr(importwork, "MOST_ASKING", 2)
    monkeypatch.setitem(importwork.AT_ONCE, "checking", 2)
    rows = [(f"Post {n}", "review") for n in range(4)]
    importing = checked(team, bob, ("text", "stage"), *rows, ("An idea", "idea"))
    assert [row.outcome for row in importing.rows.all()] == [
        "ready",
        "ready",
        "bad",
        "bad",
        "ready",
    ]
    assert "At most 2 rows" in importing.rows.get(number=5).problems[-1][1]
