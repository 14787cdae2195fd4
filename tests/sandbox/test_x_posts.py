"""What else the simulated X takes in a post: polls, quotes, changes; and what it counts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishers.sandbox import accounts
from publishers.sandbox.models import Account, RemotePost
from tests.sandbox.x import api, conforms, tidewater

__all__ = ["api", "conforms", "tidewater"]


def made(api, text, **more):
    answer = api.post("2/tweets", json={"text": text, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["id"]


def test_a_poll_and_a_quote(api, tidewater, conforms):
    poll = {"options": ["High", "Low"], "duration_minutes": 60}
    first = made(api, "Which?", poll=poll)
    second = made(api, "This one", quote_tweet_id=first)
    fields = "attachments,entities,referenced_tweets"
    listed = api.get(f"2/users/{tidewater.remote_id}/tweets?tweet.fields={fields}").json()
    conforms(listed, "GetUsersPostsResponse")
    quoting, asking = listed["data"]
    assert len(asking["attachments"]["poll_ids"]) == 1
    assert quoting["referenced_tweets"] == [{"type": "quoted", "id": first}]
    [url] = quoting["entities"]["urls"]
    assert quoting["text"] == f"This one {url['url']}"
    assert url["expanded_url"].endswith(f"/status/{first}")
    assert RemotePost.objects.get(remote_id=second).text == "This one"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"poll": {"options": ["a"], "duration_minutes": 60}}, 400),
        ({"poll": {"options": ["a", "b" * 26], "duration_minutes": 60}}, 400),
        ({"poll": {"options": ["a", "b"], "duration_minutes": 4}}, 400),
        ({"poll": {"options": ["a", "b"], "duration_minutes": 60, "colour": "red"}}, 400),
        ({"quote_tweet_id": "x"}, 400),
        ({"quote_tweet_id": "77"}, 403),
        ({"community_id": "sailors"}, 400),
        ({"made_with_ai": "yes"}, 400),
        ({"edit_options": {}}, 400),
        ({"edit_options": {"previous_post_id": "77"}}, 400),
        ({"text": "$SEA and $TIDE"}, 403),
        ({"text": "$SEA at $20"}, 201),
    ],
)
def test_what_is_not_taken(api, body, status):
    assert api.post("2/tweets", json={"text": "Tide", **body}).status_code == status


@pytest.fixture
def premium(connect, tidewater):
    return connect(accounts.create("x", "harbourtrust"))


def change(api, previous, text):
    return api.post("2/tweets", json={"text": text, "edit_options": {"previous_post_id": previous}})


def test_a_change_is_a_post_of_its_own(premium, conforms):
    first = made(premium, "Tide at nine")
    answer = change(premium, first, "Tide at ten")
    conforms(answer.json(), "CreatePostsResponse")
    second = answer.json()["data"]["id"]
    assert answer.json()["data"]["edit_history_post_ids"] == [first, second]
    query = "tweet.fields=edit_controls,public_metrics"
    both = premium.get(f"2/tweets?ids={first},{second}&{query}").json()["data"]
    assert {row["id"]: row["text"] for row in both} == {
        first: "Tide at nine",
        second: "Tide at ten",
    }
    assert {row["edit_controls"]["edits_remaining"] for row in both} == {4}
    me = premium.get("2/users/me").json()["data"]["id"]
    listed = premium.get(f"2/users/{me}/tweets").json()["data"]
    assert [(row["id"], row["text"]) for row in listed] == [(second, "Tide at ten")]
    assert change(premium, first, "Tide at eleven").status_code == 400, "not the newest"
    assert premium.delete(f"2/tweets/{second}").json() == {"data": {"deleted": True}}
    assert not RemotePost.objects.public().exists()


def test_each_version_has_figures_of_its_own(premium):
    first = made(premium, "Tide at nine")
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(minutes=50))
    second = change(premium, first, "Tide at ten").json()["data"]["id"]
    row = RemotePost.objects.get()
    edited = {**row.body["edits"][0], "at": (timezone.now() - timedelta(minutes=25)).isoformat()}
    RemotePost.objects.update(body={**row.body, "edits": [edited]})
    rows = premium.get(f"2/tweets?ids={first},{second}&post.fields=public_metrics").json()["data"]
    shown = {one["id"]: one["public_metrics"]["impression_count"] for one in rows}
    assert shown[first] > 0
    assert shown[second] > 0


def test_who_may_not_change_a_post(api, premium):
    assert change(api, made(api, "Tide at nine"), "Tide at ten").status_code == 403
    late = made(premium, "Low water")
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(hours=2))
    assert change(premium, late, "High water").status_code == 403


def test_figures_are_told_whole_to_the_author_for_a_month(api, premium, conforms):
    young, old = made(api, "Young"), made(api, "Old")
    RemotePost.objects.filter(remote_id=young).update(
        accepted_at=timezone.now() - timedelta(days=2)
    )
    RemotePost.objects.filter(remote_id=old).update(accepted_at=timezone.now() - timedelta(days=31))
    address = f"2/tweets?ids={young},{old}&post.fields=public_metrics,non_public_metrics"
    told = api.get(address).json()
    conforms(told, "GetPostsByIdsResponse")
    [row] = told["data"]
    assert row["public_metrics"]["impression_count"] > 10
    assert row["non_public_metrics"]["url_link_clicks"] >= 0
    [refused] = told["errors"]
    assert refused["type"].endswith("/not-authorized-for-field")
    assert refused["resource_id"] == old
    assert "data" not in premium.get(address).json()
    public = premium.get(f"2/tweets?ids={young},{old}&post.fields=public_metrics").json()
    assert len(public["data"]) == 2


def test_a_day_that_is_full(api):
    Account.objects.update(day_limit=0)
    answer = api.post("2/tweets", json={"text": "Tide"})
    assert answer.status_code == 429
    assert answer.headers["x-user-limit-24hour-remaining"] == "0"
