"""Figures on LinkedIn: of pages and what they posted, of members and what they posted."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox import figures
from publishers.sandbox.models import Account, RemotePost
from publishers.sandbox.platforms.linkedin import restli
from publishers.sandbox.platforms.linkedin.errors import error, needs, versioned
from publishers.sandbox.platforms.linkedin.people import administered, paging
from publishers.sandbox.platforms.linkedin.people import urn as urn_of
from publishers.sandbox.twin import Asked, Refused, answer

ADMIN = "rw_organization_admin"
# Theirs, by the names that figures.py has.
OF_POSTS = {
    "impressionCount": "impressions",
    "uniqueImpressionsCount": "reach",
    "clickCount": "clicks",
    "likeCount": "likes",
    "commentCount": "comments",
    "shareCount": "shares",
}
ENGAGED = ("clickCount", "likeCount", "commentCount", "shareCount")
OF_MEMBERS = {
    "IMPRESSION": "impressions",
    "MEMBERS_REACHED": "reach",
    "REACTION": "likes",
    "COMMENT": "comments",
    "RESHARE": "shares",
    "POST_SAVE": "saves",
    "LINK_CLICKS": "link_clicks",
    "PROFILE_VIEW_FROM_CONTENT": "profile_clicks",
}
LISTS = {"shares": "share", "ugcPosts": "ugcPost"}


def shares(asked: Asked) -> HttpResponse:
    """Of the posts that are named, else of all together. One that nobody saw yet is missing."""
    versioned(asked.request)
    query = restli.finder(asked, "organizationalEntity")
    what = "organizationalEntityShareStatistics.FINDER"
    page = administered(asked, query.get("organizationalEntity"), ADMIN, what=what)
    named = {kind: restli.listed(asked.request, name) for name, kind in LISTS.items()}
    rows = [row for kind, urns in named.items() for row in _rows(page, kind, urns or [])]
    if not any(named.values()):
        rows = [_row(page, figures.of_account(page, *OF_POSTS.values()))]
    return answer({"elements": rows, "paging": paging(len(rows))})


def _rows(page: Account, kind: str, urns: list[str]) -> list[dict[str, Any]]:
    if any(not urn.startswith(f"urn:li:{kind}:") for urn in urns):
        raise Refused(error(400, "INVALID_URN_TYPE", f"Not all of these are a {kind}"))
    found = page.posts.public().filter(remote_id__in=urns, parent=None).select_related("account")
    counted = {post.remote_id: figures.of_post(post, *OF_POSTS.values()) for post in found}
    seen = {urn: told for urn, told in counted.items() if any(told.values())}
    return [_row(page, told) | {kind: urn} for urn, told in seen.items()]


def _row(page: Account, told: dict[str, int]) -> dict[str, Any]:
    counts: dict[str, float] = {theirs: told[ours] for theirs, ours in OF_POSTS.items()}
    engaged = sum(counts[name] for name in ENGAGED)
    counts["engagement"] = engaged / max(1, counts["impressionCount"])
    return {"organizationalEntity": urn_of(page), "totalShareStatistics": counts}


def network(asked: Asked, urn: str) -> HttpResponse:
    versioned(asked.request)
    if asked.request.GET.get("edgeType") != "COMPANY_FOLLOWED_BY_MEMBER":
        raise Refused(error(400, "ILLEGAL_ARGUMENT", "This edgeType has no size"))
    scopes = (ADMIN, "r_organization_followers", "r_organization_social")
    page = administered(asked, urn, *scopes, what="networkSizes.GET")
    return answer({"firstDegreeSize": figures.followers(page)})


def visits(asked: Asked) -> HttpResponse:
    versioned(asked.request)
    query = restli.finder(asked, "organization")
    what = "organizationPageStatistics.FINDER"
    page = administered(asked, query.get("organization"), ADMIN, what=what)
    views = figures.of_account(page, "profile_clicks")["profile_clicks"]
    told = {"views": {"allPageViews": {"pageViews": views, "uniquePageViews": views * 3 // 4}}}
    row = {"organization": urn_of(page), "totalPageStatistics": told}
    return answer({"elements": [row], "paging": paging(1)})


# -- of members


def member_post(asked: Asked) -> HttpResponse:
    """One figure of one post."""
    versioned(asked.request)
    query = restli.finder(asked, "entity")
    needs(asked, "r_member_postAnalytics", what="memberCreatorPostAnalytics.FINDER-entity")
    wanted = query.get("queryType", "")
    if wanted not in OF_MEMBERS or query.get("aggregation") != "TOTAL":
        raise Refused(error(400, "ILLEGAL_ARGUMENT", f"{wanted} is not a total that is counted"))
    post = _own(asked)
    count = figures.of_post(post, OF_MEMBERS[wanted])[OF_MEMBERS[wanted]]
    row = {"count": count, "metricType": wanted, "targetEntity": {"urn": post.remote_id}}
    return answer({"elements": [row], "paging": paging(1)})


def _own(asked: Asked) -> RemotePost:
    kind, urn = restli.pair(asked.request, "entity")
    kinds = {"share": "urn:li:share:", "ugc": "urn:li:ugcPost:"}
    if kind not in kinds or not urn.startswith(kinds[kind]):
        raise Refused(error(400, "INVALID_URN_TYPE", f"{urn} is no {kind}"))
    post = asked.who.posts.public().filter(remote_id=urn).select_related("account").first()
    if post is None:
        raise Refused(error(404, "NOT_FOUND", f"{urn} is not found"))
    return post


def member(asked: Asked) -> HttpResponse:
    versioned(asked.request)
    restli.finder(asked, "me")
    needs(asked, "r_member_profileAnalytics", what="memberFollowersCount.FINDER-me")
    row = {"memberFollowersCount": figures.followers(asked.who)}
    return answer({"elements": [row], "paging": paging(1)})
