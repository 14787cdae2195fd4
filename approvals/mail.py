"""What the letter to a reviewer says: the post as it will appear, from the frozen revision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from accounts import languages
from approvals import naming, tokens
from approvals.models import Decision, Review, ReviewRequest
from posts import content, renditions
from posts.models.media import length
from posts.queries import crops
from publishers import registry
from publishers.contract import Preview
from publishers.models import Channel
from ui import dates

_PLAIN = Preview("feed", ())


@dataclass(frozen=True)
class Files:
    """Where a page finds them by id: a picture, what a video shows at its beginning, the video;
    and what a platform gets of a picture, by its recipe, for who cannot draw a part of one.
    """

    picture: Callable[[int], str]
    poster: Callable[[int], str]
    video: Callable[[int], str] | None = None
    made: Callable[[int, str], str] | None = None


def letter(review: Review, request: ReviewRequest) -> dict[str, Any]:
    """JSON for `tell`. Times are written out in the team's zone and the reader's language: a mail
    has no other clock.
    """
    language = languages.of_mail(request.membership.user if request.membership else None)
    said = shown(review, Files(mail_picture, mail_picture, made=mail_picture))
    with override(language):
        times = _times(review, request)
    return {
        "by": str(review.asked_by),
        "title": str(review.post),
        "team": review.team.name,
        "reviewer": request.name,
        "note": review.note,
        "signs_in": request.signs_in,
        "instead": request.stands_for.name if request.stands_for else "",
        "channels": said,
        "others": max(0, len(said) - 1),
        "alike": ", ".join(entry["named"] for entry in said[1:] if entry["same"]),
        "channel_names": ", ".join(entry["named"] for entry in said),
        "language": language,
        "zone": dates.city(review.team.zone),
        "before": _answered_before(review, request),
        **times,
    }


def _times(review: Review, request: ReviewRequest) -> dict[str, str]:
    """Where the post's own time says whose clock it is, the next line need not."""
    zone, planned = review.team.zone, review.post.planned_at
    by, until, shape = request.answer_by, request.expires_at, "l j F, H:i"
    return {
        "when": dates.written(planned.astimezone(zone), "l j F \\a\\t H:i") if planned else "",
        "answer_by": dates.written(by.astimezone(zone), shape)
        if planned
        else dates.placed(by, shape, zone),
        "until": dates.placed(until, shape, zone),
    }


def _answered_before(review: Review, request: ReviewRequest) -> bool:
    """Whether the page will show what is new since the reader's answer to an earlier version."""
    answers = Decision.objects.filter(review__post=review.post_id, review__lt=review.pk)
    theirs = answers.filter(request__email__iexact=request.email)
    return theirs.exclude(kind=Decision.Kind.WITHDRAWN).exists()


def shown(review: Review, files: Files) -> list[dict[str, Any]]:
    """Per channel: who posts where, which text and what follows it, which pictures."""
    document = review.revision.snapshot["channels"]
    channels = Channel.objects.for_team(review.team).in_bulk([int(pk) for pk in document])
    named = naming.names(channels.values())
    titles = {pk: _title(channel, review.revision.snapshot) for pk, channel in channels.items()}
    words = {
        pk: (titles[pk], *_words(document[str(pk)], channel.platform))
        for pk, channel in channels.items()
    }
    first = next(iter(words.values()), None)
    return [
        {
            **_said(channel, document[str(pk)], files),
            "named": named[pk],
            "title": titles[pk],
            "same": words[pk] == first,
        }
        for pk, channel in channels.items()
    ]


def _title(channel: Channel, snapshot: Mapping[str, Any]) -> str:
    """Empty where the platform has none."""
    adapter = registry.ADAPTERS.get(channel.platform)
    return str(snapshot["title"]) if adapter and adapter.spec.limits.title else ""


def _words(said: Mapping[str, Any], platform: str) -> tuple[Any, ...]:
    """With its title all that a reader sees of a channel; `same` is what looks like the first."""
    cuts = [renditions.cut_of(picture, platform) for picture in said["media"]]
    return content.texts_of(said), said["first_comment"], said["media"], cuts


def _said(channel: Channel, said: Mapping[str, Any], files: Files) -> dict[str, Any]:
    """Also for a platform that this version no longer has: what was asked about stays readable."""
    head, *parts = content.texts_of(said)
    adapter = registry.ADAPTERS.get(channel.platform)
    drawn = adapter.spec.preview if adapter else _PLAIN
    return {
        "pk": channel.pk,
        "channel": str(channel),
        "handle": channel.handle,
        "platform": registry.name_of(channel.platform),
        "slug": channel.platform,
        "layout": drawn.layout,
        "actions": list(drawn.actions),
        "text": head,
        "parts": parts,
        "comment": said["first_comment"],
        "pictures": [_one(picture, files, channel.platform) for picture in said["media"]],
    }


def _one(picture: Mapping[str, Any], files: Files, platform: str) -> dict[str, Any]:
    if not picture["mime"].startswith("video/"):
        return _still(picture, files, platform)
    return {
        "alt": picture["alt"],
        "src": files.poster(picture["asset"]),
        "video": files.video(picture["asset"]) if files.video else "",
        "length": length(picture["seconds"]),
    }


def _still(picture: Mapping[str, Any], files: Files, platform: str) -> dict[str, Any]:
    """`cut`: what of it the platform shows, in the shape that people call `shape`; None for the
    whole.
    """
    recipe = renditions.recipe_for(picture, platform)
    said = {
        "alt": picture["alt"],
        "src": files.picture(picture["asset"]),
        "cut": None,
        "width": picture["width"],
        "height": picture["height"],
    }
    if recipe is None or recipe.box is None:
        return said
    if files.made is not None:
        said["src"] = files.made(picture["asset"], recipe.key)
    spec = registry.ADAPTERS[platform].spec
    return {**said, "cut": recipe.box, "shape": crops.shape(picture["height"], recipe.box, spec)}


def mail_picture(asset_id: int, recipe: str = "") -> str:
    signed = tokens.sign_picture(asset_id, recipe)
    return reverse("approvals:mail_picture", kwargs={"signed": signed})
