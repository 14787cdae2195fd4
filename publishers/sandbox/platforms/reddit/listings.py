"""What Reddit shows of posts and accounts."""

import re
from typing import Any

from django.http import HttpResponse

from publishers.sandbox import figures
from publishers.sandbox.models import Account, RemotePost
from publishers.sandbox.platforms.reddit.errors import bare
from publishers.sandbox.twin import Asked, Refused, answer

AT_ONCE = 100


def fullname(post: RemotePost) -> str:
    return f"{'t3' if post.body.get('kind') != 'comment' else 't1'}_{post.remote_id}"


def root_of(post: RemotePost) -> RemotePost:
    while post.parent is not None:
        post = post.parent
    return post


def path_of(post: RemotePost) -> str:
    root = root_of(post)
    place = str(root.body.get("sr", ""))
    words = "_".join(re.findall(r"[a-z0-9]+", root.title.lower()))[:50] or "post"
    path = f"/r/{place}/comments/{root.remote_id}/{words}/"
    return path if root is post else f"{path}{post.remote_id}/"


def told(post: RemotePost) -> dict[str, Any]:
    common = {
        "id": post.remote_id,
        "name": fullname(post),
        "author": post.account.handle if post.deleted_at is None else "[deleted]",
        "subreddit": post.body.get("sr", ""),
        "permalink": path_of(post),
        "created_utc": post.accepted_at.timestamp(),
        "edited": post.edited_at.timestamp() if post.edited_at else False,
        "score": 1 + figures.of_post(post, "score")["score"],
        "archived": False,
        "locked": False,
    }
    if post.body.get("kind") == "comment":
        assert post.parent is not None
        answered = {"link_id": fullname(root_of(post)), "parent_id": fullname(post.parent)}
        return {"kind": "t1", "data": {**common, **answered, "body": post.text}}
    return {"kind": "t3", "data": common | _post(post)}


def _post(post: RemotePost) -> dict[str, Any]:
    counted = figures.of_post(post, "comments", "shares", "score")
    kind, shown = post.body.get("kind"), list(post.attachments.select_related("picture"))
    own = kind in ("image", "video", "gallery")
    data: dict[str, Any] = {
        "title": post.title,
        "selftext": post.text,
        "is_self": kind == "self",
        "is_video": kind == "video",
        "is_reddit_media_domain": own,
        "domain": "i.redd.it" if kind == "image" else "v.redd.it" if kind == "video" else "",
        "url": post.card_url or path_of(post),
        "over_18": str(post.body.get("nsfw", "")).lower() == "true",
        "spoiler": str(post.body.get("spoiler", "")).lower() == "true",
        "link_flair_text": post.body.get("flair_text"),
        "hide_score": False,
        "ups": 1 + counted["score"],
        "upvote_ratio": 0.93,
        "num_comments": post.answers.count() + counted["comments"],
        "num_crossposts": counted["shares"],
        "total_awards_received": 0,
        "view_count": None,
        "removed_by_category": "deleted" if post.deleted_at else None,
    }
    if post.card_url:
        data["url_overridden_by_dest"] = post.card_url
    if kind == "gallery":
        items = [{"media_id": one.picture.remote_id, "caption": one.alt} for one in shown]
        data |= {"is_gallery": True, "gallery_data": {"items": items}}
    return data


# -- what is asked for


def submitted(asked: Asked, handle: str) -> HttpResponse:
    return _listing(asked, handle, comments=False)


def comments(asked: Asked, handle: str) -> HttpResponse:
    return _listing(asked, handle, comments=True)


def _listing(asked: Asked, handle: str, *, comments: bool) -> HttpResponse:
    if not asked.token.allows("history"):
        raise Refused(bare(403))
    who = Account.objects.filter(platform="reddit", handle__iexact=handle).first()
    if who is None:
        raise Refused(bare(404))
    query = asked.request.GET
    limit = query.get("limit", "25")
    most = max(1, min(int(limit), AT_ONCE)) if limit.isdecimal() and len(limit) < 5 else 25
    rows = who.posts.public().newest_first().select_related("account", "parent__account")
    rows = rows.filter(parent__isnull=not comments)
    if after := query.get("after", ""):
        last = who.posts.filter(remote_id=after.partition("_")[2]).first()
        rows = rows.filter(pk__lt=last.pk) if last else rows.none()
    page = list(rows[: most + 1])
    more = fullname(page[most - 1]) if len(page) > most else None
    return answer(
        {
            "kind": "Listing",
            "data": {"after": more, "before": None, "children": [told(row) for row in page[:most]]},
        }
    )


def info(asked: Asked) -> HttpResponse:
    """Also what is deleted, without its author."""
    if not asked.token.allows("read"):
        raise Refused(bare(403))
    names = asked.request.GET.get("id", "").split(",")[:AT_ONCE]
    rows = RemotePost.objects.filter(
        account__platform="reddit", remote_id__in=[name.partition("_")[2] for name in names]
    ).select_related("account", "parent__account")
    known = {fullname(row): row for row in rows}
    children = [told(known[name]) for name in names if name in known]
    return answer({"kind": "Listing", "data": {"after": None, "children": children}})


def me(asked: Asked) -> HttpResponse:
    if not asked.token.allows("identity"):
        raise Refused(bare(403))
    who = asked.who
    posts = figures.of_account(who, "score")["score"]
    answers = figures.followers(who)
    return answer(
        {
            "id": who.remote_id,
            "name": who.handle,
            "icon_img": asked.picture_url(),
            "link_karma": posts,
            "comment_karma": answers,
            "total_karma": posts + answers,
            "created_utc": who.created_at.timestamp(),
            "has_verified_email": True,
        }
    )
