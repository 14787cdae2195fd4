from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import queries
from accounts.models import Invitation, Membership, User
from accounts.services import invitations
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def at(token, name="accounts:invitation"):
    return reverse(name, kwargs={"token": token})


def on(team, name, **kwargs):
    return reverse(name, kwargs={"team": team.slug, **kwargs})


def test_inviting_leaves_a_row_for_the_outbox_and_no_secret(as_user, alice, team):
    response = as_user(alice).post(
        on(team, "accounts:invitation_new"), {"email": "new@demo.test", "role": "viewer"}
    )
    assert response.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.invited_by, invitation.token_hash) == (
        "viewer",
        alice,
        None,
    )
    assert timedelta(days=6) < invitation.expires_at - timezone.now() <= timedelta(days=7)
    assert list(Invitation.objects.untold()) == [invitation]
    token = invitations.issue_token(invitation)
    invitation.refresh_from_db()
    assert token not in str(invitation.__dict__)
    assert invitation.token_hash == queries.token_hash(token)
    assert not Invitation.objects.untold().exists()


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"email": "nonsense", "role": "editor"}, 422),
        ({"email": "new@demo.test", "role": "god"}, 422),
        ({"email": "BOB@demo.test", "role": "viewer"}, 422),
        ({"role": "editor"}, 422),
    ],
)
def test_what_is_refused_is_kept(as_user, alice, bob, team, posted, status):
    response = as_user(alice).post(on(team, "accounts:invitation_new"), posted)
    assert response.status_code == status
    assert posted.get("email", "") in response.text
    assert not Invitation.objects.exists()


def test_an_admin_invites_no_owner(as_user, adam, team):
    response = as_user(adam).post(
        on(team, "accounts:invitation_new"), {"email": "new@demo.test", "role": "owner"}
    )
    assert response.status_code == 403
    assert not Invitation.objects.exists()


def test_editors_and_outsiders_do_not_invite(as_user, bob, mallory, team, invite):
    invitation, _token = invite("new@demo.test")
    paths = [
        on(team, "accounts:invitation_new"),
        on(team, "accounts:invitation_resend", pk=invitation.pk),
        on(team, "accounts:invitation_revoke", pk=invitation.pk),
    ]
    for path in paths:
        assert as_user(bob).post(path).status_code == 403
        assert as_user(mallory).post(path).status_code == 404


def test_another_teams_invitation_is_not_there(as_user, mallory, other_team, invite):
    invitation, token = invite("new@demo.test")
    for name in ("accounts:invitation_resend", "accounts:invitation_revoke"):
        assert as_user(mallory).post(on(other_team, name, pk=invitation.pk)).status_code == 404
    assert invitations.open_invitation(token) == invitation


def test_inviting_again_renews_the_one_that_waits(as_user, alice, team, invite):
    _invitation, old = invite("new@demo.test", "viewer")
    as_user(alice).post(
        on(team, "accounts:invitation_new"), {"email": "New@demo.test", "role": "admin"}
    )
    renewed = Invitation.objects.get()
    assert renewed.role == "admin"
    assert Client().get(at(old)).status_code == 410


def test_resending_kills_the_old_link(as_user, alice, team, invite):
    invitation, old = invite("new@demo.test")
    as_user(alice).post(on(team, "accounts:invitation_resend", pk=invitation.pk))
    assert Client().get(at(old)).status_code == 410
    fresh = invitations.issue_token(invitation)
    assert Client().get(at(fresh)).status_code == 200


def test_opening_changes_nothing(client, invite):
    invitation, token = invite("new@demo.test")
    before = Invitation.objects.values().get()
    for _ in range(3):
        page = client.get(at(token))
        assert page.status_code == 200
        assert client.head(at(token)).status_code == 200
    assert Invitation.objects.values().get() == before
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert invitation.email in page.text


def test_somebody_with_an_account_joins(as_user, invite, team, role_in):
    user = UserFactory(email="new@demo.test")
    invitation, token = invite("New@Demo.test", "viewer")
    response = as_user(user).post(at(token, "accounts:invitation_accept"))
    assert response.url == reverse("calendar_app:board", kwargs={"team": team.slug})
    assert role_in(user) == "viewer"
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    assert as_user(user).post(at(token, "accounts:invitation_accept")).status_code == 410
    assert as_user(user).get(at(token)).status_code == 410


