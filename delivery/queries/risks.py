"""What would not go out as things are, and where it is mended."""

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Team
from posts.models import Delivery
from posts.queries.status import AT_RISK

About = Delivery.About


def at_risk(team: Team) -> QuerySet[Delivery]:
    """The earliest due first."""
    rows = Delivery.objects.for_team(team).filter(AT_RISK)
    return rows.select_related("post", "channel").order_by("due_at", "id")


def mend_url(delivery: Delivery) -> str:
    """The page on which its warning's cause goes away; empty where nobody here can mend it."""
    slug = delivery.post.team.slug
    match delivery.warning_about if delivery.at_risk else "":
        case About.CHANNEL:
            return reverse("publishers:channels", args=[slug])
        case About.CONTENT:
            return reverse("posts:edit", args=[slug, delivery.post_id])
        case About.APPROVAL:
            return reverse("posts:post", args=[slug, delivery.post_id])
    return ""
