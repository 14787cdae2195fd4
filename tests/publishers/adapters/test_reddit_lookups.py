"""Reddit: finding, confirming, editing, removing, counting."""

from datetime import timedelta

import pytest

from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import NOON, film, picture, post
from tests.publishers.adapters.reddit import (
    ABOUT_ME,
    COMMENTS,
    INFO,
    SUBMITTED,
    done,
    quiet,
    refused,
    titled,
)

__all__ = ["quiet"]
PERMALINK = "/r/tides/comments/4bbe4m/tide_at_nine/"
FOUND = Found("t3_4bbe4m", f"https://web.example{PERMALINK}")
TEXT = "The pier is dry until five."


def row(name="t3_4bbe4m", minutes=1, **more):
    data = {
        "name": name,
        "subreddit": "Tides",
        "title": "Tide at nine",
        "selftext": TEXT,
        "is_self": True,
        "permalink": PERMALINK,
        "created_utc": (NOON + timedelta(minutes=minutes)).timestamp(),
    }
    return {"kind": name[:2], "data": data | more}


def page(*rows, after=None):
    return {"kind": "Listing", "data": {"children": list(rows), "after": after}}


IMAGE = {"is_self": False, "domain": "i.redd.it", "selftext": "", "url": "https://i.redd.it/1.png"}


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (titled(), {}),
        (titled("", picture()), IMAGE),
        (titled("", film()), {"is_self": False, "is_video": True, "selftext": ""}),
        (
            titled("", picture(), picture("b")),
            {
                "is_self": False,
                "is_gallery": True,
                "gallery_data": {"items": [{}, {}]},
                "selftext": "",
            },
        ),
        (
            titled(options={"link": "https://tide.earth"}),
            {"is_self": False, "url_overridden_by_dest": "https://tide.earth"},
        ),
        (titled(), {"removed_by_category": "reddit"}),
    ],
    ids=["self", "image", "video", "gallery", "link", "removed"],
)
def test_it_is_found_among_what_the_account_posted(server, quiet, step, payload, shown):
    server.on("GET", SUBMITTED, 200, page(row(**shown)))
    assert quiet.find(payload, step) == FOUND
    [request] = server.requests
    assert request.query == {"raw_json": "1", "sort": "new", "limit": "100"}


@pytest.mark.parametrize(
    "other",
    [
        row(subreddit="boats"),
        row(minutes=-60),
        row(title="Low water at three in the afternoon"),
        row(is_self=False, url="https://elsewhere.example/a/long/way/from/here", selftext=""),
    ],
    ids=["place", "before", "title", "link"],
)
def test_another_post_is_not_it(server, quiet, step, other):
    server.on("GET", SUBMITTED, 200, page(other))
    assert quiet.find(titled(), step) == NotFound()


def test_two_that_look_alike_are_for_a_person(server, quiet, step):
    server.on("GET", SUBMITTED, 200, page(row(), row("t3_4bbe4n", 2)))
    assert isinstance(quiet.find(titled(), step), CannotTell)


def test_pages_are_followed_until_it_is_too_old(server, quiet, step):
    other = row(title="Something else altogether, of another day")
    server.on("GET", SUBMITTED, 200, page(other, after="t3_zz"))
    server.on("GET", SUBMITTED, 200, page(row(), row(minutes=-99), after="t3_yy"))
    assert quiet.find(titled(), step) == FOUND
    assert server.requests[1].query["after"] == "t3_zz"
    assert len(server.requests) == 2


def test_too_much_to_look_through(server, quiet, step):
    server.on("GET", SUBMITTED, 200, page(row(title="Other"), after="t3_zz"))
    assert isinstance(quiet.find(titled(), step), CannotTell)


@pytest.mark.parametrize("status", [302, 401, 403, 404, 429, 500])
def test_a_look_that_fails_is_no_proof(server, quiet, step, status):
    server.on("GET", SUBMITTED, status, {"message": "no"})
    assert isinstance(quiet.find(titled(), step), CannotTell)


