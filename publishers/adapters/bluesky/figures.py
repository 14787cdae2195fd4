"""What is counted of posts and of the account. Called by the modules beside it.

By the account's own server, which asks whoever shows posts and people: it lags by some seconds.
How often a post was seen is not told.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from publishers.adapters.bluesky.server import Server
from publishers.contract import AccountMetric, Figures, NotPublished, PostMetric, Reply
from publishers.verdicts import figures_at, list_at, text_at

POSTS_QUERY = "app.bsky.feed.getPosts"
AT_ONCE = 25
COUNTED: Mapping[str, PostMetric] = {
    "likeCount": "likes",
    "replyCount": "comments",
    "repostCount": "shares",
    "quoteCount": "quotes",
    "bookmarkCount": "saves",
}
OF_ACCOUNT: Mapping[str, AccountMetric] = {
    "followersCount": "followers",
    "followsCount": "following",
    "postsCount": "posts",
}


def query_of(uris: Sequence[str]) -> str:
    return urlencode([("uris", uri) for uri in uris])


def of_posts(server: Server, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
    """Those that are gone are not among them."""
    uris, told = [one for one in remote_ids if one.startswith("at://")], dict[str, Figures]()
    for first in range(0, len(uris), AT_ONCE):
        query = query_of(uris[first : first + AT_ONCE])
        reply = server.ask("GET", f"{POSTS_QUERY}?{query}", headers=server.bearer())
        if not isinstance(reply, Reply):
            return reply
        rows = list_at(reply.json, "posts")
        told |= {text_at(row, "uri"): figures_at(row, COUNTED) for row in rows}
    return {uri: told[uri] for uri in uris if uri in told}


def of_account(server: Server) -> Figures | NotPublished:
    query = {"actor": server.account.remote_id}
    reply = server.ask("GET", "app.bsky.actor.getProfile", headers=server.bearer(), params=query)
    return figures_at(reply.json, OF_ACCOUNT) if isinstance(reply, Reply) else reply
