"""Little-text, a markup in which one reserved character left bare cuts the post there. Pure.

Called by the adapter of the platform that speaks it. The cut comes without any error, so everything
is escaped that is not meant as markup.
"""

import re

from publishers.marks import spans

_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
_TAG = re.compile(r"\{hashtag\|\\?[#\uff03]\|((?:\\.|[^}\\])*+)\}", re.DOTALL)
_MENTION = re.compile(r"@\[((?:\\.|[^\]\\])*+)\]\(urn:li:[^)]*+\)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def little_text(text: str) -> str:
    """What shows as `text`. Tags stay tags, unless they hold a reserved character themselves."""
    written, done = "", 0
    for span in spans(text, "utf16"):
        if span.kind == "tag" and not _RESERVED.search(span.target):
            written += _escaped(text[done : span.start]) + rf"{{hashtag|\#|{span.target}}}"
            done = span.end
    return written + _escaped(text[done:])


def plain_text(commentary: str) -> str:
    """What a reader sees of it."""
    parts, done = [], 0
    while done < len(commentary):
        found = _TAG.match(commentary, done) or _MENTION.match(commentary, done)
        if found is not None:
            mark = "#" if commentary[done] == "{" else ""
            parts.append(mark + _ESCAPE.sub(r"\1", found.group(1)))
        elif (found := _ESCAPE.match(commentary, done)) is not None:
            parts.append(found.group(1))
        else:
            parts.append(commentary[done])
        done = found.end() if found is not None else done + 1
    return "".join(parts)


def _escaped(text: str) -> str:
    return _RESERVED.sub(lambda found: f"\\{found.group()}", text)
