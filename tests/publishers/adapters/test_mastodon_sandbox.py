"""Mastodon's adapter against the simulated server: consent, videos, threads, edits, figures."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.utils import timezone

from publishers import clients, oauth, registrations
from publishers.contract import Account, Found, Processing, Published, Rejected, ReplyTo
from publishers.registrations import Door
from publishers.sandbox import accounts, faults
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Picture
from tests.publishers.adapters.kit import Memory, post
from tests.publishers.adapters.mastodon import film
from tests.publishers.adapters.test_sandbox import sandbox

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"


@pytest.fixture
def simulated(sandbox) -> Simulated:
    return accounts.create("mastodon", "tidewater", "Tidewater")


@pytest.fixture
def door(simulated, settings) -> Door:
    return Door("mastodon", host=f"{settings.SANDBOX_URL}/mastodon")


@pytest.fixture
def adapter(simulated, door):
    server = urlsplit(door.host).netloc
    token = accounts.mint_tokens(simulated).access
    me = Account(f"{simulated.remote_id}@{server}", f"tidewater@{server}", token=token)
    return clients.adapter_for(door, replace(me, host=door.host))


def now(text="Tide at nine", *media, **more):
    return post(text, *media, created_at=timezone.now(), **more)


def sent(adapter, payload) -> Published:
    step = Memory()
    assert adapter.prepare(payload, step) is None
    outcome = adapter.publish(payload, step)
    assert isinstance(outcome, Published), outcome
    return outcome


def test_registered_let_in_and_who_one_is(door, simulated):
    registrations.forget()
    stranger = clients.adapter_for(door, Account("", "", host=door.host))
    made = stranger.register("Drumbeat", oauth.redirect_uri("mastodon"))
    assert isinstance(made, tuple), made
    registrations.store(door, client_id=made[0], client_secret=made[1])
    address = oauth.authorize_url(door, state="s", verifier=VERIFIER)
    browser = requests.Session()
    page = browser.get(address, timeout=20).text
    csrf = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)[1]
    form = {"account": simulated.pk, "decision": "allow", "csrfmiddlewaretoken": csrf}
    back = browser.post(address, data=form, allow_redirects=False, timeout=20).headers["Location"]
    query = parse_qs(urlsplit(back).query)
    assert query["state"] == ["s"]
    tokens = oauth.exchange(door, code=query["code"][0], verifier=VERIFIER)
    assert tokens.expires_in is None
    assert tokens.refresh == ""
    assert oauth.missing_scopes(door, tokens) == ()
    bearer = Account("", "", host=door.host, token=tokens.access)
    [found] = clients.adapter_for(door, bearer).accounts()
    assert found.remote_id == f"{simulated.remote_id}@{urlsplit(door.host).netloc}"
    assert found.name == "Tidewater"
    oauth.revoke(door, tokens.access)
    assert not isinstance(clients.adapter_for(door, bearer).accounts(), list)


def test_a_video(adapter, simulated):
    payload, step = now("Look", film()), Memory()
    waiting = adapter.prepare(payload, step)
    assert isinstance(waiting, Processing)
    Picture.objects.update(ready_at=timezone.now())
    assert adapter.prepare(payload, step) is None
    outcome = adapter.publish(payload, step)
    assert isinstance(adapter.find(payload, step), Found)
    attached = simulated.posts.get().attachments.get()
    assert (attached.picture.mime, attached.alt) == ("video/mp4", "The tide comes in")
    assert "0:12" in requests.get(outcome.permalink, timeout=20).text


def test_a_video_that_the_server_cannot_read(adapter, simulated):
    faults.arm(simulated, "processing_failed")
    Simulated.objects.update(processing_seconds=0)
    payload, step = now("Look", film()), Memory()
    assert isinstance(adapter.prepare(payload, step), Rejected)
    payload, step = now("Again", film(), client_token="other"), Memory()
    assert adapter.prepare(payload, step) is None
    assert isinstance(adapter.publish(payload, step), Published)


def test_the_same_key_again_is_the_same_post(adapter, simulated):
    payload = now()
    assert sent(adapter, payload) == sent(adapter, payload)
    assert simulated.posts.count() == 1


def test_a_thread_is_found_part_by_part(adapter, simulated):
    head = sent(adapter, now())
    part = now("And at ten", kind="part", client_token="2")
    part = replace(part, reply_to=ReplyTo(head.remote_id, head.remote_id, (head.remote_id,)))
    second = sent(adapter, part)
    third = now("And at eleven", kind="part", client_token="3")
    known = (head.remote_id, second.remote_id)
    third = replace(third, reply_to=ReplyTo(head.remote_id, second.remote_id, known))
    made = sent(adapter, third)
    assert adapter.find(third, Memory()) == Found(made.remote_id, made.permalink)
    assert adapter.find(part, Memory()) == Found(second.remote_id, second.permalink)
    assert simulated.posts.get(remote_id=made.remote_id).parent.remote_id == second.remote_id


def test_names_on_other_servers_are_found_as_they_were_written(adapter):
    accounts.create("mastodon", "harbourtrust")
    payload = now("With @harbourtrust@else.example at nine")
    made = sent(adapter, payload)
    assert adapter.find(payload, Memory()) == Found(made.remote_id, made.permalink)


def test_options_edits_and_figures(adapter, simulated):
    options = {"visibility": "unlisted", "spoiler_text": "Water", "language": "en"}
    made = sent(adapter, now(options=options))
    kept = simulated.posts.get()
    assert kept.body["visibility"] == "unlisted"
    assert kept.body["spoiler_text"] == "Water"
    assert adapter.edit(made.remote_id, now("Tide at ten")) is None
    kept.refresh_from_db()
    assert (kept.text, kept.body["spoiler_text"]) == ("Tide at ten", "Water")
    assert set(adapter.measure([made.remote_id, "404"])[made.remote_id]) == {
        "likes",
        "comments",
        "shares",
        "quotes",
    }
    assert adapter.audience()["posts"] == 1
    assert adapter.remove(made.remote_id) is None
    assert adapter.measure([made.remote_id]) == {}
    assert isinstance(adapter.edit(made.remote_id, now("Gone")), Rejected)
