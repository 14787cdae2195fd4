import re

import pytest

from accounts.models import Membership
from accounts.services import invitations
from tests.factories.accounts import MembershipFactory, UserFactory


@pytest.fixture
def adam(team):
    """An admin, who is no owner."""
    user = UserFactory(email="adam@demo.test", name="Adam")
    MembershipFactory(team=team, user=user, role="admin")
    return user


@pytest.fixture
def role_in(team):
    """`role_in(user)`: the role that the database says now."""
    return lambda user: (
        Membership.objects.filter(team=team, user=user).values_list("role", flat=True).first()
    )


@pytest.fixture
def invite(team, alice):
    """`invite("new@demo.test")`: an invitation by alice and the token in its mail."""

    def made(email: str, role: str = "editor", by=alice):
        membership = Membership.objects.get(team=team, user=by)
        invitation = invitations.invite(team=team, email=email, role=role, by=membership)
        return invitation, invitations.issue_token(invitation)

    return made


@pytest.fixture
def plain():
    """The text of a page without what differs at every request."""
    token = re.compile(r'"X-CSRFToken": "\w+"|value="\w{64}"')
    return lambda response: token.sub("", response.text)
