"""Tidewater's month: the story's pieces brought as far as each has come.

What lies ahead goes through the services that the pages use; what lies behind was really published,
by the adapters to the sandbox, and is then dated back.
"""

import uuid
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership, Team, User
from approvals.models import Decision
from approvals.services import reviewers
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from config.demo import channels, past, pictures, week
from config.demo.past import Sent, Story
from config.demo.people import person
from config.demo.story import PIECES, Piece
from config.demo.wire import publish
from notifications.models import Message, Sending
from posts import content, payloads
from posts.models import MediaAsset, Post, Variant
from posts.services import comments, compose, schedule
from posts.services.comments import Words
from posts.services.media import store
from posts.states import DeliveryState, Stage
from posts.times import Moment, resolve
from publishers import registry
from publishers.models import Channel
from publishers.sandbox.models import RemotePost
from publishers.text import over_span

BEHIND = ("published", "refused", "unsure")
REFUSED = (
    "The platform refused this post: the linked page could not be opened. Check the link, then "
    "publish again."
)
UNSURE = "We sent this and got no answer. It may be live: have a look, then tell us."


class Month:
    def __init__(self, team: Team) -> None:
        self.team = team
        self.reviewer = person("carol")
        self.accounts = channels.connect_all(team, by=person("alice"))
        self.channels = channels.of(team)
        self.today = timezone.now().astimezone(team.zone).replace(tzinfo=None)
        self.assets = self._draw()

    def write(self) -> None:
        self._choose_reviewer()
        week.give(self.team, self.channels, today=self.today.date())
        behind = sorted((p for p in PIECES if p.ends in BEHIND), key=lambda piece: piece.day)
        past.write(self.team, [self._published(piece) for piece in behind])
        for piece in PIECES:
            if piece.ends not in BEHIND:
                self._ahead(piece)
        # The mails of decisions long taken would bury those that wait.
        open_now = Message.objects.filter(kind="review_asked", data__by__isnull=False)
        waiting = Post.objects.for_team(self.team).filter(reviews__state="open")
        titles = list(waiting.values_list("title", flat=True))
        Sending.objects.exclude(message__in=open_now.filter(data__title__in=titles)).delete()

    def _choose_reviewer(self) -> None:
        membership = Membership.objects.for_team(self.team).get(user=self.reviewer)
        reviewers.add(team=self.team, membership=membership)

    def _draw(self) -> dict[str, MediaAsset]:
        by, assets = person("bob"), {}
        for name in dict.fromkeys(piece.picture for piece in PIECES if piece.picture):
            upload = SimpleUploadedFile(f"{name}.jpg", pictures.draw(name), "image/jpeg")
            assets[name] = store(team=self.team, by=by, upload=upload)
        return assets

    def _moment(self, piece: Piece) -> Moment:
        day = (self.today + timedelta(days=piece.day)).date()
        return resolve(datetime.combine(day, piece.at), self.team.time_zone)

    def _texts(self, piece: Piece) -> dict[int, str | None]:
        """The short text where the whole one is above the platform's limit; else as the post."""
        whole = content.text_for(piece.body, piece.hashtags, None)
        return {
            channel.pk: piece.short if piece.short and _too_long(channel, whole) else None
            for channel in self.channels[: piece.channels]
        }

    # -- ahead: as people do it

    def _ahead(self, piece: Piece) -> None:
        author = person(piece.by)
        asset = self.assets.get(piece.picture)
        draft = compose.Draft(
            title=piece.title,
            body=piece.body,
            hashtags=piece.hashtags,
            tags=piece.tags,
            campaign=piece.campaign,
            channels={
                pk: compose.VariantDraft(text=text) for pk, text in self._texts(piece).items()
            }
            if piece.ends != "idea"
            else {},
            media=[(asset.pk, piece.alt)] if asset else [],
        )
        post = compose.create(team=self.team, by=author, draft=draft, idea=piece.ends == "idea")
        if piece.day:
            schedule.plan(post=post, at=self._moment(piece), by=author)
        if piece.ends in ("review", "changes", "approved", "scheduled"):
            self._review(post, piece, author)
        first = 0
        for who, text in piece.talk:
            said = comments.write(post=post, by=person(who), words=Words(text), parent=first)
            first = first or said.pk

    def _review(self, post: Post, piece: Piece, author: User) -> None:
        review = ask(post=post, by=author)
        if piece.ends == "review":
            return
        decide(
            request=review.requests.get(),
            kind=Decision.Kind.CHANGES if piece.ends == "changes" else Decision.Kind.APPROVE,
            seen_hash=review.content_hash,
            trace=Trace(via=Decision.Via.PAGE),
            comment=piece.comment,
        )

    # -- behind: really published, then dated back

    def _published(self, piece: Piece) -> Story:
        chosen, at = self.channels[: piece.channels], self._moment(piece).at
        story = Story(
            post=Post(
                team=self.team,
                title=piece.title,
                body=piece.body,
                hashtags=list(piece.hashtags),
                author=person(piece.by),
                created_at=at - past.DRAFTED,
            ),
            stage=Stage.SCHEDULED if piece.ends != "published" else Stage.DONE,
            at=at,
            channels=chosen,
            texts=self._texts(piece),
            picture=self.assets.get(piece.picture),
            alt=piece.alt,
            reviewer=self.reviewer,
        )
        troubled = chosen[-1] if piece.ends != "published" else None
        for channel in chosen:
            story.sent[channel.pk] = (
                _trouble(piece) if channel == troubled else self._publish(story, channel)
            )
        return story

    def _publish(self, story: Story, channel: Channel) -> Sent:
        assert story.at
        variants = [Variant(channel=channel, text=story.texts[channel.pk])]
        document = content.document(story.post, past.pictures(story), variants)
        token = str(uuid.uuid4())
        [payload] = payloads.items(document, channel.pk, client_token=token, created_at=story.at)
        before = RemotePost.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        outcome = publish(channel.platform, self.accounts[channel.pk], payload)
        RemotePost.objects.filter(pk__gt=before).update(accepted_at=story.at)
        return Sent(DeliveryState.PUBLISHED, outcome.remote_id, outcome.permalink)


def _too_long(channel: Channel, text: str) -> bool:
    return over_span(text, registry.spec_for(channel.platform).limits_of(channel.kind)) is not None


def _trouble(piece: Piece) -> Sent:
    if piece.ends == "refused":
        return Sent(DeliveryState.FAILED, problem=REFUSED)
    return Sent(DeliveryState.NEEDS_HUMAN, problem=UNSURE)
