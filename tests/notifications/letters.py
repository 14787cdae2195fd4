"""Every mail of the product, sent as the product sends it, with all that a mail has to bear."""

from collections.abc import Iterator
from datetime import timedelta

from allauth.core import context
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone

from accounts.adapter import AccountAdapter
from accounts.models import Membership, Team, User
from accounts.notices import NOTICES
from accounts.services import invitations
from approvals.models import Reviewer, Stage
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from approvals.services.undo import undo
from notifications import outbox
from notifications.kinds import KINDS
from notifications.models import Habits, Sending
from notifications.services import tell
from posts.models import Post
from posts.services import schedule
from posts.times import from_utc
from publishers import registry
from publishers.models import Channel
from tests.factories.posts import MediaAssetFactory, PostFactory, PostMediaFactory, refresh_hash

WORD = "Sargassumdriftobservationsnetworkannouncement" * 3
ARABIC = "بيانات مستوى البحر من أربعين عوامة متاحة الآن للجميع"
FULL = {
    "by": "Ines <b>",
    "title": "Two & more",
    "channels": "2 channels",
    "channel": "@tidewater",
    "reason": "the picture is too large",
    "when": "Mon 30 Nov, 09:00 (Europe/Lisbon)",
    "ends": "4 December, 09:00",
    "waiting": "4 posts",
    "team": "Tidewater",
    "name": "Our chat",
    "key": "Reports",
    "role": "editor",
    "until": "9 December 2026",
    "count": 4,
    "began": "09:02",
    "ended": "10:40",
    "what": "14 posts wait for you",
    "host": "worker-1",
    "seconds": "3.2",
    "where": "ahead of",
    "said": "Could the map go first?",
    "comment": "Could the map\ngo first?",
    "url": "/t/tidewater/posts/1/",
}
# Kinds that only their own services can tell.
TOLD_BY_SERVICES = ("review_asked", "review_receipt", "team_invitation")
STRANGE = (WORD, ARABIC, "🌊🛟 Ahoy " + "very " * 38 + "long")
BODY = (
    "Forty buoys, two more years.\n\nAll of it is open from today: https://tide.example/" + WORD
    + "\n\n🌊🛟 بيانات مستوى البحر متاحة الآن للجميع #sea #openData"
)  # fmt: skip
ACCOUNT = {
    "email_confirmation": {"activate_url": "http://127.0.0.1:8000/accounts/confirm-email/x/"},
    "email_confirmation_signup": {
        "activate_url": "http://127.0.0.1:8000/accounts/confirm-email/y/"
    },
    "password_reset_key": {"password_reset_url": "http://127.0.0.1:8000/accounts/reset/z/"},
    "account_already_exists": {"password_reset_url": "http://127.0.0.1:8000/accounts/reset/"},
    "unknown_account": {},
    "login_code": {"code": "KX3R-9PTM"},
}


def send_all(team: Team, owner: User, author: User, reviewer: User) -> None:
    """`owner` and `reviewer` get them, and Ruth, who is outside."""
    _kinds(team, owner)
    _reviews(team, author, reviewer)
    _invitation(team, owner)
    outbox.drain()
    _digest(team, author)
    outbox.drain()
    _account(owner)


def _kinds(team: Team, user: User) -> None:
    kinds = [kind.id for kind in KINDS.values() if kind.email and kind.id not in TOLD_BY_SERVICES]
    for kind in kinds:
        tell(kind=kind, team=team, user=user, data=FULL)
    for title in STRANGE:
        data = {**FULL, "title": title, "comment": f"{title}\n\n{title}"}
        tell(kind="review_changes", team=team, user=user, data=data)
    tell(kind="review_changes", team=team, email="out@demo.test", data={**FULL, "url": ""})


def _reviews(team: Team, author: User, reviewer: User) -> None:
    stage = Stage.objects.filter(workflow__team=team).first() or Stage.objects.create(
        workflow=team.workflows.create()
    )
    member = reviewer.memberships.get(team=team)
    Reviewer.objects.get_or_create(stage=stage, membership=member)
    Reviewer.objects.create(stage=stage, email="ruth@harbour.test", name="Ruth Abara")
    asked = [ask(post=post, by=author, note=note) for post, note in posts(team, author)]
    for review, kinds in zip(asked, (("approve",), ("changes",), ()), strict=False):
        for request in review.requests.filter(membership=None):
            for kind in kinds:
                said = {"kind": kind, "comment": f"{WORD}\n{ARABIC}", "trace": Trace("email")}
                decide(request=request, seen_hash=review.content_hash, **said)
    undo(request=asked[1].requests.get(membership=None), trace=Trace("email"))


def posts(team: Team, author: User) -> Iterator[tuple[Post, str]]:
    """Plain, with pictures and a thread, and with all that is hard to set."""
    channels = list(Channel.objects.for_team(team).order_by("pk"))
    plain = PostFactory(team=team, author=author, title="Open water day", channels=channels[:1])
    at = from_utc(timezone.now() + timedelta(days=3), team.time_zone)
    schedule.plan(post=plain, at=at, by=author)
    yield plain, ""
    whole = PostFactory(
        team=team, author=author, title="Forty buoys", kind=Post.Kind.THREAD,
        body=f"{BODY}\n\n" + "What the tide did at noon, and who saw it. " * 14,
    )  # fmt: skip
    threaded = [channel for channel in channels if _has(channel, "thread")]
    for channel in threaded:
        said = "The map: https://tide.example/map" if _has(channel, "first_comment") else ""
        whole.variants.create(channel=channel, first_comment=said)
    for alt in ("A yellow buoy at dusk", "", WORD):
        asset = MediaAssetFactory(team=team, width=1200, height=800)
        PostMediaFactory(post=whole, asset=asset, alt=alt)
    yield refresh_hash(whole), "Is the number right?\nThe map is new."
    for title in STRANGE:
        post = PostFactory(
            team=team, author=author, title=title[:200], body=title, channels=channels[:2]
        )
        yield post, title


def _has(channel: Channel, feature: str) -> bool:
    return feature in registry.ADAPTERS[channel.platform].spec.features


def _invitation(team: Team, owner: User) -> None:
    by = Membership.objects.get(team=team, user=owner)
    invitations.invite(team=team, email="new@demo.test", role="editor", by=by)


def _digest(team: Team, user: User) -> None:
    Habits.objects.update_or_create(user=user, defaults={"pace": Habits.Pace.DAILY})
    for title in ("Two & more", *STRANGE):
        tell(kind="review_changes", team=team, user=user, data={**FULL, "title": title})
    tell(kind="comment_mention", team=team, user=user, data=FULL)
    Sending.objects.filter(state=Sending.State.GATHERED).update(run_at=timezone.now())


def _account(user: User) -> None:
    request = RequestFactory().get("/", headers={"User-Agent": f"Mozilla/5.0 {WORD}"})
    request.user = AnonymousUser()
    with context.request_context(request):
        ours = AccountAdapter(request)
        for kind, more in ACCOUNT.items():
            ours.send_mail(f"account/email/{kind}", user.email, {"user": user, **more})
        named = {
            "from_email": "old@demo.test",
            "to_email": user.email,
            "deleted_email": "gone@demo.test",
            "provider": "Keycloak",
        }
        for prefix in NOTICES:
            ours.send_notification_mail(prefix, user, named, email=user.email)
