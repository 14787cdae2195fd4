"""Bots and the channels that they look after. A bot has one of its own, and those that it runs."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox import figures
from publishers.sandbox.models import Account
from publishers.sandbox.platforms.telegram.errors import (
    Fields,
    bad,
    fields_of,
    forbidden,
    number,
    yes,
)
from publishers.sandbox.twin import Asked

PREFIX = "-100"
_RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": False,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_post_messages": True,
    "can_edit_messages": True,
}


def bot_id(account: Account) -> int:
    return int(account.remote_id.removeprefix(PREFIX))


def me(asked: Asked, token: str) -> HttpResponse:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return yes(_bot(asked.who) | abilities)


def chat(asked: Asked, token: str) -> HttpResponse:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    more = {
        "accent_color_id": 4,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }
    return yes(shown(place(asked, fields_of(asked))) | more)


def member(asked: Asked, token: str) -> HttpResponse:
    fields = fields_of(asked)
    place(asked, fields)
    if number(fields, "user_id") != bot_id(asked.who):
        raise bad("member not found")
    return yes(_administrator(asked.who))


def count(asked: Asked, token: str) -> HttpResponse:
    return yes(figures.followers(place(asked, fields_of(asked))))


def updates(asked: Asked, token: str) -> HttpResponse:
    """What a bot was told when it was made an administrator; as if that was a moment ago."""
    bot = _bot(asked.who)
    rows = [
        {
            "update_id": 1000 + place,
            "my_chat_member": {
                "chat": shown(account),
                "from": {"id": 17, "is_bot": False, "first_name": "Inês"},
                "date": int(account.created_at.timestamp()),
                "old_chat_member": {"status": "left", "user": bot},
                "new_chat_member": _administrator(asked.who),
            },
        }
        for place, account in enumerate(_looked_after(asked.who))
    ]
    return yes(rows)


def shown(account: Account) -> dict[str, Any]:
    return {
        "id": int(account.remote_id),
        "type": "channel",
        "title": account.name,
        "username": account.handle,
    }


def place(asked: Asked, fields: Fields) -> Account:
    """The channel that a request names, by number or by @name."""
    name = str(fields.get("chat_id") or "")
    if not name:
        raise bad("chat_id is empty")
    if "\0" in name:
        raise bad("chat not found")
    named = {"handle__iexact": name[1:]} if name.startswith("@") else {"remote_id": name}
    found = Account.objects.filter(platform=asked.who.platform, **named).first()
    if found is None:
        raise bad("chat not found")
    if found not in _looked_after(asked.who):
        raise forbidden("bot is not a member of the channel chat")
    return found


def _looked_after(bot: Account) -> list[Account]:
    return [bot, *bot.organizations.order_by("pk")]


def _bot(account: Account) -> dict[str, Any]:
    return {
        "id": bot_id(account),
        "is_bot": True,
        "first_name": account.name,
        "username": f"{account.handle}_bot",
    }


def _administrator(bot: Account) -> dict[str, Any]:
    return {"status": "administrator", "user": _bot(bot), **_RIGHTS}
