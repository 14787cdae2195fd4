"""Would a platform take this post? Asked while one writes, and again before it is due."""

from collections.abc import Sequence

from publishers import limits, registry
from publishers.contract import Payload
from publishers.limits import Problem


def problems(
    items: Sequence[Payload], platform: str, *, account: str = "", thread: bool = False
) -> list[Problem]:
    """A post with all that follows it; `account` and `thread` as in limits.check_all().

    What does not go together is asked of the adapter only where every limit holds.
    """
    if platform not in registry.ADAPTERS:
        message = f"This version of Drumbeat does not know {platform}."
        return [Problem("error", "unknown_platform", message, "Take this channel off the post.")]
    spec = registry.spec_for(platform)
    found = limits.check_all(items, spec, account=account, thread=thread)
    if any(problem.level == "error" for problem in found):
        return found
    wrong = registry.adapter_for(platform).mistake(items[0], account)
    return [Problem("error", wrong.code or "mistake", wrong.reason, ""), *found] if wrong else found
