"""What Telegram means when it says no. Called by the modules beside it."""

from publishers import verdicts
from publishers.contract import Reconnect, Rejected, Reply, TryLater
from publishers.verdicts import Answer, Rule, Said, at, text_at

NAME = "Telegram"
UNCHANGED = "message is not modified"
GONE = "message to delete not found|message_id_invalid"
MOVED = Rejected(
    "The group has become a larger one since, in which bots no longer reach what was written "
    f"before. Do it by hand in {NAME}."
)
RULES = (
    Rule(
        Reconnect(
            f"The bot may no longer post there. Make it an administrator in {NAME} with the right "
            "to post messages, and connect again."
        ),
        statuses=frozenset({403}),
        words="not enough rights|administrator rights|have no rights|chat_(write|admin)_",
    ),
    # A token that is none leads to no method at all.
    Rule(
        Reconnect(f"{NAME} does not know the bot's token. Connect again with the one it has now."),
        statuses=frozenset({404}),
    ),
    Rule(
        "The channel is gone or has another name. Connect it again, or take it off.",
        words="chat not found",
    ),
    Rule("Shorten the text.", words="too long"),
    Rule("What it answers is no longer there.", words="repl[a-z]+ .*not found"),
    Rule("It is no longer there.", words="message to edit not found"),
    Rule(
        f"Delete it by hand: {NAME} lets a bot do so for 48 hours, and later only with the right "
        "to delete messages.",
        words="can't be deleted",
    ),
    Rule("Send it anew: it cannot be changed there any more.", words="can't be edited"),
    Rule("Write something or add a picture.", words="(text|caption) (is |must be non-)empty"),
    Rule(
        "Save the picture again as JPEG, or the video as MP4.",
        words="file identifier|http url|image_process|photo_|wrong (type|remote)|media_",
    ),
    Rule("Make the picture or video smaller.", statuses=frozenset({413}), words="too (big|large)"),
)


def words_of(reply: Reply) -> Said:
    code = at(reply.json, "error_code")
    codes = frozenset({str(code)}) if isinstance(code, int) else frozenset[str]()
    return Said(text_at(reply.json, "description"), codes, reply.status)


def slowed(answer: Answer) -> TryLater | None:
    return verdicts.slowed(answer, NAME, "parameters", "retry_after")


def moved_to(reply: Reply) -> str:
    """The number that a group has from now on, since it became a larger one; empty: it has not."""
    number = at(reply.json, "parameters", "migrate_to_chat_id")
    return str(number) if reply.status == 400 and isinstance(number, int) else ""
