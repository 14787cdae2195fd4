"""Faults on demand: what the client sees, and what the platform kept."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from publishers.sandbox import accounts, faults, ledger
from publishers.sandbox.models import Account, Call, Fault, RemotePost
from tests.sandbox.conftest import picture

POST = "app.bsky.feed.post"
WHEN = "2026-11-21T00:27:34.154104Z"
REST = {"Linkedin-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
AFTER = ["error_after", "hang", "reset_after_accept", "half_answer"]
ODD = {"empty_answer": 204, "no_id": 201, "web_page": 200}
BEFORE = ["error_before", "hang_before", "unauthorized", "rate_limited", "rejected"]


@pytest.fixture(params=["x", "linkedin", "bluesky"])
def account(request, site) -> Account:
    return accounts.create(request.param, "tester.test", "Tester")


@pytest.fixture
def publish(connect, account):
    """One post as this platform wants it, with a header of one's own."""
    api = connect(account)

    def send(text="High water", stream=False, **headers):
        if account.platform == "x":
            return api.post("2/tweets", json={"text": text}, headers=headers, stream=stream)
        if account.platform == "linkedin":
            body = {
                "author": f"urn:li:person:{account.remote_id}",
                "commentary": text,
                "visibility": "PUBLIC",
                "distribution": {"feedDistribution": "MAIN_FEED"},
                "lifecycleState": "PUBLISHED",
                "isReshareDisabledByAuthor": False,
            }
            return api.post("rest/posts", json=body, headers=REST | headers, stream=stream)
        record = {"$type": POST, "text": text, "createdAt": WHEN}
        body = {"repo": account.remote_id, "collection": POST, "record": record}
        address = "xrpc/com.atproto.repo.createRecord"
        return api.post(address, json=body, headers=headers, stream=stream)

    return send


def spoilt(publish, **headers):
    """The status of an answer that can be read to its end as JSON, else what went wrong."""
    try:
        answer = publish(**headers)
        answer.json()
    except requests.RequestException as failure:
        return type(failure).__name__
    return answer.status_code


@pytest.mark.parametrize("kind", AFTER)
def test_accepted_and_then_spoilt(publish, account, kind):
    seconds = "0" if kind == "hang" else ""
    faults.arm(account, kind, parameter=seconds)
    assert spoilt(publish) in {500, 504, "JSONDecodeError", "ChunkedEncodingError"}
    assert ledger.posts(account).count() == 1
    [failure] = ledger.failures(account)
    assert (failure.fault, failure.status < 300) == (kind, True)
    assert publish("Another").ok


@pytest.mark.parametrize("kind", ODD)
def test_accepted_and_answered_with_something_else(publish, account, kind):
    faults.arm(account, kind)
    answer = publish()
    assert answer.status_code == ODD[kind]
    assert ledger.posts(account).get().remote_id not in answer.text + str(answer.headers)


def test_accepted_and_refused_all_the_same(publish, account):
    faults.arm(account, "refused_after")
    assert 400 <= publish().status_code < 500
    assert ledger.posts(account).count() == 1


def test_accepted_and_answered_byte_by_byte(publish, account):
    faults.arm(account, "drip")
    begun = time.monotonic()
    with publish(stream=True) as answer:
        assert len(next(answer.iter_content(1)) + next(answer.iter_content(1))) == 2
    assert 0.9 < time.monotonic() - begun < 5
    assert ledger.posts(account).count() == 1


@pytest.mark.parametrize("kind", BEFORE)
def test_refused_before_anything_is_accepted(publish, account, kind):
    faults.arm(account, kind, parameter="0" if kind == "hang_before" else "")
    answer = publish()
    assert answer.status_code >= 400
    assert answer.json()
    assert not ledger.posts(account).exists()
    assert ledger.failures(account).get().status == answer.status_code
    assert publish().ok


