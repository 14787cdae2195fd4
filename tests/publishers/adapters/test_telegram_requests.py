"""Every request of the Telegram adapter, against telegram/bot-api.json."""

import json

import pytest

from publishers.contract import Published, ReplyTo
from publishers.text import count
from tests.contracts.vectors import load, needs_vectors
from tests.publishers.adapters.kit import film, picture, post
from tests.publishers.adapters.telegram import DOCUMENT, bot, check_request, path, yes

__all__ = ["bot"]
pytestmark = needs_vectors
CHOSEN = {"sound": "silent", "sharing": "protected", "link_preview": "above", "caption": "above"}


@pytest.mark.parametrize(
    "payload",
    [
        post("Tide", options=CHOSEN),
        post("Tide", options={"link_preview": "none"}),
        post("At nine", kind="part", reply_to=ReplyTo("41", "41,42"), options=CHOSEN),
        post("Tide", picture(), options=CHOSEN),
        post("Tide", film(), options=CHOSEN),
        post("Tide", picture(), film(), options=CHOSEN),
    ],
    ids=["text", "plain", "part", "photo", "video", "album"],
)
def test_a_whole_journey_fits_the_bot_api(server, bot, step, payload):
    server.on("POST", path("getUpdates"), 200, yes([]))
    bot.accounts()
    assert isinstance(bot.publish(payload, step), Published)
    assert bot.edit("42", payload) is None
    assert bot.audience()
    assert bot.remove("42,43") is None
    for request in server.requests:
        check_request(request)


def test_the_limits_are_those_of_the_bot_api(bot):
    limits, methods = bot.spec.limits, load(DOCUMENT)["methods"]

    def said(method, name):
        return next(one for one in methods[method]["fields"] if one["name"] == name)["description"]

    assert f"1-{limits.text} characters after entities" in said("sendMessage", "text")
    assert f"0-{limits.caption} characters after entities" in said("sendPhoto", "caption")
    assert f"2-{limits.images} items" in said("sendMediaGroup", "media")
    assert "UTF-16 code units" in str(load(DOCUMENT)["types"]["MessageEntity"])
    assert count("\U0001f30a", limits.count) == 2


def test_the_check_itself_can_fail(server, bot, step):
    bot.publish(post("Tide", options=CHOSEN), step)
    [request] = server.requests
    right = request.json
    for change in ({"colour": "blue"}, {"text": 7}, {"link_preview_options": {"is_disabled": 1}}):
        request.body = json.dumps({**right, **change}).encode()
        with pytest.raises(AssertionError):
            check_request(request)
