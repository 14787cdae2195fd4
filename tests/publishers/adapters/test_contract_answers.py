"""Whatever a platform answers, every registered adapter has an outcome for it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publishers import registry
from publishers.contract import (
    ApiKey,
    Audiences,
    CannotTell,
    Confirms,
    Edits,
    Finds,
    Found,
    Measures,
    NotFound,
    OAuth2,
    Prepares,
    Published,
    Reconnect,
    Rejected,
    Removes,
    Subscribes,
    Tokens,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import Memory, picture, reply
from tests.publishers.adapters.registered import (
    OUTCOMES,
    YES,
    every_adapter,
    every_preparer,
    everything,
    following,
    least,
    made,
    own_words,
    ready,
    written,
)

BODIES = [
    None,
    {},
    [],
    "no",
    7,
    {"data": None, "errors": None, "error": None, "meta": {}},
    {"data": {"id": 7}, "uri": 7, "elements": [7], "error": 7, "blob": 7, "value": 7},
    {"data": [None], "errors": [None], "elements": [None], "errorDetails": {"inputErrors": [7]}},
    {"data": [{"id": "1"}], "meta": {"result_count": 1}, "elements": [{"id": "urn:li:share:1"}]},
]
STATUSES = [
    200,
    201,
    204,
    302,
    304,
    400,
    401,
    402,
    403,
    404,
    408,
    409,
    413,
    415,
    422,
    426,
    429,
    500,
    502,
    503,
    504,
    599,
]


@every_adapter
@pytest.mark.parametrize("status", STATUSES)
def test_publish_answers_with_an_outcome_and_never_guesses(kind, status):
    for payload in everything(kind):
        for body in BODIES:
            _, step = ready(kind, payload)
            adapter = made(kind, lambda *call, body=body: reply(status, body))
            judge(adapter.publish(payload, step), status)


def judge(outcome, status):
    assert isinstance(outcome, OUTCOMES)
    if status < 400 or status == 408 or status >= 500:
        assert isinstance(outcome, Uncertain), "no clear no, no name of the post: it may be live"
    else:
        assert not isinstance(outcome, Published)
    if status == 429:
        assert isinstance(outcome, TryLater)
        assert outcome.rate_limited
    if status == 401:
        assert isinstance(outcome, Reconnect)


@every_adapter
@pytest.mark.parametrize("status", STATUSES)
def test_other_calls_answer_within_their_types(kind, status):
    for body in BODIES:
        ask_everything(kind, lambda *call, body=body: reply(status, body), failed=status >= 400)


# Any document made of the words that platforms use, in any shape.
VOCABULARY = """
id data meta result_count entities urls url expanded_url attachments media_keys elements commentary
content media multiImage images publishedAt status error errors message code errorDetails type value
inputErrors detail image uploadUrl blob uri did sub name didDoc service serviceEndpoint accessJwt
refreshJwt handle active text created_at next_token note_tweet InvalidSwap id FINISHED ERROR
error_subcode is_transient children root_post timestamp permalink values field IN_PROGRESS PUBLISHED
username path published published_at published_timestamp title body_markdown canonical_url
page_views_count public_reactions_count comments_count role userId imageUrl article
json errors things name link_id asset asset_id args action fields key websocket_url things after
body selftext is_self is_gallery gallery_data created_utc score upvote_ratio num_comments
total_karma title_text_max_length title_blacklisted_strings domain_blacklist link_restriction_policy
totalShareStatistics likeCount share ugcPost count firstDegreeSize totalPageStatistics views
"""


def names_in(found) -> set[str]:
    if isinstance(found, dict):
        return set(found) | set().union(*(names_in(one) for one in found.values()))
    return set().union(*(names_in(one) for one in found)) if isinstance(found, list) else set()


OWN = set().union(*(names_in(own_words(slug, "YES")) for slug in registry.ADAPTERS))
WORDS = st.sampled_from(VOCABULARY.split() + sorted(OWN))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@every_adapter
@settings(max_examples=200, deadline=None)
@given(document=DOCUMENTS, status=st.sampled_from(STATUSES))
@example(document={"id": "0"}, status=404)
def test_no_document_makes_an_adapter_raise(kind, document, status):
    ask_everything(kind, lambda *call: reply(status, document), failed=status >= 400)
    for payload in everything(kind):
        step = ready(kind, payload)[1]
        outcome = made(kind, lambda *call: reply(status, document)).publish(payload, step)
        assert isinstance(outcome, OUTCOMES)


def ask_everything(kind, answers, *, failed):
    adapter = made(kind, answers)
    for payload in [written(kind, "Tide @ana.example.com", picture()), *following(kind)]:
        if isinstance(adapter, Prepares):
            before = len(adapter.http.calls)
            problem = adapter.prepare(payload, Memory())
            asked = len(adapter.http.calls) > before
            assert isinstance(problem, TryLater | Rejected | Reconnect) or (
                problem is None and not (failed and asked)
            )
        if isinstance(adapter, Finds):
            saw = adapter.find(payload, Memory())
            assert isinstance(saw, NotFound | CannotTell | Found)
            assert not (failed and isinstance(saw, NotFound | Found)), "a failed read is no proof"
    if isinstance(adapter, Removes):
        for remote_id in ("urn:li:share:42", YES["commentUrn"]):
            gone = adapter.remove(remote_id)
            assert gone is None or isinstance(gone, TryLater | Rejected | Reconnect)
    tell_figures(kind, adapter)
    ask_on(kind, adapter, failed=failed)
    if isinstance(kind.spec.auth, OAuth2 | ApiKey):
        found = adapter.accounts()
        assert isinstance(found, list | TryLater | Rejected | Reconnect)
    else:
        session = adapter.sign_in("tide", "abcd")
        assert isinstance(session, tuple | TryLater | Rejected | Reconnect)
        renewed = adapter.refresh("hush")
        assert isinstance(renewed, Tokens | TryLater | Rejected | Reconnect)


def ask_on(kind, adapter, *, failed):
    """What became of what it works on, and whether it will tell us by itself."""
    for payload in everything(kind) if isinstance(adapter, Confirms) else ():
        became = adapter.confirm("42", payload)
        assert isinstance(became, OUTCOMES)
        assert not (failed and isinstance(became, Published)), "a failed read is no proof"
    if isinstance(adapter, Subscribes):
        refused = adapter.subscribe()
        assert isinstance(refused, TryLater | Rejected | Reconnect) or (
            refused is None and not failed
        )


def tell_figures(kind, adapter):
    """What is told of posts and of the account has the names that its spec declares."""
    if isinstance(adapter, Edits):
        changed = adapter.edit("urn:li:share:42", written(kind, "Tide", picture()))
        assert changed is None or isinstance(changed, TryLater | Rejected | Reconnect)
    if isinstance(adapter, Measures):
        told = adapter.measure(["urn:li:share:42", "251"])
        assert isinstance(told, dict | TryLater | Rejected | Reconnect)
        for figures in told.values() if isinstance(told, dict) else ():
            assert set(figures) <= set(kind.spec.metrics)
    if isinstance(adapter, Audiences):
        told = adapter.audience()
        assert isinstance(told, dict | TryLater | Rejected | Reconnect)
        assert not isinstance(told, dict) or set(told) <= set(kind.spec.account_metrics)


@every_adapter
@pytest.mark.parametrize("fact", [TryLater("unsent"), Uncertain("gone"), Rejected("inside")])
def test_what_happened_on_the_wire_is_passed_on(kind, fact):
    payload = least(kind)
    _, step = ready(kind, payload)
    assert made(kind, lambda *call: fact).publish(payload, step) == fact


@every_preparer
@pytest.mark.parametrize("fact", [TryLater("unsent"), Uncertain("gone")])
def test_what_failed_to_be_prepared_can_always_be_made_again(kind, fact):
    payload = written(kind, "Tide", picture())
    outcome = made(kind, lambda *call: fact).prepare(payload, Memory())
    assert isinstance(outcome, TryLater)


@every_adapter
def test_a_wait_is_read_from_the_headers(kind):
    payload = least(kind)
    _, step = ready(kind, payload)
    adapter = made(kind, lambda *call: reply(429, {}, **{"Retry-After": "77"}))
    outcome = adapter.publish(payload, step)
    assert isinstance(outcome, TryLater)
    assert outcome.after == 77
