"""Acts on several posts as a browser sends them: chosen, looked at, confirmed, taken back."""

from django.urls import reverse

from posts.models import BulkAct

HX = {"HX-Request": "true"}


def look(client, name, *posts, headers=None, **said):
    """What would change; nothing does."""
    team = posts[0].team if posts else said.pop("team")
    said = {"id": [post.pk for post in posts], **said}
    return client.post(reverse(name, args=[team.slug]), said, headers=headers)


def marks(response):
    return [line.mark for line in response.context["changes"]]


def changes(response):
    return {line.post.title: line.to for line in response.context["changes"]}


def left(response):
    """Why the others stay."""
    return {line.post.title: line.why_not for line in response.context["left"]}


def confirm(client, name, *posts, seen=None, headers=None, **said):
    seen = marks(look(client, name, *posts, **said)) if seen is None else seen
    return look(client, name, *posts, headers=headers, seen=seen, confirm="1", **said)


def made():
    """What the last act did."""
    return BulkAct.objects.latest("pk")


def refused(act=None):
    rows = (act or made()).results
    return {row["name"]: row["words"] for row in rows if not row["done"]}


def undo(client, act=None, headers=None):
    act = act or made()
    url = reverse("posts:selection_undo", args=[act.team.slug, act.pk])
    return client.post(url, headers=headers)
