"""TikTok: what a refusal means, by the vectors and by the table of the sheet."""

import pytest

from publishers.adapters.tiktok import refusals
from publishers.contract import NotFound, Processing, Reconnect, Rejected, TryLater, Uncertain
from tests.contracts.vectors import cases, load, needs_vectors
from tests.publishers.adapters.kit import picture, reply
from tests.publishers.adapters.tiktok import (
    CREATOR,
    FILE,
    INBOX,
    INIT,
    PHOTOS,
    PIECE,
    STATUS,
    clip,
    tiktok,
    told,
)

__all__ = ["tiktok"]


CLASSES = {
    "permanent": Rejected,
    "permanent_account": Rejected,
    "operator_config": Rejected,
    "auth_expired": Reconnect,
    "reauthorize": Reconnect,
    "rate_limited": TryLater,
    "retryable": Uncertain,
    "cancelled": Rejected,
}
ERRORS = [one for one in cases(FILE, "errors") if one["endpoint"] != "cancel"]
PATHS = {
    "video/init": INIT,
    "inbox/video/init": INBOX,
    "content/init": PHOTOS,
    "creator_info/query": CREATOR,
    "status/fetch": STATUS,
}


@needs_vectors
@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row['endpoint']}-{row['code']}")
def test_errors_of_content_posting(server, tiktok, step, row):
    status = 500 if row["http_status"] == "5xx" else row["http_status"]
    path = PATHS[row["endpoint"]]
    server.scripts[("POST", path)] = [(status, told(row["code"]), {})]
    payload = clip(picture()) if path == PHOTOS else clip(mode="draft" if path == INBOX else "")
    wanted = CLASSES[row["suggested_class"]]
    if path == STATUS:
        outcome = tiktok.confirm("v_pub_file~1", payload)
    else:
        outcome = tiktok.prepare(payload, step) or tiktok.publish(payload, step)
    if wanted is Uncertain and path != PHOTOS:
        wanted = TryLater
    assert isinstance(outcome, wanted), outcome
    assert row["suggested_class"] != "rate_limited" or outcome.rate_limited


@needs_vectors
def test_errors_of_a_cancellation():
    """Which we never ask for: it would be best effort."""
    for row in cases(FILE, "errors"):
        if row["endpoint"] == "cancel":
            outcome = refusals.judged(reply(row["http_status"], told(row["code"])))
            assert isinstance(outcome, CLASSES[row["suggested_class"]])


@needs_vectors
@pytest.mark.parametrize(("reason", "kind"), list(load(FILE).get("fail_reasons", {}).items()))
def test_fail_reasons(server, tiktok, step, reason, kind):
    server.on("POST", STATUS, 200, told(status="FAILED", fail_reason=reason))
    outcome = tiktok.confirm("v_pub_file~1", clip())
    wanted = Uncertain if kind in ("retryable", "rate_limited") else CLASSES[kind]
    assert isinstance(outcome, wanted), outcome
    if wanted is Uncertain:
        tiktok.prepare(clip(), step)
        assert tiktok.find(clip(), step) == NotFound(), "then it is sent anew"


@needs_vectors
@pytest.mark.parametrize("row", cases(FILE, "upload_put_statuses"), ids=str)
def test_upload_put_statuses(server, tiktok, step, row):
    status = 500 if row["http_status"] == "5xx" else row["http_status"]
    payload = clip()
    assert tiktok.prepare(payload, step) is None
    server.scripts[("PUT", PIECE)] = [(status, None, {})]
    kinds = {201: Processing, 400: Rejected, 403: TryLater, 404: TryLater}
    assert isinstance(tiktok.publish(payload, step), kinds.get(status, Uncertain))
