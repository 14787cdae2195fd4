"""What is written to the log: ids, one line per event, and never a secret."""

import io
import json
import logging
import time

import pytest
import structlog

from config import logs
from config.scrub import HIDDEN, clean, escape

CANARY = "CANARY-4f6d2a9b7c1e8d3f5a6b"
NASTY = '\n{"event": "forged"}\x1b[31m\u202egnp.exe'

LEAKS = [
    f"Authorization: Bearer {CANARY}",
    f"{{'Authorization': 'Bearer {CANARY}'}}",
    f"authorization=DPoP {CANARY}",
    f'{{"access_token": "{CANARY}", "expires_in": 3600}}',
    f"{{'refresh_token': '{CANARY}'}}",
    f"POST /oauth/token grant_type=authorization_code&code={CANARY}&code_verifier={CANARY}",
    f"GET https://app.test/channels/callback?state={CANARY}&code={CANARY}#top",
    f"token={CANARY}",
    f"password={CANARY}",
    f"client_secret={CANARY}&grant_type=refresh_token",
    f"/a/{CANARY}/ opened",
    f"https://app.test/a/{CANARY}",
    f"/a/p/{CANARY}:1abc/",
    f"/invitations/{CANARY}/",
    f"/accounts/password/reset/key/1-{CANARY}/",
    f"/accounts/confirm-email/{CANARY}/",
    f"key drum_ab12cd34_{CANARY} was sent",
    f"postgresql://drumbeat:{CANARY}@db/drumbeat",
    f"redis://:{CANARY}@cache:6379/0",
    f"cannot decrypt gAAAAAB{CANARY}",
    f'{{"accessJwt": "{CANARY}"}}',
    f"refresh_token='{CANARY}'",
    f'client_secret = "{CANARY}"',
    f"password: {CANARY}",
    f"password = {CANARY}",
    f"Token(access=1, refresh_token=b'{CANARY}')",
    f"Set-Cookie: sessionid={CANARY}; Path=/; HttpOnly",
    f"Cookie: theme=dark; sessionid={CANARY}",
    f"{{'cookie': 'theme=dark; sessionid={CANARY}'}}",
    f"X-Api-Key: {CANARY}",
    f"[('x-api-key', '{CANARY}'), ('accept', '*/*')]",
    f"the token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{CANARY} was refused",
    f"the token eyJhbGciOiJIUzI1NiJ9.eyJzdWIi{CANARY}",
    f'{{"password": "a\\"b\\\\\\"{CANARY}", "id": 7}}',
    f"{{'password': 'a\\'b\"{CANARY}'}}",
    f"{{'password': \"it's {CANARY}\"}}",
    json.dumps({"body": json.dumps({"password": f'a"{CANARY}'})}),
    f"POST https://api.test/bot110201543:{CANARY}/sendMessage failed",
    f"/bot110201543%3A{CANARY}/getMe",
    f"https://chat.test/api/v10/webhooks/110201543/{CANARY}?wait=true",
    f"connect with https://chat.test/api/webhooks/110201543/{CANARY}",
    f"{{'Authorization': 'Digest username=\"a\", response=\"{CANARY}\"'}}",
]

HEAVY = {
    "names": "token" * 4_000,
    "assignments": "token=" * 3_300,
    "spaces": "password" + " " * 19_000,
    "words": "a-" * 10_000,
    "signed": "eyJ-" * 5_000,
    "signed parts": "eyJaaaaaaaa." * 1_600,
    "backslashes": 'password: "' + "\\" * 19_000,
    "escaped quotes": 'password: "' + '\\"' * 9_000,
    "inner": '\\"password\\": \\"' + "\\" * 19_000,
    "quotes": "token'" * 3_300,
    "cookies": "cookie" * 3_300,
    "addresses": "a://b:" * 3_300,
    "bots": "/bot1" * 4_000,
    "webhooks": "/webhooks/1/" * 1_600,
}

SECRET_NAMES = [
    "password", "new_password", "token", "access_token", "refresh_token", "authorization",
    "client_secret", "api_key", "X-Api-Key", "Set-Cookie", "cookie", "code", "code_verifier",
    "secret", "SECRET_KEY",
]  # fmt: skip


