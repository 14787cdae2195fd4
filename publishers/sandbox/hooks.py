"""Events that simulated platforms tell this installation, signed as each of them signs.

They go out when a person asks for it on a page, or a test does: a real platform's would come at a
moment that nobody can plan with.
"""

from secrets import token_hex

import requests
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from publishers.sandbox import ids, roster
from publishers.sandbox.models import Account, Credential, HookCall, RemotePost
from publishers.sandbox.twin import Happening, HookRequest, Twin

SECONDS = 15
WORDS = "We were there this morning. When is the next one?"


def send(
    twin: Twin, account: Account, kind: str, *, post: RemotePost | None = None, words: str = ""
) -> HookCall:
    """Tell this installation now, and keep what it answered. `kind` is one that the twin tells."""
    happening = Happening(kind, account, post, words, id=token_hex(12), at=timezone.now())
    return _posted(account, kind, twin.hook(happening), address(twin))


def again(call: HookCall) -> HookCall:
    """The very same request once more, as platforms do that got no answer."""
    return _posted(call.account, call.kind, _kept(call), call.url)


def forged(call: HookCall) -> HookCall:
    """As somebody would send it who has seen one, and does not know the secret."""
    request = _kept(call)
    changed = HookRequest(request.body.replace(b"{", b'{"forged": true, ', 1), request.headers)
    return _posted(call.account, call.kind, changed, call.url, forged=True)


def comment(twin: Twin, post: RemotePost, words: str = WORDS) -> HookCall:
    """Somebody else answers the post, and the platform tells of it."""
    others = roster.of(twin).exclude(pk=post.account_id)
    who = others.filter(kind=Account.Kind.PERSON).first() or others.first() or post.account
    answer = RemotePost.objects.create(
        account=who, remote_id=ids.snowflake(), parent=post, text=words, body={}
    )
    return send(twin, post.account, "comment", post=answer, words=words)


def withdraw(twin: Twin, account: Account) -> HookCall | None:
    """The account takes back every access that it gave; None where the platform does not tell."""
    Credential.objects.filter(account=account).update(revoked_at=timezone.now())
    return send(twin, account, "revoked") if "revoked" in twin.tells else None


def address(twin: Twin) -> str:
    return settings.SITE_URL + reverse("publishers:hook", args=[twin.slug])


def _kept(call: HookCall) -> HookRequest:
    return HookRequest(bytes(call.body), call.headers)


def _posted(
    account: Account, kind: str, request: HookRequest, url: str, *, forged: bool = False
) -> HookCall:
    full = f"{url}?{request.query}" if request.query else url
    # The same web server answers: it may need the connection that this request holds.
    if not connection.in_atomic_block:
        connection.close()
    try:
        answer = requests.post(
            full,
            request.body,
            headers=dict(request.headers),
            timeout=SECONDS,
            allow_redirects=False,
        )
        status, said = answer.status_code, answer.text
    except requests.RequestException as error:
        status, said = 0, type(error).__name__
    return HookCall.objects.create(
        account=account,
        kind=kind,
        url=full,
        headers=dict(request.headers),
        body=request.body,
        forged=forged,
        status=status,
        answer=said[:300],
    )
