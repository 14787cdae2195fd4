"""Reading what people type or press: names, hashtags, ids, the order of pictures. Pure."""

import re

# PostgreSQL stores no NUL; a half of a surrogate pair reaches us as U+FFFD.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufffd]")


def unstorable(text: str) -> bool:
    return _UNSTORABLE.search(text) is not None


def newlines(text: str) -> str:
    """Browsers send two characters for a line break; platforms count one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    """A name without what nobody sees: control characters and direction overrides could make two
    look like one.
    """
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())


def number(value: str) -> int:
    """An id; 0, which no row has, when it is none."""
    return int(value) if re.fullmatch(r"[0-9]{1,18}", value) else 0


def percent(value: str) -> int | None:
    """From 0 to 100; None where it is nothing of the kind."""
    found = int(value) if re.fullmatch(r"[0-9]{1,3}", value) else 101
    return found if found <= 100 else None


def names(text: str) -> list[str]:
    """Names between commas, each once whatever its capitals."""
    found = {name.strip().lower(): name.strip() for name in text.split(",") if name.strip()}
    return list(found.values())


def hashtags(text: str) -> tuple[list[str], str]:
    """The tags without their marks, each once; and the first word that cannot be one."""
    words = [word.lstrip("#") for word in re.split(r"[\s,]+", text)]
    found = {word.lower(): word for word in words if word}
    wrong = [word for word in found.values() if not re.fullmatch(r"\w+", word)]
    return list(found.values()), wrong[0] if wrong else ""


def arranged(order: list[int], request: str) -> list[int]:
    """The pictures after one press of a button: "up:5", "down:5" or "remove:5"."""
    step, _colon, value = request.partition(":")
    asset = number(value)
    if asset not in order:
        return order
    rest = [pk for pk in order if pk != asset]
    if step == "remove":
        return rest
    at = max(order.index(asset) + {"up": -1, "down": 1}.get(step, 0), 0)
    return [*rest[:at], asset, *rest[at:]]
