"""From which networks a link was opened. Told, never used to decide: it shows that a link may have
been passed on, and cannot prevent it.
"""

from django.db import transaction
from django.urls import reverse

from accounts.models import Membership
from approvals.limits import MOST_NETWORKS
from approvals.models import Opening, ReviewRequest
from notifications.services import tell


def opened(request: ReviewRequest, *, network: str, agent: str) -> None:
    """Keep the first time from each network. Whoever asked hears of the second network, once."""
    if network and not request.openings.filter(network=network).exists():
        _keep(request, network, agent)


@transaction.atomic
def _keep(request: ReviewRequest, network: str, agent: str) -> None:
    ReviewRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    known = set(request.openings.values_list("network", flat=True))
    if network in known or len(known) >= MOST_NETWORKS:
        return
    Opening.objects.create(request=request, network=network, agent=agent[:300])
    if len(known) == 1:
        _tell(request)


def _tell(request: ReviewRequest) -> None:
    review, team = request.review, request.review.team
    asker = Membership.objects.for_team(team).filter(user=review.asked_by).first()
    if asker is None:
        return
    page = reverse("approvals:review", kwargs={"team": team.slug, "review_id": review.pk})
    data = {"reviewer": request.name, "title": str(review.post), "url": page}
    tell(kind="review_elsewhere", team=team, user=asker.user, data=data)
