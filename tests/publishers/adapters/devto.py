"""DEV on the played server: one account, and its articles."""

import pytest

from publishers.adapters.devto import DevTo
from publishers.contract import Account
from tests.publishers.adapters.kit import post

ME = Account("9", "tide", "Tide", token="hush-key")
CREATE, PUT = "/api/articles", "/api/articles/251"
ALL = "/api/articles/me/all"
UNPUBLISHED, PUBLISHED = "/api/articles/me/unpublished", "/api/articles/me/published"
ARTICLE = {
    "type_of": "article",
    "id": 251,
    "title": "High water",
    "slug": "high-water-4aca",
    "path": "/tide/high-water-4aca",
    "url": "https://web.example/tide/high-water-4aca",
    "canonical_url": "https://tide.earth/p",
    "published_at": "2026-11-20T12:00:03Z",
}


@pytest.fixture
def dev(server):
    return server.adapter(DevTo, ME)


def article(text="Tide at nine", *media, **more):
    return post(text, *media, **{"title": "High water", **more})


def row(**more):
    """As lists show an article."""
    listed = {"published": True, "body_markdown": "Tide at nine", "page_views_count": 0}
    return {**ARTICLE, **listed, **more}
