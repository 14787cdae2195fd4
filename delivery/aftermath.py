"""What a publication means for its post: it may be done, and then its author hears of it.

Called after the answer is stored, for several posts at once where many go out; what a process that
died left undone is found by its tick.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from delivery import alerts
from delivery.models import Rewind
from posts import states
from posts.models import Delivery, Post
from posts.services import finishing
from posts.states import DeliveryState, Stage

MOST = 200
# A doubt is settled within a day, and a process that died is soon another.
LATELY = timedelta(days=3)


@transaction.atomic
def finish(*post_ids: int) -> None:
    alerts.published(finishing.finish(*post_ids))


def _put_back() -> Sequence[int]:
    """The same where a restored database has forgotten that they were scheduled: of what was found
    lately, and only after a restore.
    """
    lately = Now() - LATELY
    found = Delivery.objects.filter(state=DeliveryState.PUBLISHED, published_at__gte=lately)
    restored = Exists(Rewind.objects.filter(noticed_at__gte=lately))
    posts = finishing.put_back().filter(restored, pk__in=found.values("post"))
    return list(posts.values_list("pk", flat=True)[:MOST])


def finish_left() -> int:
    """Posts whose last delivery went out although nobody came to look at them."""
    theirs = Delivery.objects.filter(post=OuterRef("pk"))
    left = Post.objects.filter(
        Exists(theirs.filter(state=DeliveryState.PUBLISHED)),
        ~Exists(theirs.exclude(state__in=states.ENDED)),
        stage=Stage.SCHEDULED,
    )
    found = [*left.values_list("pk", flat=True)[:MOST], *_put_back()]
    if found:
        finish(*found)
    return len(found)
