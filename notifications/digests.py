"""One mail with everything since the last: gathered when it is due, and never changed afterwards.

`gather` moves what waits for a person into a digest in one transaction; from then on it is a row of
the outbox like others, and what it holds is sent under one Message-ID however often it is tried.
"""

from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from accounts import languages
from accounts.models import Membership, User
from notifications import leasing, wishes
from notifications.kind import sentence
from notifications.kinds import KINDS
from notifications.models import Digest, Habits, Message, Sending
from notifications.unsubscribing import DIGEST
from notifications.ways import Never, Result, Waits
from notifications.ways.email import hand_over, headers, stop_url
from ui import dates, mail

State = Sending.State
# Longer mails are cut off by the programs that read them.
MOST_SHOWN = 100
PEOPLE_PER_DRAIN = 50
GONE = "The recipient is no longer in a team that this is about."
SWITCHED_OFF = "The recipient no longer wants mails."


def gather() -> int:
    """Make the digests that are due; how many."""
    due = Sending.objects.filter(state=State.GATHERED, digest=None, run_at__lte=timezone.now())
    people = list(due.values_list("message__user", flat=True).distinct()[:PEOPLE_PER_DRAIN])
    return sum(_gathered(user_id) for user_id in people if user_id is not None)


@transaction.atomic
def _gathered(user_id: int) -> bool:
    """The person's row is what two workers meet at; whoever comes second finds nothing left."""
    users = User.objects.select_for_update(skip_locked=True, no_key=True)
    if not users.filter(pk=user_id).exists():
        return False
    waiting = list(
        Sending.objects.select_for_update(of=("self",))
        .filter(message__user=user_id, state=State.GATHERED, digest=None)
        .values_list("pk", "run_at")
    )
    if not any(run_at <= timezone.now() for _pk, run_at in waiting):
        return False
    digest = Digest.objects.create(user_id=user_id)
    Sending.objects.filter(pk__in=[pk for pk, _run_at in waiting]).update(digest=digest)
    return True


def rows() -> QuerySet[Digest]:
    return Digest.objects.select_related("user")


def deliver(digest: Digest) -> Result:
    theirs = wishes.of_one(digest.user_id)
    if until := theirs.quiet_until(timezone.now()):
        return Waits(until)
    if theirs.habits.pace == Habits.Pace.NEVER:
        return Never(SWITCHED_OFF)
    messages = held(digest)
    return hand_over(compose(digest, messages, theirs.zone)) if messages else Never(GONE)


@transaction.atomic
def settle(digest: Digest, result: Result) -> None:
    """What it held has arrived with it, or failed with it."""
    if not leasing.settle(digest, result):
        return
    digest.refresh_from_db(fields=["state", "sent_at", "error"])
    if digest.state in (State.SENT, State.FAILED):
        digest.sendings.update(state=digest.state, sent_at=digest.sent_at, error=digest.error)


def held(digest: Digest) -> list[Message]:
    """In the order of teams and then of time, of teams that the person is still in."""
    teams = Membership.objects.filter(user_id=digest.user_id, user__is_active=True).values("team")
    messages = Message.objects.filter(sendings__digest=digest, team__in=teams)
    return list(messages.select_related("team").order_by("team__name", "team", "pk"))


class Line(NamedTuple):
    message: Message
    said: str
    sentence: str
    action: str
    url: str
    at: str


def compose(digest: Digest, messages: list[Message], zone: ZoneInfo) -> EmailMessage:
    with override(languages.of_mail(digest.user)):
        shown, stop = messages[:MOST_SHOWN], stop_url(digest.user_id, DIGEST)
        groups = groupby(shown, key=lambda message: message.team)
        context = {
            "teams": [(team, [_line(each, zone) for each in some]) for team, some in groups],
            "count": len(messages),
            "more": len(messages) - len(shown),
            "names": ", ".join(dict.fromkeys(message.team.name for message in messages)),
            "stop": stop,
        }
        name = f"digest.{digest.pk}"
        return mail.render(
            "digest", to=[digest.user.email], context=context, headers=headers(name, stop)
        )


def _line(message: Message, zone: ZoneInfo) -> Line:
    facts: dict[str, Any] = message.facts
    kind, url = KINDS[message.kind], str(facts.get("url") or "")
    said = str(kind.line).format(**facts)
    at = dates.placed(message.created_at, "j F, H:i", zone)
    return Line(
        message, said, sentence(said), str(kind.action), mail.absolute(url) if url else "", at
    )
