"""Which chats a bot may post to. Called by the adapter beside it.

What is typed when connecting is the bot's token and, after spaces, the chats. A bot cannot list
them; with the token alone, what it was lately told by chats says where it is.
"""

import re
from typing import Any

from publishers.adapters.telegram.bot import Bot, chat_id
from publishers.adapters.telegram.refusals import NAME
from publishers.contract import Account, App, Http, NotPublished, Rejected, Reply, TryLater
from publishers.verdicts import at, list_at, text_at

# Kinds of account: whoever has no public name has no public page either.
PUBLIC, PRIVATE = "person", "private"
MOST = 25
_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_.-]{10,200}")
_ADDRESS = re.compile(r"(?:https?://)?t\.me/", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]{1,20}")
_CHATS = ("channel", "supergroup", "group")
_TELLING = ("my_chat_member", "channel_post", "message")


def accounts(http: Http, app: App, account: Account) -> list[Account] | NotPublished:
    token, *named = account.token.split() or [""]
    if not _TOKEN.fullmatch(token):
        return Rejected(
            f"That is not the token of a bot. @BotFather in {NAME} shows it: digits, a colon, and "
            "35 letters and digits."
        )
    bot = Bot(http, app, token)
    reply = bot.ask("getMe")
    if not isinstance(reply, Reply):
        return reply
    me = at(reply.json, "result", "id")
    if not isinstance(me, int):
        return TryLater(f"{NAME} did not say whose token this is. Try again.")
    if not named and account.remote_id:
        named = [account.remote_id]
    return _named(bot, me, token, named) if named else _known(bot, me, token)


def _named(bot: Bot, me: int, token: str, names: list[str]) -> list[Account] | NotPublished:
    found: dict[str, Account] = {}
    for name in names[:MOST]:
        one = _look(bot, me, token, _called(name))
        if not isinstance(one, Account):
            return one
        found[one.remote_id] = one
    return list(found.values())


def _known(bot: Bot, me: int, token: str) -> list[Account] | NotPublished:
    """Nothing is confirmed, so that whoever else listens for the bot hears it all again."""
    reply = bot.ask("getUpdates", limit=100, timeout=0)
    if isinstance(reply, TryLater):
        return reply
    rows = list_at(reply.json, "result") if isinstance(reply, Reply) else []
    numbers = [at(row, kind, "chat", "id") for row in rows for kind in _TELLING]
    chats = list(dict.fromkeys(number for number in numbers if isinstance(number, int)))
    looks = [_look(bot, me, token, chat) for chat in chats[-MOST:]]
    found = [one for one in looks if isinstance(one, Account)]
    return found or Rejected(
        f"{NAME} does not say where this bot may post. Write the channel after the token, with a "
        "space between: @tidewater, or its number."
    )


def _called(name: str) -> int | str:
    """A name, a number or an address, as people copy them."""
    name = _ADDRESS.sub("", name).strip("/")
    return chat_id(name) if _NUMBER.fullmatch(name) else f"@{name.lstrip('@')}"


def _look(bot: Bot, me: int, token: str, chat: int | str) -> Account | NotPublished:
    reply = bot.ask("getChat", chat_id=chat)
    if not isinstance(reply, Reply):
        return reply
    told = at(reply.json, "result")
    number, kind, title = at(told, "id"), text_at(told, "type"), text_at(told, "title")
    if not isinstance(number, int) or kind not in _CHATS:
        return Rejected(f"{chat} is not a channel or group.")
    rights = bot.ask("getChatMember", chat_id=number, user_id=me)
    if not isinstance(rights, Reply):
        return rights
    if not _may_post(at(rights.json, "result"), kind):
        return Rejected(
            f"The bot may not post in {title or chat}. Make it an administrator there, with the "
            "right to post messages."
        )
    name = text_at(told, "username")
    handle = name or title or str(number)
    return Account(str(number), handle, title, kind=PUBLIC if name else PRIVATE, token=token)


def _may_post(member: Any, kind: str) -> bool:
    status = text_at(member, "status")
    if status == "creator":
        return True
    if kind == "channel":
        return status == "administrator" and at(member, "can_post_messages") is True
    free = status in ("administrator", "member")
    return free or (status == "restricted" and at(member, "can_send_messages") is True)
