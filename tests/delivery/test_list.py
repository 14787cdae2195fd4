"""The deliveries page: who sees what, why each row is where it is, and that it stays quick."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery.models import Breaker
from posts import workflow
from posts.models import Approval, Delivery, Post
from posts.states import DeliveryState
from publishers.models import Channel
from tests.delivery.pages import HTMX, lanes, list_url, partials, sections
from tests.factories.delivery import (
    channel_of,
    due_delivery,
    published,
    sending,
    troubled,
    unknown,
)
from tests.factories.posts import ApprovalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


def named(delivery: Delivery, title: str) -> Delivery:
    Post.objects.filter(pk=delivery.post_id).update(title=title)
    return delivery


def test_it_says_why_each_is_where_it_is(as_user, team, alice, bob):
    troubled(due_delivery(team, bob), "failed", "The text is not allowed.")
    troubled(due_delivery(team, bob), "needs_human", "No clear answer.")
    troubled(due_delivery(team, bob), "missed", "It was too late.")
    unknown(due_delivery(team, bob))
    due_delivery(team, bob, seconds=3600)
    sending(due_delivery(team, bob))
    due_delivery(team, bob, seconds=-30, problem="Too many posts.", failures=1)

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {
        "needs_human": 1,
        "failed": 1,
        "missed": 1,
        "unknown": 1,
        "flight": 1,
        "retrying": 1,
        "due": 1,
    }
    page = response.content.decode()
    for words in (
        "The text is not allowed.",
        "and got no answer. It may be live.",
        "It was too late.",
        "Approved and ready",
        "Too many posts.",
        "Being sent now",
        "It is live",
        "Not live, publish now",
        "Try again",
        "Publish now",
    ):
        assert words in page


def test_who_is_asked_reads_when_it_was_sent_and_where_to_look(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "needs_human")
    sent = timezone.localtime(delivery.sent_at, team.zone)

    page = as_user(bob).get(list_url(team)).content.decode()

    handle = delivery.channel.handle
    said = f"We sent this to {handle} at {sent:%H:%M:%S} and got no answer. It may be live."
    assert said in page
    assert f"/@{handle}" in page
    assert f"Open {handle}" in page


def test_attempts_can_be_opened(as_user, team, bob):
    delivery = due_delivery(team, bob)
    sending(delivery)
    delivery.attempts.update(
        outcome="ambiguous", status=504, detail="Half an answer.", ended_at=timezone.now()
    )

    page = as_user(bob).get(list_url(team)).content.decode()

    log = page.split(f'id="log-{delivery.pk}"')[1].split("</details>")[0]
    assert "1 try" in log
    assert "504 Half an answer." in log


# -- what a queued delivery waits for


@pytest.mark.parametrize(
    ("stopped", "why"),
    [
        ({"state": "reconnect"}, "Waits until the channel is connected again"),
        ({"paused": True}, "Waits: publishing on this channel is paused"),
    ],
)
@pytest.mark.parametrize("seconds", [-30, 3600])
def test_what_a_channel_holds_back_promises_no_next_try(
    as_user, team, alice, bob, stopped, why, seconds
):
    held = due_delivery(team, bob, seconds=seconds, problem="Connect it again.", failures=1)
    Channel.objects.filter(pk=held.channel_id).update(**stopped)

    response = as_user(alice).get(list_url(team))

    page = response.content.decode()
    assert sections(response) == {"waiting": 1}
    assert why in page
    assert "Next try" not in page
    assert ("Reconnect" in page) == ("state" in stopped)
    assert lanes(response)["held"] == 1


def test_a_pause_that_the_platform_asked_for_ends_at_a_time(as_user, team, bob):
    due_delivery(team, bob)
    until = timezone.now() + timedelta(minutes=9)
    Channel.objects.update(next_slot_at=until)

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {"waiting": 1}
    assert "the platform asked for a pause" in response.content.decode()
    assert response.context["sections"][0].jobs[0].then.at == until


def broken(platform="parrot_read") -> Breaker:
    until = timezone.now() + timedelta(minutes=2)
    return Breaker.objects.create(
        platform=platform, state="open", retry_at=until, reason="It answered 503.", failures=6
    )


def test_a_platform_that_is_spared(as_user, team, bob):
    due_delivery(team, bob)
    due_delivery(team, bob, seconds=3600)
    due_delivery(team, bob, channel=channel_of(team, "parrot_key"))
    breaker = broken()

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {"waiting": 1, "due": 2}
    [waiting] = response.context["sections"][0].jobs
    assert "has had trouble since" in waiting.why
    assert waiting.then.at == breaker.retry_at
    page = response.content.decode()
    assert "the next try is at" in page.split('id="deliveries-frame"')[1].split("<nav")[0]
    assert "It answered 503." in page
    lines = {line.slug: line.weather for line in response.context["platforms"]}
    assert (lines["parrot_read"].state, lines["parrot_key"].state) == ("open", "closed")


def test_trouble_elsewhere_is_not_told(as_user, team, bob):
    """Not where the team has no channel."""
    due_delivery(team, bob)
    broken("parrot_ask")

    response = as_user(bob).get(list_url(team))

    assert response.context["troubles"] == []


def test_what_would_not_go_out_says_so_ahead_of_time(as_user, team, bob):
    delivery = due_delivery(team, bob, seconds=1200)
    words = "The picture is too large. Make it smaller."
    Delivery.objects.filter(pk=delivery.pk).update(warning=words, warning_about="content")

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {"risk": 1}
    assert lanes(response)["coming"] == 1
    page = response.content.decode()
    assert words in page
    assert reverse("posts:edit", args=[team.slug, delivery.post_id]) in page


def test_an_approval_by_mail_cools_first(as_user, team, bob):
    delivery = due_delivery(team, bob)
    opens = timezone.now() + timedelta(seconds=50)
    Approval.objects.update(revoked_at=timezone.now())
    ApprovalFactory(revision=delivery.revision, not_before=opens)

    response = as_user(bob).get(list_url(team))

    assert sections(response) == {"waiting": 1}
    assert "approval by mail can still be taken back" in response.content.decode()
    assert response.context["sections"][0].jobs[0].then.at == opens


@pytest.mark.parametrize("later", [{"next_slot_at": timezone.now() + timedelta(days=1)}])
def test_what_is_not_due_waits_for_its_time_alone(as_user, team, bob, later):
    due_delivery(team, bob, seconds=3600)
    Channel.objects.update(**later)

    assert sections(as_user(bob).get(list_url(team))) == {"due": 1}


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


# -- filters: every state of the page is an address


def test_the_list_is_a_fragment_for_htmx(as_user, team, bob):
    due_delivery(team, bob)

    response = as_user(bob).get(list_url(team), headers=HTMX)

    assert {"delivery_parts", "delivery_rows"} <= partials(response)
    assert b"<html" not in response.content
    assert b'id="deliveries-frame" hx-swap-oob="true"' in response.content


def test_the_filter_writes_a_short_address(as_user, team, bob):
    due_delivery(team, bob)
    query = "?q=&state=due&platform=&channel="

    response = as_user(bob).get(list_url(team, query), headers={**HTMX, "HX-Trigger": "filter"})

    assert response["HX-Push-Url"] == list_url(team, "?state=due")
    by_itself = as_user(bob).get(
        list_url(team, query), headers={**HTMX, "HX-Trigger": "deliveries"}
    )
    assert "HX-Push-Url" not in by_itself


def test_an_empty_list_says_so(as_user, team, bob):
    assert b"Nothing waits" in as_user(bob).get(list_url(team)).content


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?state=attention", {"failed one"}),
        ("?state=failed", {"failed one"}),
        ("?state=due", {"coming one", "distant one"}),
        ("?state=coming", {"coming one"}),
        ("?state=published", set()),
        ("?platform=parrot_key", {"coming one"}),
        ("?platform=parrot_read", {"failed one", "distant one"}),
        ("?q=COMING", {"coming one"}),
        ("?q=one&platform=parrot_read&state=due", {"distant one"}),
        ("?q=nothing+like+it", set()),
    ],
)
def test_a_filter_shows_only_its_own(as_user, team, bob, query, seen):
    named(troubled(due_delivery(team, bob), "failed"), "failed one")
    named(
        due_delivery(team, bob, channel=channel_of(team, "parrot_key"), seconds=3600), "coming one"
    )
    named(due_delivery(team, bob, seconds=40 * 3600), "distant one")

    response = as_user(bob).get(list_url(team, query))

    assert {str(job.delivery.post) for job in response.context["jobs"]} == seen
    assert (b"Nothing here" in response.content) == (not seen)


def test_one_channel_alone(as_user, team, bob):
    one, other = due_delivery(team, bob), due_delivery(team, bob)

    response = as_user(bob).get(list_url(team, f"?channel={one.channel_id}"))

    found = [job.delivery.pk for job in response.context["jobs"]]
    assert found == [one.pk]
    assert other.pk not in found


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?state=everything", "State"),
        ("?platform=parrot_unheard", "Platform"),
        ("?channel=999999", "Channel"),
        ("?channel=x", "Channel"),
        ("?q=%00", "Search posts"),
        (f"?q={'long' * 60}", "Search posts"),
    ],
)
def test_what_is_unknown_is_left_out_of_the_filter(as_user, team, bob, query, named):
    delivery = due_delivery(team, bob, seconds=3600)

    response = as_user(bob).get(list_url(team, f"{query}&platform={delivery.channel.platform}"))

    if named == "Platform":
        response = as_user(bob).get(list_url(team, f"{query}&state=due"))
    assert response.status_code == 200
    assert [job.delivery.pk for job in response.context["jobs"]] == [delivery.pk]
    assert response.context["dropped"] == [named]
    assert f"not known here any more: {named}." in response.content.decode()
    assert query[1:].split("=")[0] + "=" not in response.context["query"]


def test_another_teams_channel_is_unknown(as_user, team, bob, other_team):
    foreign = channel_of(other_team)

    response = as_user(bob).get(list_url(team, f"?channel={foreign.pk}"))

    assert response.context["dropped"] == ["Channel"]


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
