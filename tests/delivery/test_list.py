"""The deliveries page: who sees what, and that it stays quick."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from posts import workflow
from posts.models import Delivery, Post
from posts.states import DeliveryState
from publishers.models import Channel
from tests.delivery.pages import HTMX, lanes, list_url, partials
from tests.factories.delivery import channel_of, due_delivery, published, sending, troubled, unknown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def test_the_page_and_the_database_agree_about_every_row(as_user, team, bob):
    """The count of a section is asked in SQL, what a row says of itself in Python."""
    for act in (sending, unknown, published):
        act(due_delivery(team, bob))
    for state in ("failed", "missed", "needs_human"):
        troubled(due_delivery(team, bob), state)
    due_delivery(team, bob, seconds=3600)
    due_delivery(team, bob, problem="Busy.")
    paused = due_delivery(team, bob)
    Channel.objects.filter(pk=paused.channel_id).update(paused=True)

    client = as_user(bob)
    for section in client.get(list_url(team)).context["sections"]:
        assert {job.place for job in section.jobs} == {section.place.key}
        shown = client.get(list_url(team, f"?state={section.place.key}")).context["jobs"]
        assert {job.place for job in shown} == {section.place.key}


def test_the_list_is_a_fragment_for_htmx(as_user, team, bob):
    due_delivery(team, bob)

    response = as_user(bob).get(list_url(team), headers=HTMX)

    assert {"delivery_parts", "delivery_rows"} <= partials(response)
    assert b"<html" not in response.content
    assert b'id="deliveries-frame" hx-swap-oob="true"' in response.content


def test_an_empty_list_says_so(as_user, team, bob):
    assert b"Nothing waits" in as_user(bob).get(list_url(team)).content


def test_a_published_one_says_how_late_it_was(as_user, team, bob):
    published(due_delivery(team, bob, seconds=-300), at=timezone.now() - timedelta(seconds=280))

    page = as_user(bob).get(list_url(team, "?state=published")).content.decode()

    assert "20 s late" in page or "19 s late" in page
    assert "https://parrot.example/" in page


# -- how it does


def test_success_and_lateness_by_platform(as_user, team, bob):
    now = timezone.now()
    for number in range(4):
        published(
            due_delivery(team, bob, seconds=-60 - number), at=now - timedelta(seconds=58 + number)
        )
    troubled(due_delivery(team, bob), "failed")
    old = due_delivery(team, bob, seconds=-3 * 86_400, late_after=timedelta(days=9))
    published(old, at=old.due_at + timedelta(seconds=10))

    [line] = as_user(bob).get(list_url(team)).context["platforms"]

    assert line.weather.state == "closed"
    assert (line.slug, line.week.published, line.week.due) == ("parrot_read", 5, 6)
    median, _p95, p99 = line.week.late
    assert timedelta(seconds=1) < median < timedelta(seconds=3)
    assert timedelta(seconds=9) < p99 <= timedelta(seconds=10)


def test_the_day_is_told_in_the_words_of_the_sections(as_user, team, bob):
    for state in ("failed", "needs_human"):
        troubled(due_delivery(team, bob, seconds=0), state)

    response = as_user(bob).get(list_url(team))

    day = [(sum_.label, sum_.status, sum_.count) for sum_ in response.context["overview"].day]
    assert day == [("Needs your answer", "unknown", 1), ("Gave up", "dead", 1)]


def test_a_row_names_its_channel(as_user, team, bob):
    delivery = due_delivery(team, bob, seconds=3600)

    page = as_user(bob).get(list_url(team)).content.decode()

    row = page.split(f'id="job-{delivery.pk}"')[1]
    assert f"· {delivery.channel.handle}</p>" in row


def test_a_crowded_hour_keeps_every_status_in_sight(as_user, team, bob):
    now = timezone.now()
    troubled(due_delivery(team, bob), "failed")
    for _ in range(9):
        due_delivery(team, bob, seconds=1)

    page = as_user(bob).get(list_url(team)).content.decode()

    clock = page.split('class="clock"')[1].split("</section>")[0]
    assert clock.count("<i ") <= 12
    if now.hour == (now - timedelta(seconds=20)).hour == (now + timedelta(seconds=1)).hour:
        assert 'data-status="dead"' in clock
        assert 'data-status="due"' in clock


# -- who may


def test_another_team_finds_nothing(as_user, team, bob, mallory):
    due_delivery(team, bob)

    assert as_user(mallory).get(list_url(team)).status_code == 404


def test_a_viewer_reads_and_has_nothing_to_press(as_user, team, bob, vera):
    troubled(due_delivery(team, bob), "failed")

    page = as_user(vera).get(list_url(team)).content.decode()

    assert "It did not work." in page
    assert "Try again" not in page
    assert 'name="id"' not in page


# -- many rows


def many(team, bob, number: int) -> None:
    """So many queued deliveries, each of a post of its own, on one channel."""
    channel = channel_of(team)
    first = due_delivery(team, bob, channel=channel, seconds=3600)
    at = first.due_at
    posts = Post.objects.bulk_create(
        Post(team=team, author=bob, title=f"Number {n}", body="Words.") for n in range(number)
    )
    rows = []
    for n, other in enumerate(posts):
        when = at + timedelta(seconds=n)
        row = Delivery(team=team, post=other, channel=channel, revision=first.revision)
        row.content_hash, row.due_at, row.run_at = first.content_hash, when, when
        rows.append((row, DeliveryState.QUEUED))
    workflow.insert_deliveries(rows)


def test_ten_or_ten_thousand_rows_take_the_same_statements(
    as_user, team, bob, django_assert_max_num_queries
):
    client = as_user(bob)
    queries = ("", "?state=due", "?state=due&page=200", "?q=number")
    many(team, bob, 10)
    spent = {}
    for query in queries:
        with django_assert_max_num_queries(20) as few:
            client.get(list_url(team, query))
        spent[query] = len(few.captured_queries)

    many(team, bob, 10_000)
    with connection.cursor() as cursor:
        # As PostgreSQL does by itself; it cannot see these rows, and may know of an empty table.
        cursor.execute("ANALYZE posts_post, posts_delivery")

    for query in queries:
        with django_assert_max_num_queries(spent[query]):
            response = client.get(list_url(team, query))
        assert response.content.count(b'class="job"') == (40 if query else 6)
        assert lanes(response)["coming"] == 10_012


def test_pages_follow_each_other(as_user, team, bob):
    many(team, bob, 90)
    client = as_user(bob)

    pages = [client.get(list_url(team, f"?state=due&q=number&page={n}")) for n in (1, 2, 3)]

    seen = [job.delivery.pk for page in pages for job in page.context["jobs"]]
    assert len(seen) == len(set(seen)) == 90
    assert [page.context["more"] for page in pages] == [True, True, False]
    assert b"?state=due&amp;q=number&amp;page=3" in pages[1].content
    assert {page.context["total"] for page in pages} == {90}
    assert b'id="found-total">90</span>' in pages[0].content


def test_beyond_the_last_page_is_the_first(as_user, team, bob):
    due_delivery(team, bob, seconds=3600)

    response = as_user(bob).get(list_url(team, "?state=due&page=7"))

    assert response.context["page"] == 1
    assert len(response.context["jobs"]) == 1
