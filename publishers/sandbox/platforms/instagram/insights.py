"""Figures on Instagram, and how much may still be posted."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox import figures, graph, quotas
from publishers.sandbox.models import Account
from publishers.sandbox.platforms.instagram import reading
from publishers.sandbox.platforms.instagram.rights import needs
from publishers.sandbox.twin import Asked, Twin, answer

# Theirs, by the names that figures.py has.
OF_POSTS = {
    "views": "impressions",
    "reach": "reach",
    "likes": "likes",
    "comments": "comments",
    "saved": "saves",
    "shares": "shares",
    "total_interactions": "engagements",
}
OF_ACCOUNTS = {**OF_POSTS, "accounts_engaged": "engagements"}


def of_node(asked: Asked, node: str) -> HttpResponse:
    needs(asked, "insights")
    if node in ("me", asked.who.remote_id):
        return _of_account(asked)
    post = reading.post_of(node)
    names = _metrics(asked, OF_POSTS)
    counted = figures.of_post(post, *(OF_POSTS[name] for name in names))
    if post.body.get("media_type") == "STORIES" and counted.get("reach", 5) < 5:
        raise graph.no(10, "(#10) Not enough viewers for the media to show insights")
    return answer(graph.lifetime({name: counted[OF_POSTS[name]] for name in names}))


def _of_account(asked: Asked) -> HttpResponse:
    query = asked.request.GET
    if query.get("period") != "day" or query.get("metric_type") != "total_value":
        raise graph.no(100, "(#100) metric_type must be total_value and period day")
    names = _metrics(asked, OF_ACCOUNTS)
    counted = figures.of_account(asked.who, *(OF_ACCOUNTS[name] for name in names))
    rows = [
        {"name": name, "period": "day", "total_value": {"value": counted[OF_ACCOUNTS[name]]}}
        for name in names
    ]
    return answer({"data": rows})


def _metrics(asked: Asked, known: dict[str, str]) -> list[str]:
    names = asked.request.GET.get("metric", "").split(",")
    if any(name not in known for name in names):
        raise graph.no(100, f"(#100) metric must be one of {', '.join(known)}")
    return names


def quota(twin: Twin, who: Account) -> dict[str, Any]:
    total = {"quota_total": quotas.limit(twin, who) or 0, "quota_duration": 86_400}
    return {"quota_usage": quotas.used(who), "config": total}
