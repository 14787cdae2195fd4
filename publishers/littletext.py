"""Little-text, a markup in which one reserved character left bare cuts the post there. Pure.

Called by the adapter of the platform that speaks it. The cut comes without any error, so everything
is escaped that is not meant as markup. Writers name somebody as the markup does itself:
`@[Tide Ltd](urn:li:organization:77)`, where the name must be theirs to the letter.
"""

import re

from publishers.marks import spans

_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
_TAG = re.compile(r"\{hashtag\|\\?[#\uff03]\|((?:\\.|[^}\\])*+)\}", re.DOTALL)
_MENTION = re.compile(r"@\[((?:\\.|[^\]\\])*+)\]\(urn:li:[^)]*+\)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NAMED = re.compile(r"@\[([^\[\]\n]{1,200}+)\]\((urn:li:(?:person|organization):[\w-]{1,80}+)\)")


def little_text(text: str) -> str:
    """What shows as `shown(text)`. Tags stay tags, unless they hold a reserved character
    themselves.
    """
    written, done = "", 0
    for found in _NAMED.finditer(text):
        written += _tagged(text[done : found.start()])
        written += f"@[{_escaped(found[1])}]({found[2]})"
        done = found.end()
    return written + _tagged(text[done:])


def shown(text: str) -> str:
    """What readers see of a writer's text: of those it names, the names."""
    return _NAMED.sub(r"\1", text)


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


def _tagged(text: str) -> str:
    written, done = "", 0
    for span in spans(text, "utf16"):
        if span.kind == "tag" and not _RESERVED.search(span.target):
            written += _escaped(text[done : span.start]) + rf"{{hashtag|\#|{span.target}}}"
            done = span.end
    return written + _escaped(text[done:])


def _escaped(text: str) -> str:
    return _RESERVED.sub(lambda found: f"\\{found.group()}", text)