def test_another_address_needs_an_explicit_yes(as_user, mallory, invite, role_in):
    _invitation, token = invite("new@demo.test")
    browser = as_user(mallory)
    assert "although_other_address" in browser.get(at(token)).text
    refused = browser.post(at(token, "accounts:invitation_accept"))
    assert refused.status_code == 422
    assert role_in(mallory) is None
    browser.post(at(token, "accounts:invitation_accept"), {"although_other_address": "yes"})
    assert role_in(mallory) == "editor"


def test_an_unconfirmed_address_is_another_address(as_user, invite, role_in):
    user = UserFactory(email="new@demo.test", address=None)
    _invitation, token = invite("new@demo.test")
    assert as_user(user).post(at(token, "accounts:invitation_accept")).status_code == 422
    assert role_in(user) is None


def test_the_role_of_the_mail_counts_not_the_role_posted(as_user, invite, role_in):
    user = UserFactory(email="new@demo.test")
    _invitation, token = invite("new@demo.test", "viewer")
    as_user(user).post(at(token, "accounts:invitation_accept"), {"role": "owner"})
    assert role_in(user) == "viewer"


def test_a_member_keeps_the_role_and_the_link_is_used(as_user, bob, invite, role_in):
    _invitation, token = invite("other@demo.test", "viewer")
    as_user(bob).post(at(token, "accounts:invitation_accept"), {"although_other_address": "yes"})
    assert role_in(bob) == "editor"
    assert as_user(bob).get(at(token)).status_code == 410


def _expire(invitation, **_):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def _revoke(invitation, by):
    invitations.revoke(invitation=invitation, by=Membership.objects.get(user=by))


def _use(invitation, **_):
    Invitation.objects.update(accepted_at=timezone.now())


def _inviter_lost_rights(invitation, by):
    Membership.objects.filter(user=by).update(role="editor")


def _inviter_left(invitation, by):
    Membership.objects.filter(user=by).delete()


def _inviter_locked_out(invitation, by):
    User.objects.filter(pk=by.pk).update(is_active=False)


@pytest.mark.parametrize(
    "end",
    [_expire, _revoke, _use, _inviter_lost_rights, _inviter_left, _inviter_locked_out],
)
def test_a_closed_invitation_looks_like_an_unknown_one(as_user, alice, invite, role_in, end, plain):
    user = UserFactory(email="new@demo.test")
    invitation, token = invite("new@demo.test")
    end(invitation, by=alice)
    unknown = Client().get(at("x" * 43))
    assert unknown.status_code == 410
    assert plain(Client().get(at(token))) == plain(unknown)
    assert as_user(user).post(at(token, "accounts:invitation_accept")).status_code == 410
    assert Client().post(at(token, "accounts:invitation_signup")).status_code == 410
    assert role_in(user) is None


def test_accepting_needs_an_account_and_a_post(client, invite):
    _invitation, token = invite("new@demo.test")
    assert client.post(at(token, "accounts:invitation_accept")).url.startswith(
        reverse("account_login")
    )
    assert client.get(at(token, "accounts:invitation_accept")).status_code == 302
    assert client.get(at(token, "accounts:invitation_signup")).status_code == 405


def test_a_new_person_comes_in_without_a_second_mail(client, invite, team, mailoutbox):
    _invitation, token = invite("new@demo.test", "viewer")
    to_signup = client.post(at(token, "accounts:invitation_signup"))
    page = client.get(to_signup.url)
    assert 'value="new@demo.test"' in page.text
    signed_up = client.post(
        to_signup.url,
        {
            "name": "Noor",
            "email": "new@demo.test",
            "password1": "tide-and-time-9",
            "next": at(token),
        },
    )
    assert signed_up.url == at(token)
    assert not [mail for mail in mailoutbox if "onfirm" in mail.subject]
    assert client.post(at(token, "accounts:invitation_accept")).status_code == 302
    assert Membership.objects.get(user__email="new@demo.test").role == "viewer"


def test_a_hundred_wait_at_most(as_user, alice, team):
    Invitation.objects.bulk_create(
        Invitation(
            team=team,
            email=f"{n}@demo.test",
            role="viewer",
            invited_by=alice,
            expires_at=timezone.now() + timedelta(days=7),
        )
        for n in range(100)
    )
    response = as_user(alice).post(
        on(team, "accounts:invitation_new"), {"email": "new@demo.test", "role": "viewer"}
    )
    assert response.status_code == 403
    assert Invitation.objects.count() == 100
