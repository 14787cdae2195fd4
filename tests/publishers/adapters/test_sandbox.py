"""The real adapters against the simulated platforms over real HTTP: journeys, faults, look-ups."""

from dataclasses import replace

import pytest
import requests

from publishers import clients, registrations, registry
from publishers.contract import (
    Account,
    CannotTell,
    Found,
    NotFound,
    Published,
    Reconnect,
    Rejected,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.http import Client
from publishers.registrations import Door
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Fault
from tests.publishers.adapters.kit import Memory, picture, png
from tests.publishers.adapters.simulated import (
    KINDS,
    WORDS,
    bluesky,
    connect,
    minted,
    now,
    prepare,
    replace_token,
    sandbox,
    send,
    whole,
)

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)

each_kind = pytest.mark.parametrize("kind", KINDS)
# All but those whose posts nobody may read.
readable = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "member"])


@pytest.fixture
def connected(sandbox, kind):
    return connect(kind)


# -- the journey


@each_kind
def test_a_post_goes_out_is_found_and_is_taken_back(connected, kind):
    simulated, adapter = connected
    payload = now(WORDS, picture("A pier at noon"), picture("A mast", png((200, 60, 40))))
    step = Memory()
    outcome = send(adapter, payload, step)
    assert isinstance(outcome, Published), outcome

    [row] = simulated.posts.all()
    assert row.remote_id in outcome.remote_id
    assert row.text == WORDS
    shown = requests.get(outcome.permalink, timeout=10)
    assert shown.status_code == 200
    assert "at nine_thirty &amp; more" in shown.text
    assert "A pier at noon" in shown.text
    assert "A mast" in shown.text

    saw = adapter.find(payload, step)
    if kind == "member":
        assert isinstance(saw, CannotTell)
    else:
        assert saw == Found(outcome.remote_id, outcome.permalink)
    if kind == "instagram":
        assert isinstance(adapter.remove(outcome.remote_id), Rejected), "only through the page"
        return
    assert adapter.remove(outcome.remote_id) is None
    assert adapter.remove(outcome.remote_id) is None, "gone is gone"
    if kind != "member":
        assert adapter.find(payload, Memory()) == NotFound()


@each_kind
def test_one_picture_without_words(connected, kind):
    simulated, adapter = connected
    payload = now("", picture("A pier at noon"))
    assert isinstance(send(adapter, payload), Published)
    if kind != "member":
        assert isinstance(adapter.find(payload, Memory()), Found)
    assert simulated.posts.get().attachments.get().alt == "A pier at noon"


@each_kind
def test_the_longest_text_fits_and_one_more_does_not(connected, kind):
    _, adapter = connected
    limit = adapter.spec.limits.text
    assert isinstance(send(adapter, whole(adapter, "a" * limit)), Published)
    refused = send(adapter, whole(adapter, "b" * (limit + 1), client_token="another"))
    assert isinstance(refused, Rejected), refused


@pytest.mark.parametrize("kind", ["x", "member", "page", "facebook"])
def test_the_same_words_again_may_be_live(connected, kind):
    _, adapter = connected
    assert isinstance(send(adapter, now()), Published)
    assert isinstance(send(adapter, now(client_token="another")), Uncertain)


@pytest.mark.parametrize("kind", ["bluesky", "mastodon"])
def test_a_repeat_under_the_same_key_is_the_same_post(connected, kind):
    simulated, adapter = connected
    payload, step = now(WORDS, picture()), Memory()
    first, second = send(adapter, payload, step), send(adapter, payload, step)
    assert first == second
    assert simulated.posts.count() == 1


# -- who one is


@pytest.mark.parametrize("kind", ["x", "member", "threads", "instagram"])
def test_accounts(connected, kind):
    simulated, adapter = connected
    found = adapter.accounts()
    assert found[0].remote_id == adapter.account.remote_id
    assert found[0].name == simulated.name
    if kind == "member":
        assert [one.kind for one in found] == ["person", "organization", "organization"]


