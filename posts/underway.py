"""Why a delivery that is on its way can neither be taken back nor changed. For services."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from posts import states
from posts.errors import BeingPublished
from posts.models import Post
from posts.states import DeliveryState, Stage

_WHY = {
    DeliveryState.SENDING: gettext_lazy(
        "This post is being published right now. We will show you the result."
    ),
    DeliveryState.ACCEPTED: gettext_lazy(
        "The platform has this post and is working on it. We will show you the result."
    ),
    DeliveryState.UNKNOWN: gettext_lazy(
        "This post may be live already: the platform gave no clear answer. We are looking it up."
    ),
    DeliveryState.NEEDS_HUMAN: gettext_lazy(
        "This post may be live already. Look at the channel, then say here whether it is."
    ),
}
# Of deliveries: what is public, or may be.
BEGUN = Q(state__in=[*_WHY, DeliveryState.PUBLISHED]) | Q(remote_id__isnull=False)


def under_way(state: str) -> BeingPublished:
    """As an error to raise."""
    return BeingPublished(_WHY.get(DeliveryState(state), _WHY[DeliveryState.SENDING]))


def is_out(post: Post) -> bool:
    """All of it is live. A moment lies between the last answer and the post being done by it."""
    if post.stage != Stage.SCHEDULED:
        return post.stage == Stage.DONE
    found = set(post.deliveries.values_list("state", flat=True))
    return DeliveryState.PUBLISHED in found and found <= states.ENDED


def require_not_out(post: Post) -> None:
    if is_out(post):
        said = gettext_lazy("This post is published. Duplicate it to write a new one.")
        raise BeingPublished(said)
