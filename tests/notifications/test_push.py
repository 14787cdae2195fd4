"""Notifications of a browser: encrypted by the RFCs, sent, and forgotten with the browser."""

import json
import struct
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import sealing
from accounts.models import Membership
from notifications import browsers, pushing, tasks, webpush
from notifications.models import Browser, Habits, Preference, Sending
from notifications.services import tell
from tests.factories.notifications import DATA

State = Sending.State
# RFC 8291, appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)
NEWS = {**DATA, "title": "Flut & Ebbe"}
GIVEN = {"address": "https://push.example/send/abc", "p256dh": PUBLIC, "auth": AUTH}


def opened(body: bytes) -> bytes:
    """As a browser does it (RFC 8188)."""
    salt, (size, length) = body[:16], struct.unpack("!IB", body[16:21])
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    assert size >= len(sealed)
    key = webpush.private(RECEIVER)
    shared = key.exchange(ec.ECDH(), webpush.point(sender))

    def derived(secret, salted, info, count):
        return HKDF(algorithm=SHA256(), length=count, salt=salted, info=info).derive(secret)

    info = b"WebPush: info\0" + webpush.decoded(PUBLIC) + sender
    secret = derived(shared, webpush.decoded(AUTH), info, 32)
    content = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    plain = AESGCM(content).decrypt(nonce, sealed, None)
    assert plain.endswith(b"\2")
    return plain[:-1]


def test_it_is_encrypted_as_in_the_rfc():
    found = webpush.encrypt(
        PLAIN,
        receiver=webpush.decoded(PUBLIC),
        auth=webpush.decoded(AUTH),
        key=webpush.private(SENDER),
        salt=webpush.decoded(SALT),
    )
    assert webpush.encoded(found) == SEALED
    assert opened(found) == PLAIN


def test_no_two_messages_share_a_key_and_the_longest_fits():
    known = {"receiver": webpush.decoded(PUBLIC), "auth": webpush.decoded(AUTH)}
    first, second = (webpush.encrypt(b"x" * webpush.MOST_BYTES, **known) for _ in range(2))
    assert first[:86] != second[:86]
    assert len(first) == 4096
    assert len(opened(first)) == webpush.MOST_BYTES


pytestmark = pytest.mark.django_db


def browser_at(user, origin: str, path: str = "/send/abc") -> Browser:
    known = {**GIVEN, "address": origin + path}
    return Browser.objects.create(
        user=user,
        mark=sha256((origin + path).encode()).hexdigest(),
        sealed=sealing.seal(json.dumps(known), browsers.PURPOSE),
        host="127.0.0.1",
        name="Firefox, Linux",
    )


def asked(team, user):
    return tell(kind="review_changes", team=team, user=user, data=NEWS)


def test_every_browser_of_the_person_gets_it_once(team, alice, bob, receiver, settings):
    there = receiver(status=201)
    for user, path in ((alice, "/1"), (alice, "/2"), (bob, "/3")):
        browser_at(user, there.origin, path)
    message = asked(team, alice)
    tasks.push()
    assert pushing.drain() == 0
    assert sorted(got.path for got in there.received) == ["/1", "/2"]
    got = there.received[0]
    assert json.loads(opened(got.body)) == {
        "title": "Tidewater",
        "body": "Ines asked for changes to “Flut & Ebbe”",
        "url": "/t/tidewater/posts/1/",
        "tag": f"drumbeat-{message.pk}",
    }
    assert b"Flut" not in got.body
    assert got.headers["Content-Encoding"] == "aes128gcm"
    assert (got.headers["Urgency"], got.headers["Topic"]) == ("normal", f"m{message.pk}")
    assert set(Sending.objects.filter(way="push").values_list("state", flat=True)) == {State.SENT}
    assert Browser.objects.filter(user=alice, used_at__isnull=False).count() == 2


