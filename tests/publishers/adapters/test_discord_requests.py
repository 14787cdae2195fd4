"""Every request of the Discord adapter, against discord/openapi-webhooks-subset.json."""

import json

import jsonschema
import pytest

from publishers.contract import Published
from tests.contracts.vectors import needs_vectors
from tests.publishers.adapters.discord import DOCUMENT, hook
from tests.publishers.adapters.kit import film, picture, post

__all__ = ["hook"]
pytestmark = needs_vectors
CHOSEN = {"links": "plain", "sound": "silent"}


def check(request):
    DOCUMENT.check_query(request)
    if request.body:
        kind, schema = DOCUMENT.body_of(request)
        body = json.loads(request.parts["payload_json"]) if "multipart" in kind else request.json
        # The first of those that are possible has all of what may be said.
        [first, *_] = schema.get("anyOf", [schema])
        DOCUMENT.valid(body, first)
        known = DOCUMENT.resolved(first)["properties"]
        assert set(body) <= set(known), "unknown names are dropped unsaid"


@pytest.mark.parametrize(
    "payload",
    [
        post("Tide", options=CHOSEN),
        post("Tide", options={"thread": "77", "thread_name": "High water"}),
        post("", picture(), options=CHOSEN),
        post("Tide", picture(), film(""), picture("", b"3"), options=CHOSEN),
    ],
    ids=["text", "thread", "picture", "mixed"],
)
def test_a_whole_journey_fits_the_openapi_of_webhooks(server, hook, step, payload):
    hook.accounts()
    assert isinstance(hook.publish(payload, step), Published)
    assert hook.edit("42", payload) is None
    assert hook.remove("42") is None
    for request in server.requests:
        check(request)


def test_the_limits_are_those_of_the_openapi_of_webhooks(hook):
    limits, schemas = hook.spec.limits, DOCUMENT.components["schemas"]
    message = schemas["IncomingWebhookRequestPartial"]["properties"]
    assert limits.text == message["content"]["maxLength"]
    assert limits.images == limits.videos == message["attachments"]["maxItems"]
    attachment = schemas["MessageAttachmentRequest"]["properties"]
    assert limits.alt_text == attachment["description"]["maxLength"]
    [title] = [one for one in hook.spec.options if one.name == "thread_name"]
    assert title.longest == message["thread_name"]["maxLength"]


def test_the_check_itself_can_fail(server, hook, step):
    hook.publish(post("a" * 2001), step)
    with pytest.raises(jsonschema.ValidationError):
        check(server.requests[-1])
    hook.publish(post(), step)
    server.requests[-1].raw_path += "&colour=blue"
    with pytest.raises(KeyError):
        check(server.requests[-1])
