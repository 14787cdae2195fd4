"""Threads on the simulated X: what may answer what, and how a conversation is read back."""

import pytest

from tests.sandbox.x import api, conforms, tidewater

__all__ = ["api", "conforms", "tidewater"]


def test_a_thread_is_one_conversation(api, tidewater, conforms):
    ids = [api.post("2/tweets", json={"text": "One"}).json()["data"]["id"]]
    for text in ("Two", "Three"):
        reply = {"in_reply_to_tweet_id": ids[-1]}
        made = api.post("2/tweets", json={"text": text, "reply": reply})
        ids.append(made.json()["data"]["id"])
    fields = "conversation_id,referenced_tweets,in_reply_to_user_id"
    listed = api.get(f"2/users/{tidewater.remote_id}/tweets?tweet.fields={fields}").json()
    conforms(listed, "GetUsersPostsResponse")
    third, second, first = listed["data"]
    assert {row["conversation_id"] for row in listed["data"]} == {ids[0]}
    assert "referenced_tweets" not in first
    assert second["referenced_tweets"] == [{"type": "replied_to", "id": ids[0]}]
    assert third["referenced_tweets"] == [{"type": "replied_to", "id": ids[1]}]
    alone = api.get(f"2/users/{tidewater.remote_id}/tweets?exclude=replies").json()
    assert [row["id"] for row in alone["data"]] == ids[:1]


@pytest.mark.parametrize("reply", [{}, "41", {"in_reply_to_tweet_id": 41}])
def test_a_reply_to_nothing_is_refused(api, reply):
    assert api.post("2/tweets", json={"text": "One", "reply": reply}).status_code == 400


def test_a_reply_to_what_is_gone_is_refused(api):
    first = api.post("2/tweets", json={"text": "One"}).json()["data"]["id"]
    api.delete(f"2/tweets/{first}")
    reply = {"in_reply_to_tweet_id": first}
    assert api.post("2/tweets", json={"text": "Two", "reply": reply}).status_code == 403
