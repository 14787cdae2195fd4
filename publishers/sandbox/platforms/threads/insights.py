"""Figures on Threads, and how much may still be posted."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox import figures, graph, quotas
from publishers.sandbox.models import Account
from publishers.sandbox.platforms.threads.posts import answered
from publishers.sandbox.twin import Asked, Twin, answer

# Theirs, by the names that figures.py has.
OF_POSTS = {
    "views": "impressions",
    "likes": "likes",
    "replies": "comments",
    "reposts": "shares",
    "quotes": "quotes",
    "shares": "clicks",
}
OF_ACCOUNTS = {**OF_POSTS, "clicks": "link_clicks"}


def of_post(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "threads_manage_insights")
    post = answered(node)
    names = _metrics(asked, OF_POSTS)
    counted = figures.of_post(post, *(OF_POSTS[name] for name in names))
    return answer(graph.lifetime({name: counted[OF_POSTS[name]] for name in names}))


def of_account(asked: Asked) -> HttpResponse:
    graph.needs(asked.token, "threads_manage_insights")
    names = _metrics(asked, {**OF_ACCOUNTS, "followers_count": ""})
    wanted = [OF_ACCOUNTS[name] for name in names if name in OF_ACCOUNTS]
    counted = figures.of_account(asked.who, *wanted)
    return answer({"data": [_row(asked.who, name, counted) for name in names]})


def _row(who: Account, name: str, counted: dict[str, int]) -> dict[str, Any]:
    if name == "followers_count":
        return {"name": name, "period": "day", "total_value": {"value": figures.followers(who)}}
    value = counted[OF_ACCOUNTS[name]]
    if name == "views":
        return {"name": name, "period": "day", "values": [{"value": value}]}
    if name == "clicks":
        links = [{"value": value, "link_url": "https://tide.earth/"}]
        return {"name": name, "period": "day", "link_total_values": links}
    return {"name": name, "period": "day", "total_value": {"value": value}}


def _metrics(asked: Asked, known: dict[str, str]) -> list[str]:
    names = asked.request.GET.get("metric", "").split(",")
    if any(name not in known for name in names):
        raise graph.no(100, f"(#100) metric must be one of {', '.join(known)}")
    return names


def quota(twin: Twin, who: Account) -> dict[str, Any]:
    total = {"quota_total": quotas.limit(twin, who) or 0, "quota_duration": 86_400}
    answers = {"quota_total": 1000, "quota_duration": 86_400}
    return {
        "quota_usage": quotas.used(who),
        "config": total,
        "reply_quota_usage": 0,
        "reply_config": answers,
    }
