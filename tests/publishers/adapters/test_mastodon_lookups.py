"""Looking posts up on Mastodon, and reading their figures."""

from datetime import timedelta

import pytest

from publishers.contract import CannotTell, Found, NotFound, Reconnect, ReplyTo
from tests.publishers.adapters.kit import NOON, Memory, picture, post
from tests.publishers.adapters.mastodon import STATUSES, TIMELINE, mastodon, status

__all__ = ["mastodon"]
LINK = (
    '<p>See <a href="https://tide.earth/a/very/long/path"><span class="invisible">https://</span>'
    '<span class="ellipsis">tide.earth/a/very</span><span class="invisible">/long/path</span></a>'
    "<br />now</p><p>&amp; then</p>"
)
NAMED = (
    '<p><span class="h-card"><a href="https://else.example/@ana" class="u-url mention">'
    "@<span>ana</span></a></span> hi</p>"
)


def find(mastodon, payload=None):
    return mastodon.find(payload or post(), Memory())


def test_it_is_there(server, mastodon):
    server.on("GET", TIMELINE, 200, [status("9")])
    server.on("GET", TIMELINE, 200, [])
    assert find(mastodon) == Found("9", "https://tide.example/@tide/9")
    first, second = server.seen("GET", TIMELINE)
    assert first.query == {"limit": "40", "exclude_reblogs": "true"}
    assert second.query["max_id"] == "9"


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [status(text="<p>Something else entirely, about boats</p>")],
        [status(moment=NOON - timedelta(hours=2))],
        [status(in_reply_to_id="5")],
    ],
)
def test_it_is_not_there(server, mastodon, rows):
    server.on("GET", TIMELINE, 200, rows)
    server.on("GET", TIMELINE, 200, [])
    assert find(mastodon) == NotFound()


def test_addresses_lines_and_signs_as_they_were_written(server, mastodon):
    server.on("GET", TIMELINE, 200, [status("9", LINK)])
    server.on("GET", TIMELINE, 200, [])
    words = "See https://tide.earth/a/very/long/path\nnow\n\n& then"
    assert find(mastodon, post(words)) == Found("9", "https://tide.example/@tide/9")


@pytest.mark.parametrize(("code", "kind"), [(200, Found), (503, CannotTell)])
def test_names_are_asked_for_as_they_were_written(server, mastodon, code, kind):
    server.on("GET", TIMELINE, 200, [status("9", NAMED)])
    server.on("GET", TIMELINE, 200, [])
    server.on("GET", f"{STATUSES}/9/source", code, {"text": "@ana@else.example hi"})
    assert isinstance(find(mastodon, post("@ana@else.example hi")), kind)


def test_on_an_older_server_names_are_as_people_see_them(server, mastodon):
    server.on("GET", TIMELINE, 200, [status("9", NAMED)])
    server.on("GET", TIMELINE, 200, [])
    server.on("GET", f"{STATUSES}/9/source", 404, {"error": "Not found"})
    assert isinstance(find(mastodon, post("@ana hi")), Found)


def test_pictures_are_counted(server, mastodon):
    server.on("GET", TIMELINE, 200, [status("9")])
    server.on("GET", TIMELINE, 200, [])
    assert isinstance(find(mastodon, post("Tide at nine", picture())), CannotTell)


def test_a_part_of_a_thread_by_what_it_answers(server, mastodon):
    rows = [status("12", in_reply_to_id="11"), status("11", in_reply_to_id="10"), status("10")]
    server.on("GET", TIMELINE, 200, rows)
    server.on("GET", TIMELINE, 200, [])
    payload = post(kind="part", reply_to=ReplyTo("10", "11", known=("10", "11")))
    assert find(mastodon, payload) == Found("12", "https://tide.example/@tide/12")


def test_a_pinned_post_in_front_does_not_end_the_search(server, mastodon):
    old = status("3", moment=NOON - timedelta(days=9))
    server.on("GET", TIMELINE, 200, [old, status("9")])
    server.on("GET", TIMELINE, 200, [])
    assert isinstance(find(mastodon), Found)


@pytest.mark.parametrize("answer", [(200, {"error": "?"}), (503, None), (401, {}), (404, {})])
def test_when_nothing_can_be_seen(server, mastodon, answer):
    server.on("GET", TIMELINE, *answer)
    assert isinstance(find(mastodon), CannotTell)


def test_too_much_to_look_through(server, mastodon):
    server.on("GET", TIMELINE, 200, [status(str(n)) for n in range(40)])
    assert isinstance(find(mastodon), CannotTell)
    assert len(server.seen("GET", TIMELINE)) == 5


# -- figures

COUNTS = {"replies_count": 2, "reblogs_count": 3, "favourites_count": 5}


def test_many_in_one_call(server, mastodon):
    rows = [status("2", **COUNTS), status("1", **COUNTS, quotes_count=1)]
    server.on("GET", STATUSES, 200, rows)
    assert mastodon.measure(["1", "2", "3"]) == {
        "1": {"comments": 2, "shares": 3, "likes": 5, "quotes": 1},
        "2": {"comments": 2, "shares": 3, "likes": 5},
    }
    [asked] = server.requests
    assert asked.raw_path.count("id%5B%5D=") == 3


def test_twenty_at_once(server, mastodon):
    server.on("GET", STATUSES, 200, [])
    assert mastodon.measure([str(n) for n in range(45)]) == {}
    assert len(server.requests) == 3


def test_one_by_one_on_older_servers(server, mastodon):
    server.on("GET", STATUSES, 404, {"error": "Not found"})
    server.on("GET", f"{STATUSES}/1", 200, status("1", **COUNTS))
    server.on("GET", f"{STATUSES}/2", 404, {"error": "Record not found"})
    assert mastodon.measure(["1", "2"]) == {"1": {"comments": 2, "shares": 3, "likes": 5}}


def test_figures_that_are_refused(server, mastodon):
    server.on("GET", STATUSES, 401, {"error": "The access token is invalid"})
    assert isinstance(mastodon.measure(["1"]), Reconnect)