def test_each_platform_refuses_in_its_own_words(publish, account):
    said = {kind: publish(**{"X-Sandbox-Fault": kind}) for kind in BEFORE if kind != "hang_before"}
    statuses = {kind: answer.status_code for kind, answer in said.items()}
    expected = {
        "x": {"unauthorized": 401, "rejected": 403},
        "linkedin": {"unauthorized": 401, "rejected": 400},
        "bluesky": {"unauthorized": 400, "rejected": 400},
    }[account.platform]
    assert statuses == {"error_before": 500, "rate_limited": 429} | expected
    assert not RemotePost.objects.exists()


def test_a_header_spoils_one_request_only(publish, account):
    assert spoilt(publish, **{"X-Sandbox-Fault": "half_answer"}) == "JSONDecodeError"
    assert publish("Another").ok
    assert publish("Unknown kinds are ignored", **{"X-Sandbox-Fault": "explode"}).ok
    assert ledger.posts(account).count() == 3


def test_waits(publish):
    begun = time.monotonic()
    assert publish(**{"X-Sandbox-Fault": "delay=0.4"}).ok
    assert time.monotonic() - begun >= 0.4


def test_a_delay_and_another_fault_together(publish, account):
    faults.arm(account, "delay", parameter="0.2")
    faults.arm(account, "error_after")
    begun = time.monotonic()
    assert publish().status_code == 500
    assert time.monotonic() - begun >= 0.2
    assert Call.objects.latest("pk").fault == "delay, error_after"


def test_forever_and_so_many_times(publish, account):
    twice = faults.arm(account, "error_before", times=2)
    assert [publish().ok for _ in range(3)] == [False, False, True]
    twice.refresh_from_db()
    assert twice.remaining == 0
    faults.arm(account, "error_before", times=None)
    assert [publish("b").ok for _ in range(3)] == [False] * 3


def test_one_use_is_one_use_for_many_at_once(publish, account):
    faults.arm(account, "error_before", times=2)
    with ThreadPoolExecutor(6) as pool:
        oks = list(pool.map(lambda n: publish(f"Post {n}").ok, range(6)))
    assert oks.count(False) == 2
    assert ledger.posts(account).count() == 4


def test_a_fault_is_aimed(publish, account):
    faults.arm(account, "error_before", does="read")
    assert publish().ok
    assert faults.arm(account, "media_error").does == "upload"
    assert publish("b").ok


def test_accepted_while_the_client_still_waits(publish, account):
    """A hanging answer must not hide the post: it is public before the client gives up."""
    waiting = threading.Thread(target=publish, kwargs={"X-Sandbox-Fault": "hang=3"})
    waiting.start()
    ends = time.monotonic() + 2.5
    while not ledger.posts(account).exists() and time.monotonic() < ends:
        time.sleep(0.05)
    assert time.monotonic() < ends
    assert waiting.is_alive()
    waiting.join()


def test_budget(publish, account):
    Account.objects.filter(pk=account.pk).update(budget_limit=2, budget_left=2)
    answers = [publish(f"Post {n}") for n in range(3)]
    assert [answer.ok for answer in answers] == [True, True, False]
    last = answers[2]
    assert last.status_code == 429
    reset = (timezone.now() + timedelta(minutes=15)).timestamp()
    if account.platform == "x":
        assert answers[0].headers["x-rate-limit-remaining"] == "1"
        assert last.headers["x-rate-limit-remaining"] == "0"
        assert abs(int(last.headers["x-rate-limit-reset"]) - reset) < 30
        assert last.headers["Content-Type"] == "application/problem+json"
    elif account.platform == "bluesky":
        assert last.json()["error"] == "RateLimitExceeded"
        assert answers[1].headers["RateLimit-Remaining"] == "0"
        assert abs(int(last.headers["RateLimit-Reset"]) - reset) < 30
        assert 800 < int(last.headers["Retry-After"]) <= 900
    else:
        assert last.json()["code"] == "TOO_MANY_REQUESTS"
        assert not {"Retry-After", "x-rate-limit-reset"} & set(last.headers)
    Account.objects.update(budget_resets_at=timezone.now())
    assert publish("After the window").ok