@pytest.fixture(params=[True, False], ids=["json", "console"])
def log(request):
    """A logger that goes through the formatter; `.lines()` is what it wrote."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.formatter(json=request.param))
    logger = logging.getLogger(f"tests.{request.node.name}")
    logger.handlers, logger.propagate, logger.level = [handler], False, logging.DEBUG
    logger.lines = lambda: out.getvalue().splitlines()
    return logger


@pytest.mark.parametrize("leak", LEAKS, ids=range(len(LEAKS)))
def test_no_secret_in_a_message(log, leak):
    log.info("seen: %s", leak)
    assert CANARY not in "".join(log.lines())
    assert HIDDEN in "".join(log.lines())


@pytest.mark.parametrize("leak", LEAKS, ids=range(len(LEAKS)))
def test_no_secret_in_a_traceback(log, leak):
    try:
        raise ValueError(leak)
    except ValueError:
        log.exception("failed")
    assert CANARY not in "".join(log.lines())
    assert "ValueError" in "".join(log.lines())


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_no_secret_under_its_name(name):
    said = clean({"outer": {name: CANARY}, "list": [{name: CANARY}]})
    assert CANARY not in str(said)


def test_what_is_no_secret_stays():
    said = {"delivery_id": 7, "state": "queued", "path": "/t/tidewater/posts/12/", "tokens_left": 3}
    assert clean(said) == said
    assert clean("GET /api/v10/webhooks/110201543 and /bots/7") == (
        "GET /api/v10/webhooks/110201543 and /bots/7"
    )
    assert clean("moved to state queued; 3 tokens of the budget left") == (
        "moved to state queued; 3 tokens of the budget left"
    )


def test_long_values_are_cut():
    assert len(clean("x" * 1_000_000)) < 21_000


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_no_text_takes_long(text):
    began = time.process_time()
    clean(text)
    assert time.process_time() - began < 0.5


def test_what_stands_beside_a_secret_stays():
    said = clean('{"password": "a\\"b", "id": 7, "token": null, "state": "queued"}')
    assert said == f'{{"password": "{HIDDEN}", "id": 7, "token": {HIDDEN}, "state": "queued"}}'
    assert clean("token='abc', id=7") == f"token='{HIDDEN}', id=7"
    assert clean("token: abc of post 7") == f"token: {HIDDEN} of post 7"
    assert clean("Set-Cookie: a=b\nid: 7") == f"Set-Cookie: {HIDDEN}\nid: 7"


def test_nobody_writes_lines_of_their_own(log):
    log.warning("Hello %s", f"Mallory{NASTY}")
    lines = log.lines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]
    assert "\u202e" not in lines[0]


def test_escape_keeps_ordinary_writing():
    assert escape("Grüße, こんにちは, مرحبا") == "Grüße, こんにちは, مرحبا"
    assert escape("a\r\nb\u2028c") == "a\\r\\nb\\u2028c"


def test_ids_stand_in_every_line(log):
    with structlog.contextvars.bound_contextvars(request_id="abc", delivery_id=7):
        log.info("sent")
    line = log.lines()[0]
    if line.startswith("{"):
        said = json.loads(line)
        assert (said["request_id"], said["delivery_id"], said["event"]) == ("abc", 7, "sent")
        assert {"timestamp", "level", "logger"} <= set(said)
    else:
        assert "delivery_id=7" in line


class TestRequestId:
    def test_one_is_made(self, client):
        first, second = (client.get("/health/live")["X-Request-ID"] for _ in range(2))
        assert len(first) == 32
        assert first != second

    def test_a_sane_one_is_kept(self, client):
        response = client.get("/health/live", headers={"X-Request-ID": "edge-1234.abcd"})
        assert response["X-Request-ID"] == "edge-1234.abcd"

    @pytest.mark.parametrize(
        "given", ["short", "x" * 65, "a b c d e f g", 'abcdefgh"}', "äöüäöüäöü"]
    )
    def test_an_odd_one_is_replaced(self, client, given):
        response = client.get("/health/live", headers={"X-Request-ID": given})
        assert response["X-Request-ID"] != given
