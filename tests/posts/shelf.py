"""One file of the library: its addresses, and a post that has it."""

from django.urls import reverse

from posts.models import MediaAsset
from tests.factories.posts import PostFactory, PostMediaFactory, refresh_hash

HTMX = {"HX-Request": "true"}


def at(name: str, asset: MediaAsset, team: str = "tidewater") -> str:
    return reverse(f"posts:{name}", kwargs={"team": team, "media_id": asset.pk})


def used_by(asset, stage: str, **fields):
    post = PostFactory(team=asset.team, stage=stage, title=f"A {stage} post", **fields)
    PostMediaFactory(post=post, asset=asset)
    return refresh_hash(post)
