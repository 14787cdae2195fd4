"""The demo as the browser sees it: a few strange posts, and the links that only mails carry."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from accounts.services import invitations
from approvals.models import Review, Stage
from approvals.plan import Person
from approvals.services import reviewers
from approvals.services.inviting import invite
from calendar_app.models import SavedView
from calendar_app.services.saved import save
from delivery.models import Rewind, Stray
from notifications import unsubscribing
from notifications.models import Endpoint, Message
from notifications.sealing import unseal
from posts.models import (
    BulkAct,
    Campaign,
    Comment,
    Delivery,
    Import,
    MediaAsset,
    Post,
    Template,
    Variant,
)
from posts.outline import Outline, Placeholder
from posts.services import blackouts, hashtags, schedule, templates
from posts.services.edits import Tagging, rewrite
from posts.services.selection import apply, load
from posts.states import TROUBLED
from posts.times import from_utc
from publishers.models import Channel
from publishers.sandbox.mail import CatcherBackend
from publishers.sandbox.models import Account, Mail
from tests.factories.notifications import endpoint_for
from tests.posts.importing import checked, done, taken_in, text

SECRET = "JBSWY3DPEHPK3PXP"
WORDS = "Sargassumdriftobservationsnetworkannouncement" * 3
# What a page has to bear: long words, another direction, emoji, the longest title there may be.
TITLES = (
    WORDS,
    "بيانات مستوى البحر من أربعين عوامة متاحة الآن للجميع",
    "🌊🛟 Ahoy " + "very " * 38 + "long",
)


class World:
    """The demo with a few strange posts, and the links that only mails carry."""

    def __init__(self) -> None:
        self.team = Team.objects.get(slug="tidewater")
        self.alice, self.bob, self.vera = map(self.user, ("alice", "bob", "vera"))
        soon = timezone.now() + timedelta(days=2)
        for number, title in enumerate([*TITLES, *("Also on this day",) * 3]):
            post = Post.objects.create(
                team=self.team, author=self.bob, title=title[:200], body=title, stage="drafting"
            )
            if number:
                moment = from_utc(soon, self.team.time_zone)
                schedule.plan(post=post, at=moment, by=self.bob)

        long = Campaign.objects.create(team=self.team, name=WORDS[:80])
        Post.objects.filter(pk=self.post("done").pk).update(campaign=long)

    def user(self, name: str) -> User:
        return User.objects.get(email=f"{name}@demo.test")

    def url(self, name: str, **kwargs: object) -> str:
        if name.startswith(
            (
                "posts",
                "calendar",
                "approvals:q",
                "approvals:re",
                "approvals:gates",
                "approvals:po",
                "approvals:st",
                "approvals:wo",
                "delivery",
                "publishers",
                "notif",
                "accounts:audit",
                "accounts:api",
            )
        ):
            kwargs = {"team": self.team.slug, **kwargs}
        return reverse(name, kwargs=kwargs or None)

    def post(self, stage: str) -> Post:
        return Post.objects.for_team(self.team).filter(stage=stage, variants__isnull=False)[0]

    @cached_property
    def draft(self) -> Post:
        return Post.objects.for_team(self.team).filter(
            stage="drafting", title="Winter survey: what we found"
        )[0]

    def importing(self, step: str) -> Import:
        """A plan in English with all that a page has to bear."""
        rows = [("text", WORDS, ""), *((title, "Nowhere, " + WORDS, "Sea") for title in TITLES)]
        rows += [(f"{step} {title}", "", "New") for title in TITLES]
        if step == "mapping":
            return taken_in(self.team, self.alice, text(*rows), f"{WORDS}.csv")
        make = checked if step == "checked" else done
        return make(self.team, self.alice, *rows, chosen=["text", "channels", "tags"])

    @cached_property
    def talked(self) -> Post:
        """A post with comments of every kind."""
        carol, vera = self.user("carol"), self.team.memberships.get(user=self.vera).pk
        first = Comment.objects.create(
            team=self.team, post=self.draft, author=carol, external=True, mentions=[vera],
            text=f"<@{vera}>, could the map go first? https://tide.example/{WORDS}",
        )  # fmt: skip
        said = {"team": self.team, "post": self.draft, "author": self.alice}
        now = timezone.now()
        Comment.objects.create(parent=first, text="بالتأكيد 🌊\nToday.", edited_at=now, **said)
        Comment.objects.create(
            text=WORDS, resolved_at=now, resolved_by=self.bob, **said | {"author": carol}
        )
        gone = Comment.objects.create(deleted_at=now, **said)
        Comment.objects.create(parent=gone, text="Yes.", **said | {"author": carol})
        return self.draft

    @cached_property
    def view(self) -> SavedView:
        return save(
            team=self.team, by=self.alice, name=WORDS[:60], page="list", query="", shared=True
        )

    @cached_property
    def swept(self) -> BulkAct:
        """Tags for two posts, of which one has them."""
        drafts = Post.objects.for_team(self.team).filter(stage="drafting", version=1)
        one, other = drafts.exclude(pk=self.draft.pk).order_by("pk")[:2]
        act, ids = Tagging([WORDS[:40], "sea"]), [one.pk, other.pk]
        rewrite(other, self.bob, tags=act.names)
        seen = {line.mark for line in act.lines(load(self.team, ids))}
        return apply(team=self.team, ids=ids, act=act, seen=seen, by=self.alice)

    @cached_property
    def review(self) -> Review:
        return Review.objects.for_team(self.team).filter(state="open")[0]

    @cached_property
    def endpoint(self) -> Endpoint:
        return endpoint_for(self.team, self.alice)

    def unsubscribe_link(self) -> str:
        token = unsubscribing.token(self.bob.pk, "reviews")
        return reverse("notifications:unsubscribe", args=[token])

    @cached_property
    def asset(self) -> MediaAsset:
        return MediaAsset.objects.for_team(self.team)[0]

    @cached_property
    def template(self) -> Template:
        said = Outline(
            name=WORDS[:120],
            category="بيانات",
            title="{{ buoy }}",
            body=f"{{{{ buoy }}}} {WORDS}\n\n{TITLES[1]} {{{{ day_of_the_week }}}}",
            channels={self.channel.pk: WORDS},
            placeholders=[Placeholder("buoy", default=WORDS), Placeholder("day_of_the_week")],
        )
        made = templates.create(team=self.team, by=self.alice, outline=said)
        templates.save(template=made, outline=replace(said, body=TITLES[1]), version=1, by=self.bob)
        hashtags.create(team=self.team, name=WORDS[:60], tags=[WORDS[:100], "بيانات"])
        return made

    @cached_property
    def crowded(self) -> date:
        """A day that is set aside, on which posts are too close to each other."""
        at = (timezone.now() + timedelta(days=3)).replace(hour=11, minute=0)
        for number, title in enumerate(TITLES):
            post = Post.objects.create(
                team=self.team, author=self.bob, title=title[:200], body=f"Close: {title}"
            )
            Variant.objects.create(post=post, channel=self.channel)
            moment = from_utc(at + timedelta(minutes=7 * number), self.team.time_zone)
            schedule.plan(post=post, at=moment, by=self.bob)
        day = at.date()
        blackouts.add(
            team=self.team, name=WORDS[:80], starts_on=day, ends_on=day, yearly=False, blocks=False
        )
        return day

    @cached_property
    def trouble(self) -> Delivery:
        return Delivery.objects.for_team(self.team).filter(state__in=TROUBLED)[0]

    @cached_property
    def channel(self) -> Channel:
        return Channel.objects.for_team(self.team)[0]

    @cached_property
    def account(self) -> Account:
        return Account.objects.filter(posts__isnull=False)[0]

    @cached_property
    def stage(self) -> Stage:
        """With a person, a role and somebody outside."""
        stage = Stage.objects.filter(workflow__team=self.team)[0]
        Stage.objects.filter(pk=stage.pk).update(name=WORDS[:80])
        reviewers.add(team=self.team, stage=stage, role="editor")
        reviewers.add(team=self.team, stage=stage, email="ruth@harbour.test", name=WORDS[:120])
        return stage

    @property
    def asked_about(self) -> str:
        return self.url("approvals:workflows") + f"?post={self.draft.pk}"

    def review_link(self) -> str:
        asked = self.review.requests.earliest("pk")
        invite(self.review, Person(asked.name, asked.email, asked.membership_id))
        message = Message.objects.filter(kind="review_asked").latest("pk")
        return urlsplit(unseal(message.sealed)["link"]).path

    def invitation_link(self, email: str) -> str:
        membership = self.alice.memberships.get(team=self.team)
        made = invitations.invite(team=self.team, email=email, role="editor", by=membership)
        return self.url("accounts:invitation", token=invitations.issue_token(made))

    def password_link(self) -> str:
        token = default_token_generator.make_token(self.bob)
        key = f"{user_pk_to_url_str(self.bob)}-{token}"
        return reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": key.split("-", maxsplit=1)[0], "key": key.split("-", 1)[1]},
        )

    def confirm_link(self) -> str:
        address = EmailAddress.objects.create(user=self.bob, email="bob@new.test", verified=False)
        return reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])

    def caught_mail(self) -> Mail:
        mail = EmailMultiAlternatives("Look at this", "As text.", to=["carol@demo.test"])
        mail.attach_alternative("<p>As a page.</p>", "text/html")
        CatcherBackend().send_messages([mail])
        return Mail.objects.latest("pk")

    def restored_link(self) -> str:
        """From here on every page of the team says that the database was restored."""
        rewind = Rewind.objects.create(noticed_at=timezone.now(), done_at=timezone.now())
        asked = Delivery.objects.filter(state="needs_human", team=self.team)
        asked.update(unknown_since=rewind.noticed_at)
        channel = Channel.objects.for_team(self.team).first()
        Stray.objects.create(
            team=self.team, channel=channel, at=timezone.now(), delivery_no=4711, post_no=815,
            attempt_no=1, content_hash="a" * 64, account=channel.account,
            noticed_at=rewind.noticed_at,
        )  # fmt: skip
        return reverse("delivery:restored", args=[self.team.slug])

    def second_factor(self) -> None:
        for user in (self.vera, self.bob):
            TOTP.activate(user, SECRET)
            RecoveryCodes.activate(user)

    def security_key(self) -> Authenticator:
        data = {"name": "Key on my ring", "credential": {"clientExtensionResults": {}}}
        return Authenticator.objects.create(user=self.vera, type="webauthn", data=data)
