"""Who one is on LinkedIn: the member behind a token and the organisations it may speak for."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox.models import Account
from publishers.sandbox.platforms.linkedin.errors import denied, error, needs, versioned
from publishers.sandbox.twin import Asked, Refused, answer

ORGANIZATION = Account.Kind.ORGANIZATION
READERS = ("rw_organization_admin", "r_organization_admin")


def urn(account: Account) -> str:
    return f"urn:li:{account.kind}:{account.remote_id}"


def userinfo(asked: Asked) -> HttpResponse:
    needs(asked, "openid", what="partnerApiUserInfo")
    who = asked.who
    given, _, family = who.name.partition(" ")
    data: dict[str, Any] = {"sub": who.remote_id}
    if asked.token.allows("profile"):
        data |= {"name": who.name, "given_name": given, "family_name": family}
        data |= {"picture": asked.picture_url(), "locale": {"country": "US", "language": "en"}}
    if asked.token.allows("email"):
        data |= {"email": f"{who.handle}@example.test", "email_verified": True}
    return answer(data)


def roles(asked: Asked) -> HttpResponse:
    versioned(asked.request)
    needs(
        asked,
        "rw_organization_admin",
        "r_organization_admin",
        what="organizationAcls.FINDER-roleAssignee.NO_VERSION",
    )
    query = asked.request.GET
    if query.get("q") != "roleAssignee":
        raise Refused(error(400, "ILLEGAL_ARGUMENT", "The finder must be roleAssignee"))
    runs = (
        asked.who.organizations.order_by("pk")
        if query.get("role", "ADMINISTRATOR") == "ADMINISTRATOR"
        else []
    )
    elements = [
        {
            "role": "ADMINISTRATOR",
            "state": "APPROVED",
            "organization": urn(organization),
            "roleAssignee": urn(asked.who),
        }
        for organization in runs
    ]
    return answer({"elements": elements, "paging": paging(len(elements))})


def page(asked: Asked, number: int) -> HttpResponse:
    versioned(asked.request)
    needs(asked, *READERS, "r_organization_social", what="organizations.GET.NO_VERSION")
    found = Account.objects.filter(
        platform=asked.who.platform, kind=ORGANIZATION, remote_id=str(number)
    ).first()
    if found is None:
        raise Refused(error(404, "NOT_FOUND", f"Organization {number} is not found"))
    locale = {"country": "US", "language": "en"}
    data = {
        "id": number,
        "localizedName": found.name,
        "vanityName": found.handle,
        "name": {"localized": {"en_US": found.name}, "preferredLocale": locale},
    }
    return answer(data)


def author(asked: Asked, value: Any, scope: str, member: str = "w_member_social") -> Account:
    """The account of an author's URN, if this token may write or read as it: with `scope` as an
    organisation, with `member` as oneself.
    """
    who = asked.who
    if value == urn(who):
        needs(asked, member, what="posts.CREATE.NO_VERSION")
        return who
    for organization in who.organizations.all():
        if value == urn(organization):
            needs(asked, scope, what="organization as author")
            return organization
    raise denied(f"partnerApiPosts as {value}")


def administered(asked: Asked, value: Any, *scopes: str, what: str) -> Account:
    """The organisation of this URN, if the token may read of it as one who runs it."""
    needs(asked, *scopes, what=what)
    found = [one for one in asked.who.organizations.all() if urn(one) == value]
    if not found:
        raise denied(f"{what} of {value}")
    return found[0]


def paging(count: int, start: int = 0, total: int | None = None) -> dict[str, Any]:
    return {"start": start, "count": count, "links": [], "total": count if total is None else total}
