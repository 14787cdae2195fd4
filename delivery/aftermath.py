"""What a publication means for its post: it may be done, and then its author hears of it.

Called after the answer is stored, for several posts at once where many go out; what a process that
died left undone is found by its tick.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef

from delivery import alerts
from posts import states
from posts.models import Delivery, Post
from posts.services import finishing
from posts.states import DeliveryState, Stage

MOST = 200


@transaction.atomic
def finish(*post_ids: int) -> None:
    alerts.published(finishing.finish(*post_ids))


def finish_left() -> int:
    """Posts whose last delivery went out although nobody came to look at them."""
    theirs = Delivery.objects.filter(post=OuterRef("pk"))
    left = Post.objects.filter(
        Exists(theirs.filter(state=DeliveryState.PUBLISHED)),
        ~Exists(theirs.exclude(state__in=states.ENDED)),
        stage=Stage.SCHEDULED,
    )
    found = list(left.values_list("pk", flat=True)[:MOST])
    if found:
        finish(*found)
    return len(found)
