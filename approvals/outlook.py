"""Who will be asked about a post, and why, for a page to say before anybody is."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from accounts.models import Team
from approvals import flows
from approvals.models import Reviewer, Stage, Workflow
from approvals.naming import channel_name
from approvals.plan import Path, Plan
from posts.models import Post
from posts.states import Stage as PostStage

# Of the posts touched last, as many can be chosen from.
CHOICES = 50


@dataclass(frozen=True)
class Way:
    """A workflow that a post goes through, and the channels that want it."""

    name: str
    asks: bool
    channels: str


@dataclass(frozen=True)
class Outlook:
    """`barred`: its author reviews nothing of it."""

    post: Post
    plan: Plan
    ways: list[Way]
    barred: bool


def outlook(post: Post) -> Outlook:
    plan = flows.plan_of(post)
    variants = post.variants.select_related("channel")
    names = {variant.channel_id: channel_name(variant.channel) for variant in variants}
    ways = [_way(path, names) for path in plan.paths]
    return Outlook(post, plan, ways, bool(flows.barred(post.team, post.author)))


def _way(path: Path, names: dict[int, str]) -> Way:
    channels = ", ".join(names[pk] for pk in path.channels if pk in names)
    return Way(path.flow.name, path.flow.asks, channels)


def choices(team: Team) -> list[Post]:
    """Posts that could be asked about, the ones touched last first."""
    found = Post.objects.for_team(team).exclude(stage=PostStage.DONE)
    return list(found.order_by("-updated_at", "-id")[:CHOICES])


def workflows(team: Team) -> QuerySet[Workflow]:
    """With all that a page says of each."""
    found = Workflow.objects.for_team(team).order_by("-active", "id")
    return found.prefetch_related(
        Prefetch("stages", stages()), "campaigns", "channels", "tags"
    ).select_related("backup__user")


def stages() -> QuerySet[Stage]:
    """With their people."""
    people = Reviewer.objects.select_related("membership__user").order_by("id")
    return Stage.objects.prefetch_related(Prefetch("reviewers", people))
