"""The filter of the list: what it shows, what it leaves out, and how its address is written."""

import pytest

from posts.models import Delivery, Post
from tests.delivery.pages import HTMX, list_url
from tests.factories.delivery import channel_of, due_delivery, troubled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def named(delivery: Delivery, title: str) -> Delivery:
    Post.objects.filter(pk=delivery.post_id).update(title=title)
    return delivery


def test_the_filter_writes_a_short_address(as_user, team, bob):
    due_delivery(team, bob)
    query = "?q=&state=due&platform=&channel="

    response = as_user(bob).get(list_url(team, query), headers={**HTMX, "HX-Trigger": "filter"})

    assert response["HX-Push-Url"] == list_url(team, "?state=due")
    by_itself = as_user(bob).get(
        list_url(team, query), headers={**HTMX, "HX-Trigger": "deliveries"}
    )
    assert "HX-Push-Url" not in by_itself


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