@pytest.mark.parametrize("kind", ["threads", "instagram"])
def test_a_token_that_is_renewed_by_showing_itself(connected, kind):
    _, adapter = connected
    longer = adapter.lengthen(Tokens(adapter.account.token))
    assert longer.access != adapter.account.token
    assert longer.expires_in > 50 * 86_400
    renewed = adapter.refresh(longer.refresh)
    again = clients.adapter_for(kind, replace(adapter.account, token=renewed.access))
    assert isinstance(send(again, whole(again)), Published)
    assert isinstance(adapter.refresh("nonsense"), Reconnect)


@pytest.mark.parametrize("kind", ["facebook", "instagram_page"])
def test_tokens_of_pages(connected, kind):
    """A person's token is traded for a longer one, and opens those of the pages."""
    simulated, adapter = connected
    person = simulated.administrators.order_by("pk").first() or simulated
    token = minted(person, adapter.app.way)
    found = replace_token(adapter, token).lengthen(Tokens(token))
    assert found.access != token
    [ours] = [
        one
        for one in replace_token(adapter, found.access).accounts()
        if one.remote_id == simulated.remote_id
    ]
    assert ours.token not in ("", token, found.access)
    assert isinstance(send(replace_token(adapter, ours.token), whole(adapter)), Published)


def test_signing_in_and_renewing(sandbox):
    simulated, _ = bluesky()
    adapter = clients.adapter_for("bluesky", Account("", ""))
    account, tokens = adapter.sign_in(f"@{simulated.handle}", "abcd-efgh-ijkl-mnop")
    assert account.remote_id == simulated.remote_id
    assert tokens.expires_in > 0
    renewed = adapter.refresh(tokens.refresh)
    again = clients.adapter_for("bluesky", replace(account, token=renewed.access))
    assert isinstance(send(again, now()), Published)
    assert isinstance(adapter.sign_in(simulated.handle, "wrong-word"), Rejected)
    assert isinstance(adapter.refresh("nonsense"), Reconnect)


# -- faults on demand


def arm(simulated: Simulated, kind: str, parameter: str = "", does: str = "publish") -> None:
    """On whoever holds the token: most pages have none of their own."""
    own = simulated.credentials.exists()
    who = (None if own else simulated.administrators.order_by("pk").first()) or simulated
    Fault.objects.create(account=who, kind=kind, parameter=parameter, does=does, remaining=1)


@each_kind
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("unauthorized", Reconnect),
        ("rate_limited", TryLater),
        ("rejected", Rejected),
        ("error_before", Uncertain),
        ("error_after", Uncertain),
        ("half_answer", Uncertain),
        ("reset_after_accept", Uncertain),
    ],
)
def test_faults(connected, kind, fault, outcome):
    simulated, adapter = connected
    payload, step = whole(adapter), Memory()
    assert prepare(adapter, payload, step) is None
    arm(simulated, fault)
    answer = adapter.publish(payload, step)
    if kind in ("member", "page") and fault in ("half_answer", "reset_after_accept"):
        # The name of the post is in a header there, and the body is empty: little can be cut.
        assert isinstance(answer, Uncertain | Published)
    else:
        assert isinstance(answer, outcome), answer
    live = simulated.posts.count()
    assert live == (
        0 if fault in ("unauthorized", "rate_limited", "rejected", "error_before") else 1
    )
    if kind != "member":
        assert isinstance(adapter.find(payload, step), Found if live else NotFound)


@readable
def test_no_answer_at_all(connected, kind):
    simulated, adapter = connected
    adapter.http = Client(trusted=(adapter.app.api_url,), total_seconds=1.5)
    payload, step = whole(adapter), Memory()
    assert prepare(adapter, payload, step) is None
    arm(simulated, "hang", "3")
    assert isinstance(adapter.publish(payload, step), Uncertain)
    assert isinstance(adapter.find(payload, step), Found)
    assert simulated.posts.count() == 1


@each_kind
def test_a_failed_upload_is_made_again(connected, kind):
    simulated, adapter = connected
    payload, step = now("Tide", picture()), Memory()
    arm(simulated, "error_before", does="upload")
    assert isinstance(prepare(adapter, payload, step), TryLater)
    assert isinstance(send(adapter, payload, step), Published)


def test_the_registry_points_at_the_sandbox(sandbox, settings):
    for slug in registry.ADAPTERS:
        assert registrations.app_for(Door(slug)).api_url == f"{settings.SANDBOX_URL}/{slug}"
