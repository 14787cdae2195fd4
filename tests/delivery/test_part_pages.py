"""Pages about a thread: which part is live, which is missing, and what a person may do about it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from posts.states import DeliveryState
from tests.delivery.pages import HTMX, list_url, url
from tests.delivery.parts import go, look, stopped_at
from tests.factories.delivery import channel_of, due_delivery, due_thread

pytestmark = pytest.mark.django_db

D = DeliveryState


@pytest.fixture
def failed(platform, team, bob):
    return stopped_at(due_thread(team, bob, comment="More"), platform, "400")


@pytest.fixture
def asked(platform, team, bob):
    delivery = due_thread(team, bob, channel=channel_of(team, "parrot_ask"))
    return look(stopped_at(delivery, platform, "500"))


def states(page) -> list[str]:
    return [item.state for item in page.context["parts"]]


def test_the_sheet_lists_every_item(as_user, bob, failed, platform):
    page = as_user(bob).get(url(failed))

    assert states(page) == ["live", "next", "later", "later"]
    html = page.content.decode()
    assert f'href="{platform.url}/p1"' in html
    assert html.count('class="part"') == 4
    assert "1 of 4 live. Part 2 of 3: The text is not allowed." in html
    assert "To take it down, open each part and delete it there." in html


def test_a_post_alone_has_no_parts(as_user, bob, team, platform):
    page = as_user(bob).get(url(go(due_delivery(team, bob))))
    assert "parts-title" not in page.content.decode()


def test_an_item_in_doubt_is_named(as_user, bob, asked):
    page = as_user(bob).get(url(asked))

    assert states(page) == ["live", "doubt", "later"]
    assert f"We sent part 2 of 3 to {asked.channel.handle} at " in page.content.decode()


def test_after_stopping_the_rest_is_not_published(as_user, bob, failed):
    answer = as_user(bob).post(url(failed, "stop"))

    assert answer.status_code == 302
    failed.refresh_from_db()
    assert failed.state == D.PUBLISHED
    assert states(as_user(bob).get(url(failed))) == ["live", "never", "never", "never"]


def test_what_has_begun_is_stopped_not_dropped(as_user, bob, failed):
    html = as_user(bob).get(url(failed)).content.decode()
    for act, there in (("stop", True), ("retry", True), ("drop", False), ("cancel", False)):
        assert (f'action="{url(failed, act)}"' in html) is there
    assert "Continue" in html


def test_the_list_offers_the_same(as_user, bob, failed, team):
    html = as_user(bob).get(list_url(team)).content.decode()
    assert f'action="{url(failed, "stop")}"' in html
    assert f'action="{url(failed, "drop")}"' not in html


def test_dropping_all_the_same_is_refused_with_words(as_user, bob, failed):
    answer = as_user(bob).post(url(failed, "drop"), headers=HTMX)
    assert answer.status_code == 409
    assert "1 of 4 are live already. Stop here" in answer.content.decode()


def test_live_without_an_address_says_what_to_paste(as_user, bob, asked):
    answer = as_user(bob).post(url(asked, "confirm"), {"permalink": ""}, headers=HTMX)
    assert answer.status_code == 409
    assert "Paste the address of part 2 of 3" in answer.content.decode()


def test_who_may_stop(as_user, mallory, vera, failed, other_team):
    assert as_user(vera).post(url(failed, "stop")).status_code == 403
    assert as_user(mallory).post(url(failed, "stop")).status_code == 404
    assert as_user(mallory).post(url(failed, "stop", team=other_team)).status_code == 404
    failed.refresh_from_db()
    assert failed.state == D.FAILED


def test_nothing_to_stop_is_said(as_user, bob, team, platform):
    delivery = due_thread(team, bob)
    answer = as_user(bob).post(url(delivery, "stop"), headers=HTMX)
    assert answer.status_code == 409
    assert "nothing to stop" in answer.content.decode()


def test_stopping_by_htmx_answers_with_the_sheet(as_user, bob, failed):
    target = {**HTMX, "HX-Target": f"delivery-sheet-{failed.pk}"}
    answer = as_user(bob).post(url(failed, "stop"), headers=target)
    assert answer.status_code == 200
    assert "Not published" in answer.content.decode()


def test_the_lists_statements_do_not_grow_with_threads(
    as_user, bob, team, platform, django_assert_max_num_queries
):
    for _ in range(3):
        stopped_at_alone(team, bob, platform)
    client = as_user(bob)
    client.get(list_url(team))
    with django_assert_max_num_queries(24):
        client.get(list_url(team))


def stopped_at_alone(team, bob, platform):
    platform.script = ["ok", "400"]
    go(due_thread(team, bob))


# -- the post's own page


def post_url(delivery) -> str:
    return reverse("posts:post", args=[delivery.team.slug, delivery.post_id])


def test_the_posts_page_shows_which_is_missing(as_user, bob, failed, platform):
    page = as_user(bob).get(post_url(failed))
    [line] = page.context["page"].lines
    assert [item.state for item in line.parts] == ["live", "next", "later", "later"]
    html = page.content.decode()
    assert f'href="{platform.url}/p1"' in html
    assert "Not out yet: it is next" in html


def test_its_timeline_is_not_flooded_by_parts(as_user, bob, team, platform):
    texts = [f"Part {n}." for n in range(20)]
    delivery = go(due_thread(team, bob, texts=texts))
    page = as_user(bob).get(post_url(delivery)).context["page"]
    assert {entry.kind for entry in page.timeline} == {"post.finish", "delivery.publish"}


def test_its_parts_cost_one_statement(as_user, bob, team, platform):
    alone, thread = go(due_delivery(team, bob)), go(due_thread(team, bob))
    client = as_user(bob)
    counts = []
    for delivery in (alone, thread):
        client.get(post_url(delivery))
        with CaptureQueriesContext(connection) as asked:
            client.get(post_url(delivery))
        counts.append(len(asked))
    assert counts[1] == counts[0] + 1
