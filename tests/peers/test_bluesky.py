"""The journey on a personal data server of Bluesky that its makers wrote."""

import os
import secrets
import signal
from dataclasses import replace

import pytest
import requests
from django.utils import timezone

from config.supervisor.stack import ROOT
from posts.models import Delivery
from publishers import clients
from publishers.contract import Account, Found, NotFound, Published, Reconnect, Rejected, ReplyTo
from publishers.services import connect
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.faults import world
from tests.faults.dying import lives
from tests.processes import wait_until
from tests.publishers.adapters.kit import Memory, picture, png, post
from tests.publishers.adapters.simulated import WORDS

pytestmark = pytest.mark.django_db(transaction=True)

SIGKILL = str(int(signal.SIGKILL))
KILLED = 5


@pytest.fixture
def entry(pds, monkeypatch):
    """The door for passwords: the address of the server is this installation's setting."""
    monkeypatch.setenv("PLATFORM_BLUESKY_API_URL", pds)
    return clients.adapter_for("bluesky", Account("", ""))


@pytest.fixture
def member(pds):
    """Somebody new on it: their handle, and an app password."""
    handle = f"tide{secrets.token_hex(4)}.test"
    made = ask(pds, "com.atproto.server.createAccount", json={
        "email": f"{handle}@tide.example", "handle": handle, "password": secrets.token_hex(16),
    })  # fmt: skip
    password = ask(
        pds,
        "com.atproto.server.createAppPassword",
        json={"name": "drumbeat"},
        headers={"Authorization": f"Bearer {made['accessJwt']}"},
    )
    return handle, password["password"]


@pytest.fixture
def signed_in(entry, member):
    account, tokens = entry.sign_in(*member)
    return account, tokens


@pytest.fixture
def adapter(signed_in):
    return clients.adapter_for("bluesky", signed_in[0])


def ask(pds, name, **request):
    answer = requests.post(f"{pds}/xrpc/{name}", timeout=10, **request)
    answer.raise_for_status()
    return answer.json()


def records(pds, account):
    """All posts of this account, as the server tells everybody."""
    query = {"repo": account.remote_id, "collection": "app.bsky.feed.post", "limit": "100"}
    answer = requests.get(f"{pds}/xrpc/com.atproto.repo.listRecords", params=query, timeout=10)
    return answer.json()["records"]


def fresh(text=WORDS, *media, **more):
    more = {"client_token": secrets.token_hex(16), "created_at": timezone.now(), **more}
    return post(text, *media, **more)


def send(adapter, payload, step=None):
    step = step or Memory()
    return adapter.prepare(payload, step) or adapter.publish(payload, step)


def test_a_post_with_pictures_goes_out_is_found_and_is_taken_back(adapter, pds):
    payload = fresh(WORDS, picture("A pier at noon"), picture("A mast", png((200, 60, 40))))
    step = Memory()
    outcome = send(adapter, payload, step)
    assert isinstance(outcome, Published), outcome

    [record] = records(pds, adapter.account)
    assert record["uri"] == outcome.remote_id
    value = record["value"]
    assert value["text"] == WORDS
    assert [one["alt"] for one in value["embed"]["images"]] == ["A pier at noon", "A mast"]
    kinds = [one["features"][0]["$type"].rpartition("#")[2] for one in value["facets"]]
    assert sorted(kinds) == ["link", "tag"]
    blob = {
        "did": adapter.account.remote_id,
        "cid": value["embed"]["images"][1]["image"]["ref"]["$link"],
    }
    stored = requests.get(f"{pds}/xrpc/com.atproto.sync.getBlob", params=blob, timeout=10)
    assert stored.content == png((200, 60, 40))

    assert adapter.find(payload, Memory()) == Found(outcome.remote_id, outcome.permalink)
    assert adapter.remove(outcome.remote_id) is None
    assert adapter.remove(outcome.remote_id) is None, "gone is gone"
    assert adapter.find(payload, Memory()) == NotFound()


def test_the_same_send_again_is_the_same_post(adapter, pds):
    payload, step = fresh(WORDS, picture()), Memory()
    first, second = send(adapter, payload, step), send(adapter, payload, step)
    assert isinstance(first, Published)
    assert first == second
    assert len(records(pds, adapter.account)) == 1


def test_a_thread_and_a_comment_answer_what_is_there(adapter, pds):
    head = send(adapter, fresh("One"))
    part = send(
        adapter, fresh("Two", kind="part", reply_to=ReplyTo(head.remote_id, head.remote_id))
    )
    comment = send(
        adapter, fresh("Three", kind="comment", reply_to=ReplyTo(head.remote_id, part.remote_id))
    )
    assert isinstance(comment, Published), comment

    by_text = {one["value"]["text"]: one for one in records(pds, adapter.account)}
    answers = by_text["Three"]["value"]["reply"]
    assert answers["root"]["uri"] == by_text["One"]["uri"]
    assert answers["root"]["cid"] == by_text["One"]["cid"]
    assert answers["parent"]["uri"] == by_text["Two"]["uri"]


def test_the_longest_text_fits_and_one_more_is_refused(adapter):
    limit = adapter.spec.limits.text
    assert isinstance(send(adapter, fresh("\u00e9" * limit)), Published)
    assert isinstance(send(adapter, fresh("a" * (limit + 1))), Rejected)


def test_wrong_words_and_old_tokens(entry, member, signed_in):
    handle, _ = member
    account, tokens = signed_in
    assert isinstance(entry.sign_in(handle, "abcd-efgh-ijkl-mnop"), Rejected)
    assert isinstance(entry.sign_in("nobody.test", "abcd-efgh-ijkl-mnop"), Rejected)

    renewed = entry.refresh(tokens.refresh)
    again = clients.adapter_for("bluesky", replace(account, token=renewed.access))
    assert isinstance(send(again, fresh()), Published)
    assert isinstance(entry.refresh("nonsense"), Reconnect)
    lost = clients.adapter_for("bluesky", replace(account, token="nonsense"))
    assert isinstance(send(lost, fresh()), Reconnect)


def test_publishers_that_are_killed_post_nothing_twice(pds, signed_in, team, alice, tmp_path):
    """After each answer, before it is stored: what the server has is what it was asked once."""
    account, tokens = signed_in
    channel = connect(team=team, platform="bluesky", account=account, tokens=tokens, by=alice)
    texts = [f"Buoy {number} reports." for number in range(KILLED + 2)]
    for text in texts:
        body = PostFactory(team=team, author=alice, stage="scheduled", body=text)
        DeliveryFactory(queued=True, post=body, channel=channel, due_at=timezone.now())
    env = {
        **os.environ,
        **world.environment(),
        "DRUMBEAT_DATA": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    with lives(env, "after_accept", KILLED, tmp_path) as deaths:
        wait_until(world.all_published, 150, "the end of every delivery")

    assert deaths() == [SIGKILL] * KILLED
    there = sorted(one["value"]["text"] for one in records(pds, account))
    assert there == sorted(texts)
    known = {one["uri"] for one in records(pds, account)}
    assert {one.remote_id for one in Delivery.objects.all()} == known
