"""An administrator can find everybody and everything told, and read no secret."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import Invitation, Membership
from accounts.sealing import seal
from accounts.services import keys
from notifications.models import Message, Sending
from notifications.services import tell
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
MODELS = (
    "accounts_user",
    "accounts_team",
    "accounts_membership",
    "accounts_invitation",
    "accounts_apikey",
    "accounts_auditentry",
    "mfa_authenticator",
    "notifications_message",
    "notifications_sending",
    "notifications_liveevent",
)


@pytest.fixture
def admin(as_user):
    return as_user(UserFactory(email="root@demo.test", is_staff=True, is_superuser=True))


@pytest.fixture
def secrets(invite, bob, team):
    """One of everything that must not be read, and the texts to look for."""
    invitation, token = invite("new@demo.test")
    invitation.refresh_from_db()
    factor = seal("JBSWY3DPEHPK3PXP", "second factor")
    Authenticator.objects.create(user=bob, type="totp", data={"secret": factor})
    said = {"by": "Alice", "team": "Tidewater", "role": "viewer", "until": "9 December 2026"}
    told = tell(
        kind="team_invitation", team=team, email="x@demo.test", data=said, secret={"url": "/s/"}
    )
    owner = Membership.objects.get(team=team, role="owner")
    key, secret = keys.make(membership=owner, name="Report", scopes=["view"], expires_at=None)
    hidden = [secret, key.digest, token, invitation.token_hash]
    return [*hidden, factor, "JBSWY3DPEHPK3PXP", told.sealed]


@pytest.mark.parametrize("model", MODELS)
def test_lists_search_and_details_open_without_secrets(admin, secrets, model, alice, team):
    tell(kind="review_approved", team=team, user=alice, data={"by": "I", "title": "A", "url": "/"})
    pages = [admin.get(reverse(f"admin:{model}_changelist"), {"q": "e"})]
    assert pages[0].context["cl"].result_count
    assert pages[0].context["cl"].has_filters
    for row in pages[0].context["cl"].result_list[:2]:
        pages.append(admin.get(reverse(f"admin:{model}_change", args=[row.pk])))
    for page in pages:
        assert page.status_code == 200
        assert not [secret for secret in secrets if secret in page.text]


def test_the_admin_signs_in_like_everybody(client):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_members_of_teams_are_no_administrators(as_user, alice):
    assert as_user(alice).get("/admin/accounts/user/").status_code in {302, 403}


def test_revoking_an_invitation(admin, invite):
    invitation, _token = invite("new@demo.test")
    admin.post(
        reverse("admin:accounts_invitation_changelist"),
        {"action": "revoke", "_selected_action": [invitation.pk]},
    )
    assert Invitation.objects.get().revoked_at


def test_a_mail_that_failed_is_sent_again_and_others_left_alone(admin, team, alice):
    for _ in range(2):
        tell(
            kind="review_approved",
            team=team,
            user=alice,
            data={"by": "I", "title": "A", "url": "/"},
        )
    failed, sent = Sending.objects.order_by("pk")
    Sending.objects.filter(pk=failed.pk).update(state="failed", attempts=30)
    Sending.objects.filter(pk=sent.pk).update(state="sent")
    admin.post(
        reverse("admin:notifications_sending_changelist"),
        {"action": "send_again", "_selected_action": [failed.pk, sent.pk]},
    )
    assert list(Sending.objects.order_by("pk").values_list("state", "attempts")) == [
        ("waiting", 0),
        ("sent", 0),
    ]
    assert Message.objects.count() == 2
