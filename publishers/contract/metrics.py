"""What posts and accounts are measured by: one name for one thing on all platforms."""

from collections.abc import Mapping
from typing import Literal

# Of a post: how often it was shown, to how many, how often watched or read, and what people did.
type PostMetric = Literal[
    "impressions",
    "reach",
    "views",
    "likes",
    "comments",
    "shares",
    "quotes",
    "saves",
    "clicks",
    "link_clicks",
    "profile_clicks",
    "watch_seconds",
    "score",
    "upvote_ratio",
]
# Of an account.
type AccountMetric = Literal[
    "followers",
    "following",
    "posts",
    "impressions",
    "reach",
    "views",
    "engagements",
    "clicks",
    "likes",
    "profile_views",
    "karma",
]
# What a platform says now; what it does not say is left out, never 0.
type Figures = Mapping[str, float]
