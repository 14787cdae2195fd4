"""Numbers that grow: what a post and an account are measured by. Pure arithmetic of ids and times.

The same question at the same moment has the same answer, and no number ever becomes smaller.
"""

import hashlib
import math
from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from publishers.sandbox.models import Account, RemotePost

HOUR = 3600.0
# Most of it comes in the first day, the rest within a week or two.
SOON, LATE = (0.8, 7 * HOUR), (0.2, 90 * HOUR)
# How much of each there is for one time that a post is shown.
SHARES: Mapping[str, float] = {
    "impressions": 1.0,
    "reach": 0.78,
    "views": 0.62,
    "engagements": 0.071,
    "likes": 0.034,
    "comments": 0.0036,
    "shares": 0.0058,
    "quotes": 0.0011,
    "saves": 0.0041,
    "clicks": 0.022,
    "link_clicks": 0.013,
    "profile_clicks": 0.006,
    "watch_seconds": 4.7,
    "score": 0.029,
}


def of_post(post: RemotePost, *names: str, at: datetime | None = None) -> dict[str, int]:
    """By these names (keys of SHARES) what a post has by then."""
    shown = (
        180
        * math.exp(2.2 * _chance(post.account.remote_id))
        * math.exp(2.6 * _chance(post.remote_id))
    )
    grown = _grown(((at or timezone.now()) - post.accepted_at).total_seconds())
    return {
        name: int(shown * grown * SHARES[name] * (0.6 + 0.8 * _chance(post.remote_id, name)))
        for name in names
    }


def followers(account: Account, at: datetime | None = None) -> int:
    """How many follow the account by then: some from the start, and a few more every day."""
    days = max(0.0, ((at or timezone.now()) - account.created_at).total_seconds() / (24 * HOUR))
    first = int(300 * math.exp(4 * _chance(account.remote_id, "followers")))
    return first + int(days * (1 + 24 * _chance(account.remote_id, "daily")))


def of_account(account: Account, *names: str, at: datetime | None = None) -> dict[str, int]:
    """The sums over the account's posts by then, by names of SHARES."""
    total = dict.fromkeys(names, 0)
    for post in account.posts.public().select_related("account"):
        for name, value in of_post(post, *names, at=at).items():
            total[name] += value
    return total


def _chance(*words: str) -> float:
    """From 0 to 1, always the same for the same words."""
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def _grown(age: float) -> float:
    """How much of the total is there after so many seconds, from 0 to 1."""
    return sum(part * (1 - math.exp(-max(0.0, age) / pace)) for part, pace in (SOON, LATE))
