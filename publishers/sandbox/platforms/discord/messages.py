"""Messages of webhooks: taken, read by number, changed, deleted; in a thread, in a forum."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from publishers.sandbox import ids, pictures, uploads
from publishers.sandbox.exchange import json_object
from publishers.sandbox.models import Account, Attachment, Picture, RemotePost
from publishers.sandbox.platforms.discord.errors import invalid, refused, unknown
from publishers.sandbox.twin import Asked, answer

CONTENT, ALT, TITLE, FILES = 2000, 1024, 100, 10
FILE_BYTES = 10 * 1024 * 1024
NO_PREVIEW, NO_SOUND = 1 << 2, 1 << 12
EVERYBODY = ("@everyone", "@here")

type Body = dict[str, Any]


def webhook_id(account: Account) -> str:
    return str(int(channel_of(account)) + 1)


def channel_of(account: Account) -> str:
    return account.remote_id.rpartition("/")[2]


def is_forum(account: Account) -> bool:
    return account.handle.endswith("forum")


def about(asked: Asked, webhook: str, token: str) -> HttpResponse:
    who = asked.who
    return answer(
        {
            "application_id": None,
            "avatar": None,
            "channel_id": channel_of(who),
            "guild_id": who.remote_id.partition("/")[0],
            "id": webhook_id(who),
            "name": who.name,
            "type": 1,
            "token": token,
        }
    )


def execute(asked: Asked, webhook: str, token: str) -> HttpResponse:
    body, who = _body(asked), asked.who
    thread, title = asked.request.GET.get("thread_id", ""), str(body.get("thread_name") or "")
    parent = _thread(who, thread, title)
    words, files = _content(body), _files(asked, body)
    if not words and not files:
        raise refused(400, 50006, "Cannot send an empty message")
    number = ids.snowflake()
    post = RemotePost.objects.create(
        account=who,
        remote_id=number,
        parent=parent,
        title=title,
        text=words,
        body={
            # A thread has the number of the message that began it.
            "channel": thread or (number if title else channel_of(who)),
            "flags": _flags(body),
            "calls": _calls(body, words),
        },
    )
    pictures.attach(post, files)
    if asked.request.GET.get("wait") != "true":
        return HttpResponse(status=204)
    return answer(shown(asked, post))


def one(asked: Asked, webhook: str, token: str, message: str) -> HttpResponse:
    return answer(shown(asked, _named(asked, message)))


def change(asked: Asked, webhook: str, token: str, message: str) -> HttpResponse:
    post, body = _named(asked, message), _body(asked)
    if "content" in body:
        post.text = _content(body)
        post.body = {**post.body, "calls": _calls(body, post.text)}
    if "flags" in body:
        kept = post.body["flags"] & ~NO_PREVIEW
        post.body = {**post.body, "flags": kept | (_flags(body) & NO_PREVIEW)}
    if not post.text and not post.attachments.exists():
        raise refused(400, 50006, "Cannot send an empty message")
    post.edited_at = timezone.now()
    post.save(update_fields=["text", "body", "edited_at"])
    return answer(shown(asked, post))


def delete(asked: Asked, webhook: str, token: str, message: str) -> HttpResponse:
    post = _named(asked, message)
    RemotePost.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    return HttpResponse(status=204)


# -- what is taken


def _body(asked: Asked) -> Body:
    request = asked.request
    if request.content_type == "multipart/form-data":
        found = json_object(request.POST.get("payload_json", "{}").encode())
    else:
        found = json_object(request.body)
    if found is None:
        raise refused(400, 50109, "The request body contains invalid JSON.")
    return found


def _content(body: Body) -> str:
    words = str(body.get("content") or "")
    if len(words) > CONTENT:
        said = f"Must be {CONTENT} or fewer in length."
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", said)
    return words.strip()


def _flags(body: Body) -> int:
    flags = body.get("flags") or 0
    if not isinstance(flags, int) or flags & ~(NO_PREVIEW | NO_SOUND):
        raise invalid("flags", "BITFIELD_VALUE_INVALID", "These flags cannot be set.")
    return flags


def _calls(body: Body, words: str) -> bool:
    """Whether everybody is called: by itself what stands in a text does."""
    allowed = body.get("allowed_mentions")
    parsed = allowed.get("parse", []) if isinstance(allowed, dict) else ["everyone"]
    return "everyone" in parsed and any(name in words for name in EVERYBODY)


def _thread(who: Account, thread: str, title: str) -> RemotePost | None:
    if thread and title:
        raise refused(400, 220002, "Webhooks can only create threads or post in one, not both")
    if title and not is_forum(who):
        raise refused(400, 220003, "Webhooks can only create threads in forum channels")
    if len(title) > TITLE:
        said = f"Must be {TITLE} or fewer in length."
        raise invalid("thread_name", "BASE_TYPE_MAX_LENGTH", said)
    if is_forum(who) and not thread and not title:
        words = "Webhooks posted to forum channels must have a thread_name or thread_id"
        raise refused(400, 220001, words)
    if not thread:
        return None
    if not thread.isdecimal():
        raise invalid("thread_id", "NUMBER_TYPE_COERCE", f'Value "{thread}" is not snowflake.')
    found = who.posts.public().filter(remote_id=thread, parent=None).first()
    if found is None:
        raise unknown("Channel", 10003)
    return found


def _files(asked: Asked, body: Body) -> list[tuple[Picture, str]]:
    listed = [row for row in body.get("attachments") or [] if isinstance(row, dict)]
    told = {str(row.get("id")): row for row in listed}
    names = [name for name in asked.request.FILES if name.startswith("files[")]
    if len(names) > FILES or len(told) > FILES:
        said = f"Must be {FILES} or fewer in length."
        raise invalid("attachments", "BASE_TYPE_MAX_LENGTH", said)
    found = []
    for name in names:
        row = told.pop(name[6:-1], {})
        alt = str(row.get("description") or "")
        if len(alt) > ALT:
            said = f"Must be {ALT} or fewer in length."
            raise invalid("attachments", "BASE_TYPE_MAX_LENGTH", said)
        found.append((_file(asked, name), alt))
    if told:
        raise invalid("attachments", "ATTACHMENT_NOT_FOUND", "Attachment data not found.")
    return found


def _file(asked: Asked, name: str) -> Picture:
    stream = asked.request.FILES.get(name)
    if stream is None:
        raise invalid("attachments", "ATTACHMENT_NOT_FOUND", "Attachment data not found.")
    try:
        row = uploads.whole(asked.who, ids.snowflake(), stream, FILE_BYTES, works=False)
    except uploads.Misplaced:
        raise refused(413, 40005, "Request entity too large") from None
    if row is None:
        raise invalid("attachments", "SIMULATION", "Only pictures and videos are simulated.")
    return row


def _named(asked: Asked, message: str) -> RemotePost:
    """In a thread only who names it finds the message."""
    rows = asked.who.posts.public().select_related("account", "parent")
    post = rows.filter(remote_id=message).first() if message.isdecimal() else None
    thread = asked.request.GET.get("thread_id", "") or channel_of(asked.who)
    if post is None or post.body["channel"] != thread:
        raise unknown("Message", 10008)
    return post


# -- how it is shown


def shown(asked: Asked, post: RemotePost) -> dict[str, Any]:
    who = post.account
    rows = post.attachments.select_related("picture")
    return {
        "type": 0,
        "content": post.text,
        "mentions": [],
        "mention_roles": [],
        "attachments": [_attachment(asked, row) for row in rows],
        "embeds": [],
        "timestamp": post.accepted_at.isoformat(),
        "edited_timestamp": post.edited_at.isoformat() if post.edited_at else None,
        "flags": post.body["flags"],
        "components": [],
        "id": post.remote_id,
        "channel_id": post.body["channel"],
        "author": {
            "id": webhook_id(who),
            "username": who.name,
            "avatar": None,
            "discriminator": "0000",
            "public_flags": 0,
            "flags": 0,
            "bot": True,
            "global_name": None,
            "primary_guild": None,
        },
        "pinned": False,
        "mention_everyone": post.body["calls"],
        "tts": False,
        "webhook_id": webhook_id(who),
    }


def _attachment(asked: Asked, row: Attachment) -> dict[str, Any]:
    file = row.picture
    address = asked.request.build_absolute_uri(reverse("sandbox:picture", args=[file.pk]))
    told = {
        "id": file.remote_id,
        "filename": f"{file.remote_id}.{file.mime.rpartition('/')[2]}",
        "size": file.size,
        "url": address,
        "proxy_url": address,
        "content_type": file.mime,
        "width": file.width,
        "height": file.height,
    }
    return told | ({"description": row.alt} if row.alt else {})
