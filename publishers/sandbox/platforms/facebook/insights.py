"""Figures on Facebook, of posts and of pages; what is retired fails the whole call."""

from django.http import HttpResponse

from publishers.sandbox import figures, graph
from publishers.sandbox.platforms.facebook import reading
from publishers.sandbox.twin import Asked, answer

# Theirs, by the names that figures.py has.
OF_POSTS = {
    "post_media_view": "impressions",
    "post_total_media_view_unique": "reach",
    "post_clicks": "clicks",
}
OF_PAGES = {
    "page_media_view": "impressions",
    "page_total_media_view_unique": "reach",
    "page_post_engagements": "engagements",
    "page_views_total": "profile_clicks",
}


def of_node(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "read_insights")
    names = asked.request.GET.get("metric", "").split(",")
    known = OF_PAGES if node == asked.who.remote_id else OF_POSTS
    if any(name not in known for name in names):
        raise graph.no(100, "(#100) The value must be a valid insights metric")
    if known is OF_PAGES:
        counted = figures.of_account(asked.who, *(known[name] for name in names))
    else:
        counted = figures.of_post(reading.post_of(node), *(known[name] for name in names))
    return answer(graph.lifetime({name: counted[known[name]] for name in names}))
