"""From rows to posts: what the dry run says, what is made, what is taken back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from notifications.models import Message
from posts.errors import IllegalMove
from posts.models import Campaign, Delivery, Import, Post, Tag
from posts.services import batch, compose, importer, importwork, schedule
from posts.services.compose import Draft, VariantDraft
from posts.states import Stage
from posts.times import resolve
from publishers.crops import Point
from tests.factories.posts import MediaAssetFactory, PostFactory
from tests.factories.publishers import ChannelFactory
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

pytestmark = pytest.mark.django_db


def test_a_row_becomes_a_post_as_a_person_would_write_it(team, bob, carol, tidewater):
    other = ChannelFactory(team=team, platform="x", handle="@tide", name="Tide")
    asset = MediaAssetFactory(team=team, name="Buoy.jpg", alt="A buoy", focal_x=20, focal_y=70)
    importing = done(
        team,
        bob,
        ("Beitrag", "Titel", "Kanäle", "Datum", "Uhrzeit", "Zeitzone", "Schlagwörter", "Kampagne",
         "zuständig", "Erster Kommentar", "Bilder", "text:x:tide"),
        ("Forty buoys\nare open", "Buoys", "Tidewater", tomorrow(), "9.30 Uhr", "Europe/Berlin",
         "Sea; data", "Open water", "CAROL@demo.test", "More soon", "buoy.jpg", "Short"),
    )  # fmt: skip
    post = Post.objects.get()
    assert (importing.step, importing.rows.get().outcome) == ("done", "made")
    assert (post.title, post.body, post.author, post.assignee) == (
        "Buoys", "Forty buoys\nare open", bob, carol,
    )  # fmt: skip
    assert (post.source, post.stage, post.planned_zone) == ("import", "drafting", "Europe/Berlin")
    assert (
        post.planned_at
        == resolve(datetime.fromisoformat(f"{tomorrow()}T09:30"), "Europe/Berlin").at
    )
    assert {tag.name for tag in post.tags.all()} == {"Sea", "data"}
    assert post.campaign == Campaign.objects.get(name="Open water")
    assert [(p.asset, p.alt, p.focal) for p in post.pictures.all()] == [(asset, "A buoy", (20, 70))]
    assert {v.channel: v.text for v in post.variants.all()} == {tidewater: None, other: "Short"}
    assert {v.first_comment for v in post.variants.all()} == {"More soon"}
    assert {d.state for d in post.deliveries.all()} == {"draft"}
    [message] = Message.objects.filter(user=bob, kind="import_ended")
    assert message.data["outcome"] == "one post is made"
    assert message.data["url"] == f"/t/tidewater/import/{importing.pk}/"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"channels": "Nowhere"}, "channels: “Nowhere” is not one of the team's channels."),
        ({"channels": "twin"}, "“twin” may be one of 2 channels. Write bluesky:one."),
        ({"date": "2020-01-01"}, "date: 01 Jan 2020, 09:30 has passed."),
        ({"date": "31.02.2027"}, "date: “31.02.2027” is not a date. Write it like 2026-12-09."),
        ({"date": "2099-01-01"}, "date: Choose a date within five years."),
        ({"time": "25:00"}, "time: “25:00” is not a time. Write it like 09:30."),
        ({"time": ""}, "time: There is a date, but no time."),
        ({"date": ""}, "date: There is a time, but no date."),
        ({"zone": "CEST"}, "zone: “CEST” is not a time zone."),
        ({"date": "2027-03-28", "time": "01:30"}, "time: 01:30 does not exist that day"),
        ({"text": "x" * 301}, "text: Bluesky takes 300 characters; this is 1 over."),
        ({"text": "\N{FAMILY}" * 400}, "this is 100 over"),
        ({"text": ""}, "text: There is no text."),
        ({"text": "a\x00b"}, "text: Contains a character that cannot be stored."),
        ({"title": "x" * 201}, "title: Longer than 200 characters."),
        ({"tags": "x" * 41}, "tags: At most 20 tags of 40 characters."),
        ({"assignee": "mallory@other.test"}, "Nobody in this team has the address “mallory@ot"),
        ({"stage": "done"}, "stage: “done” is not a stage."),
        ({"media": "none.jpg"}, "media: “none.jpg” is not in the library."),
        ({"comment": "x" * 10_001}, "comment: Longer than 10000 characters."),
    ],
)  # fmt: skip
def test_the_dry_run_says_what_to_mend(team, bob, mallory, tidewater, cells, words):
    for name in ("one", "two"):
        ChannelFactory(team=team, handle=name, name="Twin")
    good = {"text": "Hello", "channels": "Tidewater", "date": tomorrow(), "time": "09:30",
            "zone": "", "title": "", "tags": "", "assignee": "", "stage": "", "media": "",
            "comment": ""}  # fmt: skip
    row = {**good, **cells}
    importing = checked(team, bob, tuple(row), tuple(row.values()), ("Fine", *[""] * 10))
    assert words in said(importing)
    assert [one.outcome for one in importing.rows.all()] == ["bad", "ready"]
    assert not Post.objects.exists()


def test_what_is_new_or_missing_is_noted(team, bob, tidewater):
    Tag.objects.create(team=team, name="Sea")
    gone = ChannelFactory(team=team, handle="gone", state="reconnect", name="Gone")
    titled = ChannelFactory(team=team, platform="instagram", handle="pics", name="Pics")
    importing = checked(
        team, bob, ("text", "channels", "tags", "campaign"), ("A", "Gone", "SEA, New", "Spring"),
        ("B", "Pics", "", ""),
    )  # fmt: skip
    assert "“New” is new" in said(importing)
    assert "SEA" not in said(importing)
    assert "“Spring” is new" in said(importing)
    assert "Gone is not connected." in said(importing)
    assert "Before it can go out:" in said(importing, 3)
    assert {row.outcome for row in importing.rows.all()} == {"ready"}
    assert gone.pk != titled.pk


def test_the_second_hour_of_autumn_is_noted(team, bob, tidewater):
    with time_machine.travel(datetime(2026, 10, 1, tzinfo=UTC), tick=True):
        importing = checked(team, bob, HEAD, ("Twice", "", "2026-10-25", "01:30"))
    assert "01:30 comes twice that day in Europe/Lisbon." in said(importing)


def test_duplicates_in_the_file_and_of_posts_are_left_out(team, bob, tidewater):
    day = tomorrow()
    at = resolve(datetime.fromisoformat(f"{day}T09:30"), "Europe/Lisbon").at
    PostFactory(team=team, title="", body="There", channels=[tidewater], planned_at=at)
    importing = checked(
        team, bob, HEAD, ("Same", "Tidewater", day, "09:30"), ("Same", "tide.example", day, "9:30"),
        ("Same", "Tidewater", day, "10:30"), ("There", "Tidewater", day, "09:30"),
        ("There", "", day, "09:30"),
    )  # fmt: skip
    outcomes = [row.outcome for row in importing.rows.all()]
    assert outcomes == ["ready", "duplicate", "ready", "duplicate", "ready"]
    assert "The same as row 2." in said(importing, 3)
    assert "is there already" in said(importing, 5)


def test_the_same_file_twice_makes_nothing_more(team, bob, tidewater):
    rows = (HEAD, ("One", "Tidewater", tomorrow(), "09:30"), ("Two", "", "", ""))
    done(team, bob, *rows)
    importing = checked(team, bob, *rows)
    assert {row.outcome for row in importing.rows.all()} == {"duplicate"}
    with pytest.raises(IllegalMove):
        confirm(importing, bob)


@pytest.mark.parametrize(
    ("review", "role", "stage", "expected"),
    [
        (True, "editor", "", Stage.DRAFTING),
        (False, "editor", "", Stage.SCHEDULED),
        (False, "editor", "drafting", Stage.DRAFTING),
        (False, "editor", "Idee", Stage.IDEA),
    ],
)
def test_nothing_passes_the_gate(team, bob, tidewater, review, role, stage, expected):
    team.review_required = review
    team.save(update_fields=["review_required"])
    head = (*HEAD, "stage")
    importing = done(team, bob, head, ("Hello", "Tidewater", tomorrow(), "09:30", stage))
    post = Post.objects.get()
    assert post.stage == expected
    assert post.planned_at is not None
    assert importing.rows.get().commits is (expected == Stage.SCHEDULED)
    queued = Delivery.objects.filter(state="queued").count()
    assert queued == (1 if expected == Stage.SCHEDULED else 0)
    assert post.approvals.count() == queued


def test_a_gate_shut_meanwhile_leaves_the_plan(team, bob, tidewater):
    team.review_required = False
    team.save(update_fields=["review_required"])
    importing = checked(team, bob, HEAD, ("Hello", "Tidewater", tomorrow(), "09:30"))
    team.review_required = True
    team.save(update_fields=["review_required"])
    confirm(importing, bob)
    worked(importing)
    assert Post.objects.get().stage == Stage.DRAFTING


def test_whoever_left_the_team_makes_nothing(team, bob, tidewater):
    importing = checked(team, bob, HEAD, ("Hello", "Tidewater", tomorrow(), "09:30"))
    confirm(importing, bob)
    Membership.objects.filter(user=bob).update(role="viewer")
    worked(importing)
    assert (importing.step, importing.rows.get().outcome) == ("done", "bad")
    assert not Post.objects.exists()


def test_a_worker_that_dies_leaves_no_row_twice_and_none_out(team, bob, tidewater, monkeypatch):
    rows = [(f"Post {n}", "", "", "") for n in range(25)]
    importing = checked(team, bob, HEAD, *rows)
    confirm(importing, bob)
    monkeypatch.setitem(importwork.AT_ONCE, "running", 10)
    noted, calls = importwork._note_seen, []

    def dies(some):
        calls.append(some)
        if len(calls) == 2:
            raise SystemExit
        noted(some)

    with monkeypatch.context() as patch:
        patch.setattr(importwork, "_note_seen", dies)
        with pytest.raises(SystemExit):
            importwork.work(importing.pk)
    assert Post.objects.count() == 10
    assert importwork.waiting() == [importing.pk]
    worked(importing)
    assert sorted(Post.objects.values_list("body", flat=True)) == sorted(row[0] for row in rows)
    assert importing.rows.filter(outcome="made", post__isnull=False).count() == 25


def test_a_row_that_the_database_refuses_keeps_no_other_back(team, bob, monkeypatch):
    importing = checked(team, bob, ("text",), ("Good",), ("Bad",), ("Fine",))
    built = batch.build

    def spoiled(**given):
        new = built(**given)
        if new.post.body == "Bad":
            new.post.planned_zone = "x" * 65
        return new

    monkeypatch.setattr("posts.services.rows.build", spoiled)
    confirm(importing, bob)
    worked(importing)
    assert [row.outcome for row in importing.rows.all()] == ["made", "bad", "made"]
    assert "could not be stored" in said(importing, 3)


def test_too_long_twice_is_to_mend_twice(team, bob, tidewater):
    importing = checked(team, bob, HEAD, *[("x" * 301, "Tidewater", "", "")] * 2)
    assert {row.outcome for row in importing.rows.all()} == {"bad"}


def test_many_posts_are_written_as_one_is(team, bob, tidewater):
    """What the batch writes is what the composer and the plan would have written."""
    asset = MediaAssetFactory(team=team)
    draft = Draft(
        title="Buoys", body="Hello", hashtags=["sea"], tags=["Data"], campaign="Spring",
        assignee=bob.pk, channels={tidewater.pk: VariantDraft("Own", None, "First", {"a": "b"})},
        media=[(asset.pk, "Alt")], focal={asset.pk: Point(3, 4)},
    )  # fmt: skip
    at = resolve(datetime.fromisoformat(f"{tomorrow()}T09:30"), "Europe/Lisbon")
    one = schedule.plan(post=compose.create(team=team, by=bob, draft=draft), at=at, by=bob)
    parts = batch.Parts({tidewater.pk: tidewater}, {asset.pk: asset})
    new = batch.build(team=team, by=bob, draft=draft, parts=parts, at=at)
    [many] = batch.create_all(team=team, by=bob, posts=[new])

    def rows(post):
        post = Post.objects.get(pk=post.pk)
        leave = {"id", "post", "client_token", "created_at", "preflight_at", "updated_at", "at"}
        plain = [
            post,
            *post.variants.all(),
            *post.pictures.all(),
            *post.deliveries.all(),
            *post.activity.order_by("pk"),
        ]
        told = [{k: v for k, v in model_to_dict(row).items() if k not in leave} for row in plain]
        return [
            *told,
            [(entry.kind, entry.data, entry.actor_name) for entry in post.activity.all()],
        ]

    assert rows(many) == rows(one)
    assert Tag.objects.count() == Campaign.objects.count() == 1


def test_statements_do_not_grow_with_the_rows(team, bob, tidewater):
    def statements(count):
        rows = [(f"Post {count} {n}", "Tidewater", tomorrow(), "09:30") for n in range(count)]
        importing = checked(team, bob, HEAD, *rows)
        confirm(importing, bob)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            worked(importing)
        return len(captured)

    few = statements(2)
    assert statements(60) <= few + 2
    assert few < 60


def test_a_tick_finds_what_is_left(team, bob):
    importing = taken_in(team, bob, text(("text",), ("One",)))
    assert importwork.waiting() == []
    importer.map_columns(importing=importing, chosen=["text"], zone="UTC", month_first=False)
    assert importwork.waiting() == [importing.pk]
    assert Import.objects.get().created_at > datetime.now(UTC) - timedelta(minutes=1)
