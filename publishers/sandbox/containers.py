"""Posts in two steps, as the simulated platforms keep them between the two."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from publishers.sandbox import fetching, ids, pictures
from publishers.sandbox.models import Account, Container, Picture, RemotePost
from publishers.sandbox.shapes import Fetched

LIVES = timedelta(hours=24)


def create(
    account: Account,
    asked: Mapping[str, str],
    *,
    fetched: Fetched | None = None,
    children: Sequence[Container] = (),
    problem: str = "",
) -> Container:
    """`fetched`: the picture or video in it. A video is worked on for a while."""
    picture = None
    if fetched is not None and fetched.shape is not None and not problem:
        works = fetched.shape.mime.startswith("video/")
        picture = fetching.keep(account, ids.snowflake(), fetched, works=works)
        Picture.objects.filter(pk=picture.pk).update(alt=asked.get("alt_text", ""))
    made = Container.objects.create(
        account=account,
        remote_id=ids.snowflake(),
        asked=dict(asked),
        picture=picture,
        problem=problem,
        expires_at=timezone.now() + LIVES,
    )
    made.children.set(children)
    return made


def find(account: Account, remote_id: str) -> Container | None:
    return account.containers.filter(remote_id=remote_id).first()


def listed(account: Account, remote_ids: str) -> list[Container] | None:
    """Those of a list with commas, in its order; None where one is not there or ended."""
    wanted = [one for one in remote_ids.split(",") if one]
    known = {one.remote_id: one for one in account.containers.filter(remote_id__in=wanted)}
    found = [known[one] for one in wanted if one in known]
    good = len(found) == len(wanted) and all(one.state in ("working", "ready") for one in found)
    return found if good else None


def shown(container: Container) -> list[tuple[Picture, str]]:
    """Its pictures and videos in order, with their words."""
    if container.picture is not None:
        return [(container.picture, container.asked.get("alt_text", ""))]
    children = listed(container.account, container.asked.get("children", "")) or []
    return [(one.picture, one.asked.get("alt_text", "")) for one in children if one.picture]


def publish(container: Container, post: RemotePost) -> RemotePost:
    pictures.attach(post, shown(container))
    Container.objects.filter(pk=container.pk).update(post=post)
    return post
