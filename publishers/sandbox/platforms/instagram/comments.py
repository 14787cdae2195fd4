"""Comments on Instagram: under a post, in no order that could be asked for by time."""

from django.http import HttpResponse

from publishers.sandbox import graph, ids
from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.instagram import reading
from publishers.sandbox.platforms.instagram.rights import needs
from publishers.sandbox.twin import Asked, answer

LONGEST = 2200


def create(asked: Asked, node: str) -> HttpResponse:
    needs(asked, "comments")
    post = reading.post_of(node)
    words = str(asked.request.POST.get("message") or asked.request.GET.get("message") or "")
    if not words.strip() or len(words) > LONGEST:
        raise graph.no(100, "(#100) The message is empty or too long")
    made = RemotePost.objects.create(
        account=asked.who, remote_id=ids.snowflake(), parent=post, text=words, body={}
    )
    return answer({"id": made.remote_id})


def listed(asked: Asked, node: str) -> HttpResponse:
    needs(asked, "comments")
    return reading.listed(asked, reading.post_of(node).answers.public())
