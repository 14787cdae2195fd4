"""What LinkedIn counts of posts and accounts, and what it tells of pages by itself."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from publishers.adapters.linkedin import LinkedIn
from publishers.adapters.linkedin.telling import OF_MEMBERS
from publishers.contract import (
    App,
    Event,
    Forged,
    Greeting,
    Hook,
    Reconnect,
    Rejected,
    TryLater,
)
from tests.publishers.adapters.linkedin import SHARE, error, member, page

__all__ = ["member", "page"]

FILM = "urn:li:ugcPost:7000000000000000002"
COMMENT = f"urn:li:comment:({SHARE},42)"
SHARES = "/rest/organizationalEntityShareStatistics"
ANALYTICS = "/rest/memberCreatorPostAnalytics"
COUNTED = {
    "impressionCount": 900,
    "uniqueImpressionsCount": 700,
    "clickCount": 30,
    "likeCount": -1,
    "commentCount": 2,
    "shareCount": 0,
    "engagement": 0.04,
}
FIGURES = {"impressions": 900, "reach": 700, "clicks": 30, "comments": 2, "shares": 0}


# -- figures


def test_posts_of_a_page(server, page):
    server.on("GET", SHARES, 200, {"elements": [{"share": SHARE, "totalShareStatistics": COUNTED}]})
    server.on("GET", SHARES, 200, {"elements": []})
    assert page.measure([SHARE, FILM, COMMENT]) == {SHARE: FIGURES}
    first, second = server.seen("GET", SHARES)
    start = f"{SHARES}?q=organizationalEntity&organizationalEntity=urn%3Ali%3Aorganization%3A77"
    assert first.raw_path == f"{start}&shares=List(urn%3Ali%3Ashare%3A7000000000000000001)"
    assert second.raw_path == f"{start}&ugcPosts=List(urn%3Ali%3AugcPost%3A7000000000000000002)"
    assert first.headers["X-RestLi-Method"] == "FINDER"


def test_many_posts_are_asked_about_together(server, page):
    server.on("GET", SHARES, 200, {"elements": []})
    assert page.measure([f"urn:li:share:{n}" for n in range(45)]) == {}
    assert [one.raw_path.count("%3Ashare%3A") for one in server.requests] == [20, 20, 5]


def test_posts_of_a_member_one_figure_at_a_time(server, member):
    server.on("GET", ANALYTICS, 200, {"elements": [{"count": 7, "metricType": "IMPRESSION"}]})
    assert member.measure([FILM, COMMENT]) == {FILM: dict.fromkeys(OF_MEMBERS.values(), 7)}
    assert [one.query["queryType"] for one in server.requests] == [*OF_MEMBERS]
    assert server.requests[0].raw_path == (
        f"{ANALYTICS}?q=entity&entity=(ugc:urn%3Ali%3AugcPost%3A7000000000000000002)"
        "&queryType=IMPRESSION&aggregation=TOTAL"
    )


def test_what_is_not_counted_is_left_out_and_what_is_gone_too(server, member):
    told = {"elements": [{"count": 7}]}
    bad = error("ILLEGAL_ARGUMENT", "no such metric")
    server.scripts[("GET", ANALYTICS)] = [(200, told, {}), (400, bad, {}), (200, {}, {})]
    assert member.measure([SHARE]) == {SHARE: {"impressions": 7}}
    server.scripts[("GET", ANALYTICS)] = [(404, error("NOT_FOUND"), {})]
    assert member.measure([SHARE]) == {}


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Reconnect), (403, Rejected), (426, TryLater), (429, TryLater)]
)
def test_figures_that_are_refused(server, page, member, status, kind):
    """Without the right to see figures posting goes on."""
    for path in (SHARES, ANALYTICS, "/rest/memberFollowersCount"):
        server.on("GET", path, status, error("ACCESS_DENIED" if status == 403 else "X"))
    server.on("GET", "/rest/networkSizes/urn:li:organization:77", status, error("X"))
    for adapter in (page, member):
        assert isinstance(adapter.measure([SHARE]), kind)
        assert isinstance(adapter.audience(), kind)


def test_a_page(server, page):
    sizes = "/rest/networkSizes/urn:li:organization:77"
    server.on("GET", sizes, 200, {"firstDegreeSize": 1234})
    server.on("GET", SHARES, 200, {"elements": [{"totalShareStatistics": COUNTED}]})
    views = {"views": {"allPageViews": {"pageViews": 88}}}
    visits = {"elements": [{"totalPageStatistics": views}]}
    server.on("GET", "/rest/organizationPageStatistics", 200, visits)
    known = {"followers": 1234, "impressions": 900, "reach": 700, "clicks": 30}
    assert page.audience() == known | {"profile_views": 88}
    server.scripts[("GET", SHARES)] = [(403, error("ACCESS_DENIED"), {})]
    assert page.audience() == {"followers": 1234, "profile_views": 88}
    assert server.seen("GET", sizes)[0].query == {"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"}


def test_a_member(server, member):
    told = {"elements": [{"memberFollowersCount": 321}]}
    server.on("GET", "/rest/memberFollowersCount", 200, told)
    assert member.audience() == {"followers": 321}
    assert server.requests[0].query == {"q": "me"}


# -- what it tells

APP = App("client", "hush", "https://api.example", "https://web.example")
CODE = "890e4665-4dfe-4ab1-b689-ed553bceeed0"


def signed(words: bytes) -> str:
    return hmac.new(b"hush", words, hashlib.sha256).hexdigest()


def heard(*rows, signature=None, prefix="", body=None):
    said = {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": list(rows)}
    body = json.dumps(said).encode() if body is None else body
    made = signed(b"hmacsha256=" + body) if signature is None else signature
    return LinkedIn.hear(Hook("POST", {}, {"X-LI-Signature": prefix + made}, body), APP, 0.0)


def asked(code, app=APP):
    query = {"challengeCode": code, "applicationId": "7"}
    return LinkedIn.hear(Hook("GET", query, {}, b""), app, 0.0)


def test_the_challenge_is_answered():
    answer = asked(CODE)
    assert isinstance(answer, Greeting)
    assert answer.content_type == "application/json"
    response = signed(CODE.encode())
    assert json.loads(answer.body) == {"challengeCode": CODE, "challengeResponse": response}


@pytest.mark.parametrize("code", ["", "hmacsha256={}", f"{CODE}x", f"x{CODE}", f"{CODE}\n"])
def test_nothing_else_is_signed_for_whoever_asks(code):
    """The answer to a challenge would be the signature of an event."""
    assert isinstance(asked(code), Forged)


def test_without_a_secret_nothing_is_believed():
    bare = App("client", "", "https://api.example", "https://web.example")
    assert isinstance(asked(CODE, bare), Forged)


NOTED = {
    "notificationId": 5603453321,
    "organizationalEntity": "urn:li:organization:77",
    "action": "COMMENT",
    "sourcePost": "urn:li:activity:7000000000000000009",
    "decoratedSourcePost": {"entity": SHARE, "text": "Tide at nine"},
    "decoratedGeneratedActivity": {"comment": {"text": "See you there"}},
    "lastModifiedAt": 1_780_000_000_000,
}


@pytest.mark.parametrize("prefix", ["", "hmacsha256="])
def test_a_comment_is_told(prefix):
    [event] = heard(NOTED, prefix=prefix)
    assert event == Event(
        "5603453321",
        "comment",
        "urn:li:organization:77",
        post=SHARE,
        at=datetime.fromtimestamp(1_780_000_000, UTC),
        words="See you there",
    )


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("LIKE", "reaction"),
        ("ADMIN_COMMENT", "comment"),
        ("SHARE_MENTION", "mention"),
        ("SHARE", "other"),
        ("COMMENT_EDIT", "other"),
        ("COMMENT_DELETE", "other"),
        ("APPLAUSE", "other"),
    ],
)
def test_what_else_is_told(action, kind):
    [event] = heard(NOTED | {"action": action})
    assert event.kind == kind


def test_several_come_together_and_one_without_a_number_keeps_its_id():
    bare = {name: value for name, value in NOTED.items() if name != "notificationId"}
    first, second, again = *heard(NOTED, bare), *heard(bare)
    assert first.id != second.id == again.id
    assert heard(body=b"{}") == ()


@pytest.mark.parametrize(
    "forged",
    [
        {"signature": ""},
        {"signature": signed(b"another")},
        {"body": b"no json"},
    ],
)
def test_what_is_not_believed(forged):
    assert isinstance(heard(NOTED, **forged), Forged)


def test_a_signature_of_the_body_alone_is_none():
    body = json.dumps({"notifications": [NOTED]}).encode()
    assert isinstance(heard(body=body, signature=signed(body)), Forged)
