"""What comes to our address without proof no registered adapter believes."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publishers.contract import Forged, Hears, Hook
from tests.publishers.adapters.registered import ADAPTERS, APP

every_hearer = pytest.mark.parametrize(
    "kind", [one for one in ADAPTERS if "webhook" in one.values[0].spec.features]
)

# As many platforms sign and ask at once.
SIGNED_IN = (
    "x-hub-signature-256",
    "x-twitter-webhooks-signature-oauth2",
    "x-li-signature",
    "tiktok-signature",
)
SIGNED = ("", "sha256=", "hmacsha256=", f"t={int(time.time())},s=", "t=,s=")
ASKED = {"hub.mode": "subscribe", "hub.challenge": "42"}
WORDS = [b"", b"{}", b"[]", b"null", b'{"entry": [7], "data": 7}', b"\xff\x00", b"7" * 5000]
FORMS = [b"signed_request=", b"signed_request=e30.e30", b"signed_request=\xe9.\xe9", b"a=b"]

headers = st.builds(
    lambda start, said: dict.fromkeys(SIGNED_IN, start + said), st.sampled_from(SIGNED), st.text()
)
queries = st.sampled_from(["", "{}", "guess me", "\u20ac", "7" * 300]).map(
    lambda said: ASKED | dict.fromkeys(["hub.verify_token", "crc_token", "challengeCode"], said)
)
KNOWN = replace(APP, hook_token="hush-word")
BARE = replace(APP, client_secret="")


@every_hearer
@pytest.mark.parametrize("app", [KNOWN, BARE], ids=["secret", "none"])
@settings(max_examples=100, deadline=None)
@given(
    method=st.sampled_from(["POST", "GET", "PUT"]),
    query=st.just({}) | queries,
    headers=st.just({}) | headers,
    body=st.sampled_from([*WORDS, *FORMS]) | st.binary(max_size=40),
)
def test_nothing_that_is_not_proved_is_believed(kind, app, method, query, headers, body):
    assert issubclass(kind, Hears)
    heard = kind.hear(Hook(method, query, headers, body), app, time.time())
    assert isinstance(heard, Forged), heard
    assert heard.reason
