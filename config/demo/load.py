"""Posts by the thousand, to see how pages and the clock bear it. The same seed, the same posts."""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Team
from config.demo import channels, past
from config.demo.past import Sent, Story
from config.demo.people import person
from posts.models import Post
from posts.states import DeliveryState, Stage

OPENINGS = ("Station", "Buoy", "Float", "Survey line", "Tide gauge", "Glider", "Mooring")
FINDINGS = (
    "reports again after a quiet week",
    "passed its yearly check",
    "has a new oxygen sensor",
    "saw the warm water arrive",
    "went through the storm without a gap",
    "is off for cleaning until Friday",
)
ENDINGS = (
    "The numbers are in the catalogue, free to use.",
    "Details and the uncorrected file are in the field notes.",
    "Questions are welcome; so are corrections.",
)
# Of a hundred posts: what lies behind is published, what lies ahead is mostly scheduled.
AHEAD = {Stage.SCHEDULED: 55, Stage.APPROVED: 15, Stage.DRAFTING: 20, Stage.IDEA: 10}


def add(team: Team, *, posts: int, months: int, seed: int) -> None:
    dice = random.Random(seed)
    known, authors = channels.of(team), [person("alice"), person("bob")]
    reviewer, now = person("carol"), timezone.now()
    start, span = now - timedelta(days=15 * months), timedelta(days=30 * months)
    stories = []
    for number in range(posts):
        at = start + span * ((number + dice.random()) / posts)
        at = at.replace(second=0, microsecond=0)
        stage = _stage(dice, at, now)
        story = Story(
            post=Post(author=dice.choice(authors), **_words(dice, number)),
            stage=stage,
            at=at,
            channels=dice.sample(known, dice.randint(1, len(known))),
            reviewer=reviewer,
        )
        if stage == Stage.DONE:
            remote = f"load-{seed}-{now:%Y%m%d%H%M%S}-{number}"
            story.sent = {c.pk: Sent(DeliveryState.PUBLISHED, remote) for c in story.channels}
        stories.append(story)
    past.write(team, stories)


def _stage(dice: random.Random, at: datetime, now: datetime) -> Stage:
    if at <= now:
        return Stage.DONE
    return dice.choices(list(AHEAD), list(AHEAD.values()))[0]


def _words(dice: random.Random, number: int) -> dict[str, str]:
    subject = f"{dice.choice(OPENINGS)} {dice.randint(2, 60)}"
    title = f"{subject} {dice.choice(FINDINGS)}"
    # The number keeps each text different: platforms refuse repetition.
    return {"title": title, "body": f"{title}. {dice.choice(ENDINGS)} Note {number + 1}."}