@pytest.mark.parametrize("wait", ["7", "-1", "31536000", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_too_many_requests_asks_for_any_wait(publish, account, wait):
    faults.arm(account, "rate_limited", parameter=wait)
    answer = publish()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, wait)
    ends = [value for name, value in answer.headers.items() if name.lower().endswith("-reset")]
    if wait == "7":
        assert all(abs(int(end) - time.time() - 7) < 5 for end in ends)


def test_a_copy_that_lags_behind(publish, account, connect):
    reader = account
    if account.platform == "linkedin":
        reader = accounts.create("linkedin", "page", "Page", kind="organization")
        reader.administrators.add(account)
    RemotePost.objects.create(account=reader, remote_id="urn:li:share:1", text="High water")
    address = {
        "x": f"2/users/{account.remote_id}/tweets",
        "linkedin": f"rest/posts?q=author&author=urn:li:organization:{reader.remote_id}",
        "bluesky": f"xrpc/com.atproto.repo.listRecords?repo={account.remote_id}&collection={POST}",
    }[account.platform]
    faults.arm(account, "stale", parameter="300")
    seen = ["urn:li:share:1" in connect(account).get(address, headers=REST).text for _ in range(2)]
    assert seen == [False, True]


def test_a_platform_may_take_the_same_twice(publish, account, settings):
    settings.SANDBOX_REFUSES_REPEATS = False
    assert publish().ok
    assert publish().ok
    assert ledger.posts(account).count() == 2


def test_uploads_fail_too(connect, site):
    account = accounts.create("bluesky", "tester.test", "Tester")
    api, headers = connect(account), {"Content-Type": "image/png"}
    faults.arm(account, "media_error")
    answer = api.post("xrpc/com.atproto.repo.uploadBlob", data=picture("PNG"), headers=headers)
    assert answer.status_code == 400
    assert not account.pictures.exists()
    x = accounts.create("x", "tester", "Tester")
    faults.arm(x, "media_error")
    answer = connect(x).post("2/media/upload", files={"media": picture("PNG")})
    assert "media IDs are invalid" in answer.json()["errors"][0]["message"]


def test_signing_in_fails_too(anonymous, site):
    account = accounts.create("bluesky", "tester.test", "Tester")
    faults.arm(account, "error_before", does="token")
    body = {"identifier": "tester.test", "password": "demo-demo-demo-demo"}
    address = "xrpc/com.atproto.server.createSession"
    statuses = [anonymous("bluesky").post(address, json=body).status_code for _ in range(2)]
    assert statuses == [500, 200]


def test_reading_fails_too(connect, anonymous, site):
    account = accounts.create("bluesky", "tester.test", "Tester")
    faults.arm(account, "error_before", does="read")
    address = f"xrpc/com.atproto.repo.listRecords?repo={account.remote_id}&collection={POST}"
    statuses = [anonymous("bluesky").get(address).status_code for _ in range(2)]
    assert statuses == [500, 200]


def test_the_ledger_keeps_what_was_deleted(publish, account):
    before = timezone.now()
    publish()
    RemotePost.objects.update(deleted_at=timezone.now())
    other = accounts.create(account.platform, "other.test", "Other")
    [post] = ledger.posts(account)
    assert (
        before - timedelta(seconds=1) <= post.accepted_at <= timezone.now() + timedelta(seconds=1)
    )
    assert not ledger.posts(other).exists()
    assert ledger.posts().count() == 1
    assert not ledger.failures().exists()


def test_the_database_refuses_a_second_row_of_the_same_fault_use(site):
    account = accounts.create("x", "tester", "Tester")
    fault = faults.arm(account, "error_before")
    assert [Fault.objects.filter(pk=fault.pk).spend() for _ in range(2)] == [True, False]
