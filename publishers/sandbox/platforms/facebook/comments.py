"""Comments on Facebook, under a post."""

from django.http import HttpResponse

from publishers.sandbox import graph, ids
from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.facebook import reading
from publishers.sandbox.twin import Asked, answer

LONGEST = 8000


def create(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "pages_manage_engagement")
    post, words = reading.post_of(node), reading.form_of(asked).get("message", "")
    if not words.strip() or len(words) > LONGEST:
        raise graph.no(100, "(#100) The message is empty or too long")
    number = post.remote_id.rpartition("_")[2]
    made = RemotePost.objects.create(
        account=asked.who,
        remote_id=f"{number}_{ids.snowflake()}",
        parent=post,
        text=words,
        body={},
    )
    return answer({"id": made.remote_id})


def listed(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "pages_read_engagement")
    return reading.listed(asked, reading.post_of(node).answers.public())