def test_a_comment_is_found_under_its_post(server, quiet, step):
    mine = {"name": "t1_d162ara", "body": "First!", "link_id": "t3_4b1tfm"}
    theirs = {**mine, "name": "t1_d162arb", "link_id": "t3_other"}
    rows = [{"kind": "t1", "data": row()["data"] | one} for one in (mine, theirs)]
    server.on("GET", COMMENTS, 200, page(*rows))
    payload = post("First!", kind="comment", reply_to=ReplyTo("t3_4b1tfm", "t3_4b1tfm"))
    assert quiet.find(payload, step).remote_id == "t1_d162ara"


# -- what was taken without a name

SINCE = str(int(NOON.timestamp()))


def test_it_is_confirmed_when_it_shows(server, quiet):
    server.on("GET", SUBMITTED, 200, page())
    server.on("GET", SUBMITTED, 200, page(row(**IMAGE)))
    payload = titled("", picture())
    assert quiet.confirm(SINCE, payload) == Processing(SINCE, 15)
    assert quiet.confirm(SINCE, payload) == Published(FOUND.remote_id, FOUND.permalink)


def test_one_of_before_the_call_is_another(server, quiet):
    server.on("GET", SUBMITTED, 200, page(row(minutes=-5, **IMAGE)))
    assert isinstance(quiet.confirm(SINCE, titled("", picture())), Processing)


def test_two_of_them_are_for_a_person(server, quiet):
    server.on("GET", SUBMITTED, 200, page(row(**IMAGE), row("t3_4bbe4n", 2, **IMAGE)))
    assert isinstance(quiet.confirm(SINCE, titled("", picture())), Uncertain)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, TryLater), (500, TryLater), (401, Reconnect), (429, TryLater)]
)
def test_a_list_that_cannot_be_read_says_nothing_of_the_post(server, quiet, status, kind):
    server.on("GET", SUBMITTED, status, {"message": "no"})
    assert isinstance(quiet.confirm(SINCE, titled("", picture())), kind)


def test_a_handle_that_is_none_does_no_harm(server, quiet):
    server.on("GET", SUBMITTED, 200, page(row()))
    assert isinstance(quiet.confirm("nonsense", titled()), Published)


# -- afterwards


def test_the_text_is_replaced(server, quiet):
    server.on("POST", "/api/editusertext", 200, done(things=[]))
    assert quiet.edit("t3_4bbe4m", titled("The pier is wet.")) is None
    form = server.requests[0].form
    assert (form["thing_id"], form["text"]) == ("t3_4bbe4m", "The pier is wet.")


def test_a_text_that_is_refused(server, quiet):
    server.on("POST", "/api/editusertext", 400, {"reason": "SUBMIT_VALIDATION_BODY_X"})
    server.on("POST", "/api/editusertext", 200, refused("NOT_EDITABLE"))
    assert isinstance(quiet.edit("t3_4bbe4m", titled()), Rejected)
    assert isinstance(quiet.edit("t3_4bbe4m", titled()), Rejected)


def test_removing(server, quiet):
    server.on("POST", "/api/del", 200, {})
    assert quiet.remove("t3_4bbe4m") is None
    assert server.requests[0].form == {"api_type": "json", "id": "t3_4bbe4m"}


def test_figures(server, quiet):
    counted = {"score": 12, "upvote_ratio": 0.93, "num_comments": 3, "num_crossposts": 1}
    rows = [
        row(**counted, view_count=None),
        row("t3_hidden", **counted, hide_score=True),
        row("t3_gone", **counted, author="[deleted]"),
        row("t3_filtered", **counted, removed_by_category="automod_filtered"),
    ]
    server.on("GET", INFO, 200, page(*rows))
    told = quiet.measure([f"t3_{number}" for number in range(150)])
    first, second = server.requests
    assert len(first.query["id"].split(",")) == 100
    assert len(second.query["id"].split(",")) == 50
    figures = {"score": 12, "upvote_ratio": 0.93, "comments": 3, "shares": 1}
    hidden = {name: value for name, value in figures.items() if name != "score"}
    assert told == {"t3_4bbe4m": figures, "t3_hidden": hidden}


@pytest.mark.parametrize(
    ("me", "karma"),
    [
        ({"total_karma": 50, "link_karma": 7}, {"karma": 50}),
        ({"link_karma": 7, "comment_karma": 5}, {"karma": 12}),
        ({}, {}),
    ],
)
def test_karma(server, quiet, me, karma):
    server.on("GET", ABOUT_ME, 200, me)
    assert quiet.audience() == karma
