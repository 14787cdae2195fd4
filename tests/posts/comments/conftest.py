"""A comment by Bob on Alice's post."""

import pytest
from django.core.cache import cache

from posts.models import Comment
from tests.factories.posts import CommentFactory


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def said(post, bob) -> Comment:
    return CommentFactory(post=post, author=bob, text="Give the year instead.")
