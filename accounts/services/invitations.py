"""Inviting people to a team. The mail is sent by notifications, which reads the untold rows."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, permissions, queries
from accounts.audit import About
from accounts.errors import AlreadyMember, InvitationClosed, NotAllowed, OtherAddress
from accounts.models import Invitation, Membership, Team, User

GOOD_FOR = timedelta(days=7)
WAITING_AT_MOST = 100


@transaction.atomic
def invite(*, team: Team, email: str, role: str, by: Membership) -> Invitation:
    """A new invitation, or the one that waits for this address again with a fresh link."""
    if not permissions.may_assign(actor=by.role, now=None, then=role):
        raise NotAllowed(_("Only an owner can invite an owner."))
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if Membership.objects.for_team(team).filter(user__email__iexact=email).exists():
        raise AlreadyMember(_("%(email)s is already in the team.") % {"email": email})
    waiting = Invitation.objects.for_team(team).waiting()
    known = waiting.filter(email__iexact=email).first()
    if known:
        _renew(known, role=role, by=by)
        _say("invitation.resend", known, by.user, {"role": role})
        return known
    if waiting.count() >= WAITING_AT_MOST:
        raise NotAllowed(
            _("%(count)s invitations are waiting. Revoke some before you invite more.")
            % {"count": WAITING_AT_MOST}
        )
    made = Invitation.objects.create(
        team=team,
        email=email,
        role=role,
        invited_by=by.user,
        expires_at=timezone.now() + GOOD_FOR,
    )
    _say("invitation.create", made, by.user, {"role": role})
    return made


@transaction.atomic
def resend(*, invitation: Invitation, by: Membership) -> None:
    """A fresh link for another seven days; the old one stops working."""
    locked = _locked(invitation)
    if not permissions.may_assign(actor=by.role, now=None, then=locked.role):
        raise NotAllowed(_("Only an owner can invite an owner."))
    _renew(locked, role=locked.role, by=by)
    _say("invitation.resend", locked, by.user, {"role": locked.role})


@transaction.atomic
def revoke(*, invitation: Invitation, by: Membership) -> None:
    locked = _locked(invitation)
    if not permissions.may_assign(actor=by.role, now=None, then=locked.role):
        raise NotAllowed(_("Only an owner can revoke the invitation of an owner."))
    Invitation.objects.filter(pk=locked.pk).update(revoked_at=timezone.now())
    _say("invitation.revoke", locked, by.user, {})


def issue_token(invitation: Invitation) -> str:
    """The secret of the link, made when the outbox writes its mail."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.filter(pk=invitation.pk).update(
        token_hash=queries.token_hash(token), told_at=timezone.now()
    )
    return token


def open_invitation(token: str) -> Invitation:
    """The invitation behind a link, if it still counts; reading it changes nothing."""
    invitation = queries.invitation_by_token(token)
    if invitation is None:
        raise InvitationClosed
    _must_count(invitation)
    return invitation


@transaction.atomic
def accept(*, token: str, by: User, although_other_address: bool = False) -> Membership:
    """Join. The same link works once; somebody who is in already keeps the role they have."""
    found = queries.invitation_by_token(token)
    if found is None:
        raise InvitationClosed
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
    _must_count(invitation)
    if not although_other_address and not queries.holds_address(by, invitation.email):
        raise OtherAddress(
            _("This invitation was sent to %(email)s.") % {"email": invitation.email}
        )
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now(), accepted_by=by)
    membership, _new = Membership.objects.get_or_create(
        team_id=invitation.team_id, user=by, defaults={"role": invitation.role}
    )
    _say("member.join", invitation, by, {"role": membership.role})
    return membership


def _say(verb: str, invitation: Invitation, by: User, after: audit.Facts) -> None:
    about = About("invitation", invitation.pk, invitation.email)
    audit.write(verb, team=invitation.team_id, by=by, about=about, after=after)


def _must_count(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.revoked_at or invitation.expired:
        raise InvitationClosed
    inviter = Membership.objects.filter(
        team_id=invitation.team_id, user_id=invitation.invited_by_id, user__is_active=True
    ).first()
    if inviter is None or not permissions.may_assign(
        actor=inviter.role, now=None, then=invitation.role
    ):
        raise InvitationClosed


def _locked(invitation: Invitation) -> Invitation:
    row = (
        Invitation.objects.select_for_update()
        .waiting()
        .filter(pk=invitation.pk, team_id=invitation.team_id)
        .first()
    )
    if row is None:
        raise InvitationClosed(_("This invitation was used or revoked meanwhile."))
    return row


def _renew(invitation: Invitation, *, role: str, by: Membership) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(
        role=role,
        invited_by=by.user,
        expires_at=timezone.now() + GOOD_FOR,
        told_at=None,
        token_hash=None,
    )
