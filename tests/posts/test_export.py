"""Posts as a file, narrowed as the page is."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from posts.models import Delivery, Post
from posts.queries import exporting
from tests.factories.posts import DeliveryFactory, PostFactory, TagFactory, VariantFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.importing import done

pytestmark = pytest.mark.django_db


def url(ending="csv", team="tidewater", query="") -> str:
    return reverse("posts:export", kwargs={"team": team, "ending": ending}) + query


def rows(answer) -> list[dict[str, str]]:
    content = b"".join(answer.streaming_content)
    if content.startswith(b"PK"):
        sheet = load_workbook(io.BytesIO(content)).active
        head, *lines = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
        return [dict(zip(head, line, strict=True)) for line in lines]
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, handle="@tide.example")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_post_as_a_row(as_user, vera, team, bob, channel, ending):
    post = PostFactory(team=team, title="Buoys", body="Zwölf\nBojen", assignee=bob, stage="idea",
                       planned_at=datetime(2027, 7, 1, 8, 30, tzinfo=UTC))  # fmt: skip
    post.tags.add(TagFactory(team=team, name="Sea"), TagFactory(team=team, name="Data"))
    VariantFactory(post=post, channel=channel, text="Own", first_comment="First")
    [row] = rows(as_user(vera).get(url(ending)))
    assert row == {
        "text": "Zwölf\nBojen",
        "title": "Buoys",
        "channels": "bluesky:tide.example",
        "date (Europe/Lisbon)": "2027-07-01",
        "time (Europe/Lisbon)": "09:30",
        "zone": "Europe/Lisbon",
        "tags": "Data, Sea",
        "campaign": "",
        "assignee": "bob@demo.test",
        "comment": "First",
        "stage": "idea",
        "media": "",
        "text:bluesky:tide.example": "Own",
        "status": "idea",
        "link": "",
    }


def test_nothing_in_it_is_calculated(as_user, vera, team):
    PostFactory(team=team, title="=cmd()", body="@SUM(A1)")
    [row] = rows(as_user(vera).get(url()))
    assert (row["title"], row["text"]) == ("'=cmd()", "'@SUM(A1)")


def test_an_export_comes_in_again(as_user, bob, vera, team, channel):
    VariantFactory(
        post=PostFactory(
            team=team, title="-1", body="=1+1", planned_at=datetime(2027, 7, 1, tzinfo=UTC)
        ),
        channel=channel,
        text="Own",
    )
    content = b"".join(as_user(vera).get(url()).streaming_content).decode("utf-8-sig")
    Post.objects.all().delete()
    done(team, bob, *csv.reader(io.StringIO(content, newline="")))
    post = Post.objects.get()
    assert (post.title, post.body) == ("-1", "=1+1")
    assert post.planned_at == datetime(2027, 7, 1, tzinfo=UTC)
    assert [(v.channel, v.text) for v in post.variants.all()] == [(channel, "Own")]


def test_narrowed_by_what_the_page_says(as_user, vera, team, other_team, channel):
    day = datetime(2027, 7, 31, 23, 30, tzinfo=UTC)  # The first of August in Lisbon.
    PostFactory(team=team, title="August", planned_at=day, channels=[channel])
    PostFactory(team=team, title="July", planned_at=datetime(2027, 7, 5, tzinfo=UTC))
    PostFactory(team=team, title="Idea", stage="idea")
    PostFactory(team=other_team, title="Theirs")
    PostFactory(team=team, title="Trash", trashed_at=day)

    def titles(query):
        return {row["title"] for row in rows(as_user(vera).get(url(query=query)))}

    assert titles("") == {"August", "July", "Idea"}
    assert titles("?month=2027-07") == {"July"}
    assert titles("?from=2027-07-06&to=2027-08-01") == {"August"}
    assert titles("?stage=idea") == titles("?status=idea") == {"Idea"}
    assert titles(f"?channel={channel.pk}") == {"August"}
    theirs = TagFactory(team=other_team)
    assert titles(f"?channel={channel.pk}&tag={theirs.pk}") == {"August"}
    assert titles("?month=2027-13&from=x&stage=nonsense&channel=x&tag=%00&q=%00") == {
        "August", "July", "Idea",
    }  # fmt: skip


def test_a_month_is_the_reader_s_and_has_what_goes_out_in_it(as_user, vera, team, channel):
    """As the calendar shows it: in New York it is still July."""
    late = datetime(2027, 8, 1, 0, 30, tzinfo=UTC)
    early = PostFactory(team=team, title="Early", planned_at=datetime(2027, 6, 2, tzinfo=UTC))
    PostFactory(team=team, title="Late", planned_at=datetime(2027, 8, 1, 0, 30, tzinfo=UTC))
    DeliveryFactory(post=early, channel=channel, due_at=late)
    reader = as_user(vera)

    def titles(zone):
        vera.time_zone = zone
        vera.save(update_fields=["time_zone"])
        return {row["title"] for row in rows(reader.get(url(query="?month=2027-07")))}

    assert titles("Europe/Lisbon") == set()
    assert titles("America/New_York") == {"Early", "Late"}
    Delivery.objects.update(state="cancelled")
    assert titles("America/New_York") == {"Late"}


@pytest.mark.parametrize(
    ("page", "asked", "link"),
    [
        ("month", "?month=2027-07", "?month=2027-07&amp;"),
        ("week", "?week=2027-07-07", "?from=2027-07-05&amp;to=2027-07-11&amp;"),
        ("day", "?day=2027-07-07", "?from=2027-07-07&amp;to=2027-07-07&amp;"),
        ("board", "?q=buoy", "?q=buoy"),
    ],
)
def test_pages_offer_what_they_show(as_user, vera, team, page, asked, link):
    shown = as_user(vera).get(reverse(f"calendar_app:{page}", args=["tidewater"]) + asked)
    assert f"{url()}{link}" in shown.content.decode()


def test_where_the_rows_end_is_said(as_user, vera, team, monkeypatch):
    monkeypatch.setattr(exporting, "MAX_ROWS", 2)
    for n in range(3):
        PostFactory(team=team, title=f"Post {n}")
    found = rows(as_user(vera).get(url()))
    assert [row["title"] for row in found[:2]] == ["Post 0", "Post 1"]
    assert found[2]["text"].startswith("Only the first 2 of 3 posts are here.")


def test_members_only(as_user, mallory, client, team):
    assert as_user(mallory).get(url()).status_code == 404
    assert client.get(url()).status_code == 302
    assert rows(as_user(mallory).get(url(team="harbour"))) == []


def test_other_endings_do_not_exist(as_user, vera, team):
    assert as_user(vera).get(url("pdf")).status_code == 404


def test_statements_do_not_grow_within_a_handful(as_user, vera, team, channel):
    client = as_user(vera)
    client.get(url())

    def statements():
        with CaptureQueriesContext(connection) as captured:
            rows(client.get(url()))
        return len(captured)

    PostFactory(team=team, channels=[channel])
    few = statements()
    for _n in range(20):
        PostFactory(team=team, channels=[channel])
    assert statements() == few <= 16
