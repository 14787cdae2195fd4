"""The real Reddit adapter against the simulated Reddit over real HTTP."""

import hashlib
import time
from dataclasses import replace

import pytest
import requests
from django.utils import timezone

from publishers import clients, oauth
from publishers.contract import (
    Account,
    Found,
    NotFound,
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.http import Client
from publishers.registrations import Door
from publishers.sandbox import accounts, faults
from publishers.sandbox import oauth as theirs
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import RemotePost
from publishers.sandbox.registry import twin_for
from tests.publishers.adapters.faulty import each_fault, meet
from tests.publishers.adapters.kit import Memory, film, picture, png, post
from tests.publishers.adapters.simulated import confirmed, sandbox
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Olá (tide) at nine_thirty & more <b> https://tide.earth/api \U0001f30a"


@pytest.fixture
def simulated(sandbox):
    made = accounts.create("reddit", "tidewater")
    Simulated.objects.filter(pk=made.pk).update(processing_seconds=0.3)
    return made


@pytest.fixture
def reddit(simulated):
    token = accounts.mint_tokens(simulated).access
    account = Account(f"t2_{simulated.remote_id}", simulated.handle, token=token)
    return clients.adapter_for("reddit", account)


def titled(text=WORDS, *media, **more):
    options = {"subreddit": "tides", **more.pop("options", {})}
    whole = {"title": "Tide at nine & ten", "created_at": timezone.now(), "options": options}
    return post(text, *media, **whole | more)


def send(adapter, payload, step=None):
    step = step or Memory()
    return adapter.prepare(payload, step) or adapter.publish(payload, step)


def moving():
    content = mp4(padding=100_000)
    made = replace(film(), size=len(content), read=lambda: content)
    return replace(made, sha256=hashlib.sha256(content).hexdigest())


# -- the journey


def test_a_text_goes_out_is_found_changed_and_taken_back(reddit, simulated):
    payload, step = titled(), Memory()
    outcome = send(reddit, payload, step)
    assert isinstance(outcome, Published), outcome
    shown = requests.get(outcome.permalink, timeout=10)
    assert shown.status_code == 200
    assert "at nine_thirty &amp; more &lt;b&gt;" in shown.text
    assert "Tide at nine &amp; ten" in shown.text
    assert "r/tides" in shown.text
    assert reddit.find(payload, step) == Found(outcome.remote_id, outcome.permalink)
    assert reddit.remote_id_in(outcome.permalink, reddit.account) == outcome.remote_id
    assert reddit.edit(outcome.remote_id, titled("Another text")) is None
    assert simulated.posts.get().text == "Another text"
    told = reddit.measure([outcome.remote_id])[outcome.remote_id]
    assert set(told) == {"score", "upvote_ratio", "comments", "shares"}
    assert reddit.audience()["karma"] > 0
    assert reddit.remove(outcome.remote_id) is None
    assert reddit.remove(outcome.remote_id) is None, "gone is gone"
    assert reddit.find(payload, Memory()) == NotFound()
    assert reddit.measure([outcome.remote_id]) == {}


def test_a_link(reddit, simulated):
    payload = titled("Read it.", options={"link": "https://tide.earth/nine"})
    outcome = send(reddit, payload)
    assert isinstance(outcome, Published)
    assert simulated.posts.get().card_url == "https://tide.earth/nine"
    assert reddit.find(payload, Memory()) == Found(outcome.remote_id, outcome.permalink)
    assert isinstance(reddit.edit(outcome.remote_id, titled("No")), Rejected)


@pytest.mark.parametrize("media", [picture, moving], ids=["picture", "video"])
def test_what_is_worked_on_shows_later(reddit, simulated, media):
    payload = titled("With words", media())
    outcome = send(reddit, payload)
    assert isinstance(outcome, Processing), outcome
    assert isinstance(reddit.confirm(outcome.handle, payload), Processing)
    live = confirmed(reddit, outcome, payload)
    assert isinstance(live, Published), live
    assert simulated.posts.get().attachments.count() == 1
    assert requests.get(live.permalink, timeout=10).status_code == 200


def test_what_fails_while_it_is_worked_on_never_shows(reddit, simulated):
    faults.arm(simulated, "processing_failed")
    payload = titled("", picture())
    outcome = send(reddit, payload)
    assert isinstance(outcome, Processing)
    time.sleep(0.4)
    assert isinstance(reddit.confirm(outcome.handle, payload), Processing)
    assert simulated.posts.count() == 0


def test_a_gallery(reddit, simulated):
    payload = titled("Both", picture("A pier"), picture("A mast", png((200, 60, 40))))
    outcome = send(reddit, payload)
    assert isinstance(outcome, Published), outcome
    assert [one.alt for one in simulated.posts.get().attachments.all()] == ["A pier", "A mast"]
    assert reddit.find(payload, Memory()) == Found(outcome.remote_id, outcome.permalink)


def test_a_first_comment(reddit, simulated):
    first = send(reddit, titled())
    reply_to = ReplyTo(first.remote_id, first.remote_id, (first.remote_id,))
    payload = post("First!", kind="comment", reply_to=reply_to, created_at=timezone.now())
    outcome = send(reddit, payload)
    assert isinstance(outcome, Published), outcome
    assert requests.get(outcome.permalink, timeout=10).status_code == 200
    assert reddit.remote_id_in(outcome.permalink, reddit.account) == outcome.remote_id
    assert reddit.find(payload, Memory()) == Found(outcome.remote_id, outcome.permalink)
    assert reddit.edit(outcome.remote_id, post("Second")) is None
    assert reddit.remove(outcome.remote_id) is None
    assert reddit.find(payload, Memory()) == NotFound()


def test_its_rules_are_kept_to_before_it_is_sent(reddit, simulated):
    here = {"subreddit": "tidetables"}
    refused = reddit.prepare(titled(options=here), Memory())
    assert "flair" in refused.reason
    flaired = here | {"flair": "harbour news"}
    barred = reddit.prepare(titled("A giveaway!", options=flaired), Memory())
    assert "giveaway" in barred.reason
    moderators = reddit.prepare(titled(options=here | {"flair": "Moderators"}), Memory())
    assert "It offers: Harbour news." in moderators.reason
    assert isinstance(send(reddit, titled(options=flaired)), Published)
    assert simulated.posts.get().body["flair_text"] == "Harbour news"


@pytest.mark.parametrize(
    ("place", "media", "kind"),
    [
        ("nosuchplace", [], Rejected),
        ("tideclub", [], Rejected),
        ("tidelinks", [], Rejected),
        ("tidesingles", [picture(), picture("b", png((1, 2, 3)))], Rejected),
        ("u_somebody_else", [], Rejected),
        ("tideslow", [], TryLater),
    ],
)
def test_places_that_refuse(reddit, place, media, kind):
    outcome = send(reddit, titled("Tide", *media, options={"subreddit": place}))
    assert isinstance(outcome, kind), outcome
    if kind is TryLater:
        assert (outcome.after, outcome.rate_limited) == (241, True)


def test_the_longest_fit_and_one_more_does_not(reddit):
    limits = reddit.spec.limits
    assert isinstance(send(reddit, titled("a" * limits.text, title="b" * limits.title)), Published)
    assert isinstance(send(reddit, titled("a" * (limits.text + 1))), Rejected)
    assert isinstance(send(reddit, titled(title="b" * (limits.title + 1))), Rejected)


# -- faults on demand


@each_fault("half_answer", "reset_after_accept", "no_id")
def test_faults(reddit, simulated, fault):
    payload, step = titled(), Memory()
    assert reddit.prepare(payload, step) is None
    _outcome, live = meet(reddit, simulated, payload, step, fault)
    assert isinstance(reddit.find(payload, step), Found if live else NotFound)


def test_no_answer_at_all(reddit, simulated):
    reddit.http = Client(trusted=(reddit.app.api_url,), total_seconds=1.5)
    payload = titled()
    assert reddit.prepare(payload, Memory()) is None
    faults.arm(simulated, "hang", parameter="3")
    assert isinstance(reddit.publish(payload, Memory()), Uncertain)
    assert isinstance(reddit.find(payload, Memory()), Found)


@pytest.mark.parametrize("fault", ["error_before", "media_error"])
def test_a_failed_upload(reddit, simulated, fault):
    payload, step = titled("", picture()), Memory()
    faults.arm(simulated, fault, does="upload")
    assert isinstance(reddit.prepare(payload, step), TryLater | Rejected)
    assert reddit.prepare(payload, step) is None


def test_a_wait_that_its_headers_ask_for(reddit, simulated):
    faults.arm(simulated, "rate_limited", parameter="77")
    outcome = send(reddit, titled())
    assert outcome.after == 77


def test_a_day_that_is_full(reddit, simulated):
    Simulated.objects.update(day_limit=0)
    outcome = send(reddit, titled())
    assert isinstance(outcome, TryLater)
    assert outcome.after == 541


# -- tokens


def test_a_consent_is_exchanged_and_renewed(reddit, simulated):
    door, scopes = Door("reddit"), " ".join(reddit.spec.auth.scopes)
    back = oauth.redirect_uri("reddit")
    asked = {"client_id": "drumbeat", "redirect_uri": back, "scope": scopes}
    code = theirs.grant_code(twin_for("reddit"), simulated, asked)
    tokens = oauth.exchange(door, code=code, verifier="")
    assert isinstance(tokens, Tokens), tokens
    assert isinstance(oauth.exchange(door, code=code, verifier=""), Reconnect), "status 200"
    renewed = oauth.refresh(door, tokens.refresh)
    assert renewed.refresh == tokens.refresh
    again = clients.adapter_for("reddit", replace(reddit.account, token=renewed.access))
    [account] = again.accounts()
    assert account.handle == "tidewater"
    assert account.remote_id == f"t2_{simulated.remote_id}"
    oauth.revoke(door, tokens.refresh)
    assert isinstance(oauth.refresh(door, tokens.refresh), Reconnect), "a bare 400"
    assert isinstance(again.accounts(), Reconnect)
    assert RemotePost.objects.count() == 0
