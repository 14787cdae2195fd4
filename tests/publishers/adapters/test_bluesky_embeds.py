"""Bluesky: what stands below a text, who may answer it, and what it warns of."""

from dataclasses import replace

import pytest

from publishers.contract import Published, Rejected, ReplyTo, TryLater, Uncertain
from tests.publishers.adapters.bluesky import BLOB, DID, POST, POSTS, PUT, REF, RESOLVE, WRITES, sky
from tests.publishers.adapters.kit import Memory, film, picture, post

__all__ = ["sky"]
URI = f"at://{DID}/{POST}/3abc"
RATIO = {"width": 40, "height": 30}
QUOTED = {"options": {"quote": "https://bsky.app/profile/ana.test/post/3n2sqezd3trbf"}}


def sent(server, sky, payload, step=None):
    """The record that it becomes."""
    step = step or Memory()
    assert sky.prepare(payload, step) is None
    server.on("POST", PUT, 200, {"uri": URI, "cid": "bafyrei"})
    assert isinstance(sky.publish(payload, step), Published)
    return server.seen("POST", PUT)[-1].json["record"]


def refused(server, sky, payload) -> Rejected:
    """Before anything is uploaded, and also where it comes to be sent unprepared."""
    outcome = sky.prepare(payload, Memory())
    assert isinstance(outcome, Rejected), outcome
    assert server.requests == []
    assert sky.publish(payload, Memory()) == outcome
    return outcome


# -- pictures and cards


def test_more_pictures_than_four_are_a_gallery(server, sky):
    pictures = [picture(f"Pier {n}", bytes([n]) * 20) for n in range(5)]
    embed = sent(server, sky, post("Piers", *pictures))["embed"]
    assert embed["$type"] == "app.bsky.embed.gallery"
    kind = "app.bsky.embed.gallery#image"
    assert embed["items"][4] == {
        "$type": kind, "image": BLOB, "alt": "Pier 4", "aspectRatio": RATIO
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "title", "said"),
    [
        ({"link": "https://tide.earth/api"}, "tide.earth", ""),
        ({"link": "https://tide.earth/api", "title": "The API"}, "The API", ""),
        (
            {
                "options": {
                    "card": " https://tide.earth/api ",
                    "card_title": "Tides",
                    "card_text": "By the hour",
                }
            },
            "Tides",
            "By the hour",
        ),
    ],
)
def test_a_link_card(server, sky, more, title, said):
    card = {"uri": "https://tide.earth/api", "title": title, "description": said}
    embed = sent(server, sky, post("Read", **more))["embed"]
    assert embed == {"$type": "app.bsky.embed.external", "external": card}


def test_a_picture_becomes_the_card_s(server, sky):
    embed = sent(server, sky, post("Read", picture(), options={"card": "https://tide.earth"}))
    assert embed["embed"]["external"]["thumb"] == BLOB


@pytest.mark.parametrize(
    ("media", "card", "words"),
    [
        ([], "tide.earth", "https://"),
        ([], "https://tide earth", "https://"),
        ([], "https://[", "https://"),
        ([picture(), picture("b")], "https://tide.earth", "one picture"),
        ([film()], "https://tide.earth", "one picture"),
        ([replace(picture(), size=1_000_001)], "https://tide.earth", "1 MB"),
    ],
)
def test_cards_that_it_does_not_take(server, sky, media, card, words):
    assert words in refused(server, sky, post("Read", *media, options={"card": card})).reason


# -- quotes


@pytest.mark.parametrize(
    "typed", [QUOTED["options"]["quote"], f"at://ana.test/{POST}/3n2sqezd3trbf", REF["uri"]]
)
def test_a_quoted_post_is_named_in_its_version(server, sky, typed):
    server.on("GET", RESOLVE, 200, {"did": "did:plc:ana"})
    server.on("GET", POSTS, 200, {"posts": [{**REF, "viewer": {"embeddingDisabled": False}}]})
    step, payload = Memory(), post("Look", options={"quote": typed})
    assert sent(server, sky, payload, step)["embed"] == {
        "$type": "app.bsky.embed.record",
        "record": REF,
    }
    assert server.seen("GET", POSTS)[0].query == {"uris": REF["uri"]}
    before = len(server.requests)
    assert sky.prepare(payload, step) is None
    assert len(server.requests) == before


def test_a_quoted_post_beside_pictures(server, sky):
    server.on("GET", RESOLVE, 200, {"did": "did:plc:ana"})
    server.on("GET", POSTS, 200, {"posts": [REF]})
    embed = sent(server, sky, post("Look", picture(), **QUOTED))["embed"]
    assert embed["$type"] == "app.bsky.embed.recordWithMedia"
    assert embed["record"] == {"$type": "app.bsky.embed.record", "record": REF}
    assert embed["media"]["$type"] == "app.bsky.embed.images"


