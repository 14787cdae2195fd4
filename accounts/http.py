"""The request that a team's page receives, typed."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Team, User


class UserRequest(HttpRequest):
    user: User
    htmx: HtmxDetails


class TeamRequest(UserRequest):
    team: Team
    membership: Membership
