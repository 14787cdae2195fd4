"""Who may reply to a post and quote it: records under the post's own key, written with it.

Called by the adapter beside it. Before the post they would be there in vain: what shows posts looks
for gates only when they come after it.
"""

from typing import Any

from publishers.contract import Payload

THREADGATES, POSTGATES = "app.bsky.feed.threadgate", "app.bsky.feed.postgate"
GATES = (THREADGATES, POSTGATES)
RULES = {
    "mentioned": f"{THREADGATES}#mentionRule",
    "following": f"{THREADGATES}#followingRule",
    "followers": f"{THREADGATES}#followerRule",
}


def of(payload: Payload, uri: str, created: str) -> dict[str, dict[str, Any]]:
    """By collection. Replies are of a whole thread, quotes of each of its parts."""
    made: dict[str, dict[str, Any]] = {}
    replies, quoting = (payload.options.get(name, "") for name in ("replies", "quoting"))
    said = {"post": uri, "createdAt": created}
    if replies and payload.kind == "post":
        # No rule at all lets nobody reply.
        allow = [{"$type": RULES[one]} for one in replies.split(",") if one in RULES]
        made[THREADGATES] = {"$type": THREADGATES, **said, "allow": allow}
    if quoting and payload.kind != "comment":
        rules = [{"$type": f"{POSTGATES}#disableRule"}]
        made[POSTGATES] = {"$type": POSTGATES, **said, "embeddingRules": rules}
    return made
