"""The page of one post: its addresses."""

from django.urls import reverse

from posts.models import Post

HTMX = {"HX-Request": "true"}


def url(post: Post, name: str = "posts:post", **more) -> str:
    return reverse(name, kwargs={"team": post.team.slug, "post_id": post.pk, **more})