@pytest.mark.parametrize(
    ("resolved", "shown", "kind", "words"),
    [
        ((400, {"error": "HandleNotFound"}), None, Rejected, "Nobody"),
        ((502, {}), None, TryLater, "trouble"),
        ((200, {}), None, TryLater, "whose"),
        ((200, {"did": "did:plc:ana"}), {"posts": []}, Rejected, "any more"),
        ((200, {"did": "did:plc:ana"}), {}, TryLater, "did not show"),
        ((200, {"did": "did:plc:ana"}), {"posts": [{"uri": "x"}]}, TryLater, "version"),
        (
            (200, {"did": "did:plc:ana"}),
            {"posts": [{**REF, "viewer": {"embeddingDisabled": True}}]},
            Rejected,
            "nobody quote",
        ),
    ],
)
def test_posts_that_cannot_be_quoted(server, sky, resolved, shown, kind, words):
    server.on("GET", RESOLVE, *resolved)
    server.on("GET", POSTS, 200, shown)
    outcome = sky.prepare(post("Look", **QUOTED), Memory())
    assert isinstance(outcome, kind), outcome
    assert words in outcome.reason


def test_what_is_no_address_of_a_post(server, sky):
    payload = post("Look", options={"quote": "https://bsky.app/profile/ana.test"})
    outcome = sky.prepare(payload, Memory())
    assert isinstance(outcome, Rejected)
    assert "not the address" in outcome.reason
    assert server.requests == []


# -- warnings


@pytest.mark.parametrize(
    ("media", "chosen", "labels"),
    [
        ([picture()], {"adult": "nudity"}, ["nudity"]),
        ([picture()], {"adult": "porn", "graphic": "yes"}, ["porn", "graphic-media"]),
        ([picture()], {}, None),
        ([], {"adult": "porn"}, None),
    ],
)
def test_labels_hide_pictures(server, sky, media, chosen, labels):
    record = sent(server, sky, post("Look", *media, options=chosen))
    if labels is None:
        assert "labels" not in record
    else:
        assert record["labels"]["values"] == [{"val": one} for one in labels]


# -- gates


def gated(server, sky, payload, answer=(200, {"results": [{"uri": URI}, {}]})):
    step = Memory()
    if payload.reply_to:
        step.keep("reply", "{}")
    assert sky.prepare(payload, step) is None
    server.on("POST", WRITES, *answer)
    return sky.publish(payload, step)


def test_gates_go_out_with_the_post_in_one_call(server, sky):
    payload = post(options={"replies": "mentioned,followers", "quoting": "nobody"})
    outcome = gated(server, sky, payload)
    assert outcome == Published(URI, f"https://web.example/profile/{DID}/post/3abc")
    [request] = server.requests
    first, replies, quotes = request.json["writes"]
    assert {one["rkey"] for one in request.json["writes"]} == {first["rkey"]}
    assert first["value"]["text"] == "Tide at nine"
    where = f"at://{DID}/{POST}/{first['rkey']}"
    said = {"post": where, "createdAt": first["value"]["createdAt"]}
    rules = [f"app.bsky.feed.threadgate#{one}Rule" for one in ("mention", "follower")]
    assert replies["value"] == {
        "$type": "app.bsky.feed.threadgate", **said, "allow": [{"$type": one} for one in rules]
    }  # fmt: skip
    assert quotes["value"] == {
        "$type": "app.bsky.feed.postgate",
        **said,
        "embeddingRules": [{"$type": "app.bsky.feed.postgate#disableRule"}],
    }


def test_nobody_is_no_rule_at_all(server, sky):
    gated(server, sky, post(options={"replies": "nobody"}))
    _, gate = server.requests[0].json["writes"]
    assert gate["value"]["allow"] == []


def test_what_follows_has_the_gates_that_are_its_own(server, sky):
    """Replies are of the whole thread; a part can be quoted, and a comment is left alone."""
    chosen = {"replies": "nobody", "quoting": "nobody", "card": "x", "quote": "x"}
    for kind, gates in (("part", ["postgate"]), ("comment", [])):
        server.on("POST", PUT, 200, {"uri": URI})
        payload = post(options=chosen, kind=kind, reply_to=ReplyTo(URI, URI))
        assert isinstance(gated(server, sky, payload), Published)
        writes = server.requests[-1].json.get("writes", [{}])
        kinds = [one["collection"].rpartition(".")[2] for one in writes[1:]]
        assert kinds == gates


def test_a_key_that_is_taken_may_be_this_very_post(server, sky):
    payload = post(options={"replies": "nobody"})
    taken = (500, {"error": "InternalServerError"})
    assert isinstance(gated(server, sky, payload, taken), Uncertain)
