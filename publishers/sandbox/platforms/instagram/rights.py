"""What a token may do behind each of the two doors."""

from publishers.sandbox import graph
from publishers.sandbox.twin import Asked

PAGE = "page"
NAMES = {
    "basic": ("instagram_business_basic", "instagram_basic"),
    "publish": ("instagram_business_content_publish", "instagram_content_publish"),
    "comments": ("instagram_business_manage_comments", "instagram_manage_comments"),
    "insights": ("instagram_business_manage_insights", "instagram_manage_insights"),
}


def needs(asked: Asked, what: str) -> None:
    graph.needs(asked.token, *NAMES[what])


def through_page(asked: Asked) -> bool:
    return asked.token.way == PAGE