def test_the_push_service_learns_who_sends(team, alice, receiver, settings):
    there = receiver(status=201)
    browser_at(alice, there.origin)
    asked(team, alice)
    pushing.drain()
    scheme, token, key = there.received[0].headers["Authorization"].split()
    assert (scheme, token[:2], key[:2]) == ("vapid", "t=", "k=")
    assert key[2:] == browsers.key()
    signed, _, signature = token[2:].rstrip(",").rpartition(".")
    claims = json.loads(webpush.decoded(signed.split(".")[1]))
    assert (claims["aud"], claims["sub"]) == (there.origin, "mailto:drumbeat@localhost")
    assert 0 < claims["exp"] - timezone.now().timestamp() < 24 * 3600
    raw = webpush.decoded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = webpush.point(webpush.decoded(key[2:]))
    public.verify(der, signed.encode(), ec.ECDSA(SHA256()))


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(team, alice, receiver, status):
    browser_at(alice, receiver(status=status).origin)
    asked(team, alice)
    pushing.drain()
    assert not Browser.objects.exists()
    assert not Sending.objects.filter(way="push").exists()
    assert Sending.objects.filter(way="email").exists()


@pytest.mark.parametrize(
    ("status", "state"),
    [(429, State.WAITING), (503, State.WAITING), (400, State.FAILED), (413, State.FAILED)],
)
def test_what_the_push_service_refuses(team, alice, receiver, status, state):
    browser_at(alice, receiver(status=status).origin)
    asked(team, alice)
    pushing.drain()
    row = Sending.objects.get(way="push")
    assert (row.state, row.error) == (state, f"The push service answered {status}.")


def test_an_address_of_our_own_network_is_not_called(team, alice, receiver, settings):
    there = receiver()
    browser_at(alice, there.origin)
    settings.WEBHOOK_HOSTS = []
    asked(team, alice)
    pushing.drain()
    assert not there.received
    assert Sending.objects.get(way="push").state == State.FAILED


def test_choices_quiet_hours_and_rights_hold_here_too(team, alice, receiver):
    there = receiver(status=201)
    browser_at(alice, there.origin)
    Preference.objects.create(user=alice, kind="review_changes", way="push", wanted=False)
    assert not asked(team, alice).sendings.filter(way="push").exists()
    Preference.objects.all().delete()
    here = timezone.localtime()
    hour = timedelta(hours=1)
    asked(team, alice)
    Habits.objects.create(
        user=alice, quiet_from=(here - hour).time(), quiet_until=(here + hour).time()
    )
    pushing.drain()
    row = Sending.objects.get(way="push")
    assert (row.state, row.attempts) == (State.WAITING, 0)
    assert row.run_at > timezone.now()
    Habits.objects.all().delete()
    Membership.objects.all().delete()
    Sending.objects.update(run_at=timezone.now())
    pushing.drain()
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert not there.received


def test_without_a_key_of_ours_nothing_is_offered(as_user, alice, settings):
    settings.VAPID_KEY = ""
    page = as_user(alice).get("/you/notifications/").content.decode()
    assert "drum-push worker" not in page
    assert "DRUMBEAT_VAPID_KEY" in page


def test_a_browser_is_let_in_kept_sealed_and_removed(as_user, alice, bob):
    browser = as_user(alice)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    for _ in range(2):
        answer = browser.post(
            reverse("notifications:browsers"), GIVEN, headers={"User-Agent": agent}
        )
        assert answer["Location"] == "/you/notifications/"
    row = Browser.objects.get()
    assert (row.user, row.name, row.host) == (alice, "Firefox, Linux", "push.example")
    assert "send/abc" not in str(Browser.objects.values())
    page = browser.get("/you/notifications/").content.decode()
    assert "Firefox, Linux" in page
    assert row.mark in page
    remove = reverse("notifications:browser_remove", args=[row.pk])
    assert as_user(bob).post(remove).status_code == 404
    browser.post(remove)
    assert not Browser.objects.exists()


def test_who_signs_in_next_in_the_same_browser_has_it(as_user, alice, bob):
    for user in (alice, bob):
        as_user(user).post(reverse("notifications:browsers"), GIVEN)
    assert Browser.objects.get().user == bob


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://push.example/x"},
        {"address": "https://"},
        {"address": "https://push.example/" + "x" * 2000},
        {"p256dh": "BAAA"},
        {"p256dh": "ü"},
        {"auth": "AAAA"},
    ],
)
def test_what_is_no_browser_is_refused(as_user, alice, wrong):
    answer = as_user(alice).post(reverse("notifications:browsers"), {**GIVEN, **wrong})
    assert answer.status_code == 422
    assert not Browser.objects.exists()


def test_the_worker_has_one_name_for_ever():
    assert reverse("notifications:worker") == "/push-worker.js"
    answer = Client().get("/push-worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cache-Control"] == "no-cache"
    assert b"showNotification" in b"".join(answer.streaming_content)
