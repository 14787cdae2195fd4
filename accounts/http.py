"""The request that a team's page receives, typed."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import ApiKey, Membership, Team, User


class UserRequest(HttpRequest):
    user: User
    htmx: HtmxDetails


class TeamRequest(UserRequest):
    team: Team
    membership: Membership


class KeyRequest(HttpRequest):
    """From a program, which an API key lets in."""

    user: User
    team: Team
    membership: Membership
    api_key: ApiKey
