"""A team that has planned for two years, written as `count` posts, for what its pages cost."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Team, User
from approvals.models import Review
from bench import reviewing
from bench.world import AT_ONCE, Place, now, text
from calendar_app.services import slots
from config.demo import past
from config.demo.past import Sent, Story
from posts.models import Campaign, MediaAsset, Post, Tag
from posts.services import media
from posts.states import DeliveryState, Stage
from publishers.models import Channel

BEHIND, AHEAD = timedelta(days=547), timedelta(days=183)
# Of twenty posts that are still to come: most have their time, some wait for somebody.
COMING = [Stage.SCHEDULED] * 14 + [
    Stage.IN_REVIEW,
    Stage.CHANGES_REQUESTED,
    Stage.APPROVED,
    Stage.DRAFTING,
    Stage.DRAFTING,
    Stage.IDEA,
]
# The slots of every channel, each day.
TIMES = [time(9, 30), time(17, 45)]
# One in so many posts has a picture, and one in so many no time at all. Each picture is on so many.
PICTURED, UNTIMED, SHARED = 3, 50, 4
# The library shows whole pages from here on.
FEWEST_PICTURES = 100


@dataclass(frozen=True)
class Desk:
    """Whose pages are asked for, the moment around which they are, and a post of its own. `review`
    waits for them.
    """

    team: Team
    person: User
    at: datetime
    draft: Post
    channels: list[Channel]
    review: Review | None = None


def write(places: list[Place], count: int, reviews: int = 0) -> Desk:
    """The posts are spread evenly over the two years, one or two channels each."""
    team, person = places[0].channel.team, places[0].author
    channels = [place.channel for place in places]
    pictures, moment = _pictures(team, person, count // (PICTURED * SHARED)), now()
    campaigns = [Campaign.objects.create(team=team, name=f"Campaign {n}") for n in range(6)]
    for name in ("data", "people", "release", "storm"):
        Tag.objects.create(team=team, name=name)
    for first in range(0, count, AT_ONCE):
        stories = []
        for number in range(first, min(first + AT_ONCE, count)):
            at = moment - BEHIND + (BEHIND + AHEAD) * number / count
            chosen = [channels[number % len(channels)], channels[(number * 7 + 3) % len(channels)]]
            story = _story(number, at, at < moment, dict.fromkeys(chosen), person)
            story.post.campaign = campaigns[number % len(campaigns)]
            if number % PICTURED == 0:
                story.picture = pictures[number // PICTURED % len(pictures)]
            stories.append(story)
        past.write(team, stories)
    for channel in channels:
        for clock in TIMES:
            slots.add(channel=channel, weekdays=range(7), at=clock)
    review = reviewing.write(team, person, reviews) if reviews else None
    return Desk(team, person, moment, _draft(team, person, channels), channels, review)


def _story(
    number: int, at: datetime, gone: bool, channels: dict[Channel, None], author: User
) -> Story:
    post = Post(author=author, assignee=author, title=f"Post {number}", body=text("Desk", number))
    if gone:
        sent = {c.pk: Sent(DeliveryState.PUBLISHED, f"desk-{number}") for c in channels}
        return Story(post, Stage.DONE, at, list(channels), sent=sent, reviewer=author)
    stage = COMING[number % len(COMING)]
    timed = stage != Stage.DRAFTING or number % UNTIMED
    return Story(post, stage, at if timed else None, list(channels), reviewer=author)


def _draft(team: Team, author: User, channels: list[Channel]) -> Post:
    post = Post(author=author, title="A draft", body=text("Draft", 0))
    past.write(team, [Story(post, Stage.DRAFTING, now() + timedelta(days=2), channels[:3])])
    return post


def _pictures(team: Team, by: User, count: int) -> list[MediaAsset]:
    """One is stored; the others are rows that show the same file."""
    held = BytesIO()
    Image.new("RGB", (1200, 800), "#2f6f73").save(held, "JPEG")
    file = SimpleUploadedFile("buoy.jpg", held.getvalue(), "image/jpeg")
    first = media.store(team=team, by=by, upload=file)
    shown = {
        name: getattr(first, name)
        for name in ("file", "thumbnail", "mime", "width", "height", "bytes")
    }
    rows = [
        MediaAsset(
            team=team,
            uploaded_by=by,
            sha256=sha256(b"%d" % number).hexdigest(),
            name=f"buoy-{number}.jpg",
            **shown,
        )
        for number in range(1, max(count, FEWEST_PICTURES))
    ]
    return [first, *MediaAsset.objects.bulk_create(rows, batch_size=AT_ONCE)]
