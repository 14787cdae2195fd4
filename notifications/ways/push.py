"""A message as a notification of a browser. Push services see neither its words nor whose it is."""

import json
import time
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from accounts import languages
from accounts.sealing import Unreadable
from notifications import browsers, calling, webpush, wishes
from notifications.calling import Answer, Outcome, Refused
from notifications.kinds import KINDS, PUSH
from notifications.models import Browser, Message, Sending
from notifications.ways import Later, Never, Result, Sent, Waits
from notifications.ways.email import may_still_know

SECONDS = 5.0
TTL = 24 * 60 * 60
LONGEST = 300
GONE = (404, 410)


@dataclass(frozen=True)
class Letter:
    address: str
    body: bytes
    headers: dict[str, str]


def prepare(sending: Sending) -> Letter | Result:
    """All that needs the database or the keys."""
    message, browser = sending.message, sending.browser
    if browser is None or not may_still_know(message) or browser.user_id != message.user_id:
        return Never("The recipient is no longer in the team.")
    theirs = wishes.of_one(message.user_id)
    if not settings.VAPID_KEY or not theirs.want(message.kind, PUSH):
        return Never("The recipient no longer wants this.")
    if until := theirs.quiet_until(timezone.now(), message.kind):
        return Waits(until)
    try:
        address, receiver, auth = browsers.opened(browser)
    except Unreadable:
        return Never("The browser was sealed under a key that is gone.")
    body = webpush.encrypt(_words(message), receiver=receiver, auth=auth)
    return Letter(address, body, _headers(message, address))


def hand_over(letter: Letter) -> Outcome:
    return calling.post(letter.address, letter.body, letter.headers, seconds=SECONDS)


def became(sending: Sending, outcome: Outcome) -> Result:
    """A browser that is gone is forgotten, and with it what waits for it."""
    if isinstance(outcome, Refused):
        return Never(outcome.reason)
    if not isinstance(outcome, Answer):
        return Later(outcome.reason)
    rows = Browser.objects.filter(pk=sending.browser_id or 0)
    if 200 <= outcome.status < 300:
        rows.update(used_at=timezone.now())
        return Sent()
    if outcome.status in GONE:
        rows.delete()
    if outcome.status == 429 or outcome.status >= 500:
        return Later(f"The push service answered {outcome.status}.")
    return Never(f"The push service answered {outcome.status}.")


def _words(message: Message) -> bytes:
    """`tag`: a repeated one takes the place of the first."""
    with override(languages.of_mail(message.user)):
        line = str(KINDS[message.kind].line).format(**message.facts)
    said = {
        "title": message.team.name,
        "body": line[:LONGEST],
        "url": str(message.data.get("url") or "/"),
        "tag": f"drumbeat-{message.pk}",
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _headers(message: Message, address: str) -> dict[str, str]:
    contact = f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
    key = webpush.private(settings.VAPID_KEY)
    return {
        "Authorization": webpush.authorization(
            address, key=key, contact=contact, now=int(time.time())
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL),
        "Urgency": "high" if KINDS[message.kind].urgent else "normal",
        "Topic": f"m{message.pk}",
    }
