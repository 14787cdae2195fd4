"""How a Mastodon server counts, and how it shows what was written."""

import html

import regex

from publishers.sandbox import text
from publishers.sandbox.models import Account

LINK = 23
URL = regex.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?')\]]", regex.IGNORECASE)
NAME = regex.compile(r"(?<![\w/@.])@(?P<user>\w[\w.-]*)(?:@(?P<server>[\w.:-]+\w))?")


def length(status: str, warning: str) -> int:
    """In signs: an address is 23, and of a name on another server only the user counts."""
    short = URL.sub("x" * LINK, status)
    short = NAME.sub(lambda found: f"@{found['user']}", short)
    return len(text.graphemes(warning)) + len(text.graphemes(short))


def shown(status: str, site: str) -> str:
    """The post as HTML, as clients get it. `site`: where profiles are."""
    paragraphs = [part for part in status.replace("\r\n", "\n").split("\n\n") if part]
    inside = ("<br />".join(_line(row, site) for row in part.split("\n")) for part in paragraphs)
    return "".join(f"<p>{part}</p>" for part in inside)


def _line(line: str, site: str) -> str:
    parts, position = [], 0
    for found in URL.finditer(line):
        parts += [_named(line[position : found.start()], site), _link(found[0])]
        position = found.end()
    return "".join([*parts, _named(line[position:], site)])


def _link(address: str) -> str:
    """Whole, its beginning and its end hidden from sight."""
    scheme, _, rest = address.partition("://")
    seen, hidden = html.escape(rest[:30]), html.escape(rest[30:])
    tail = f'<span class="invisible">{hidden}</span>' if hidden else ""
    kind = ' class="ellipsis"' if hidden else ""
    return (
        f'<a href="{html.escape(address)}" rel="nofollow noopener" target="_blank">'
        f'<span class="invisible">{scheme}://</span><span{kind}>{seen}</span>{tail}</a>'
    )


def _named(words: str, site: str) -> str:
    """Names of people who are known become links that show the user alone."""
    parts, position = [], 0
    for found in NAME.finditer(words):
        if not Account.objects.filter(platform="mastodon", handle=found["user"]).exists():
            continue
        user = html.escape(found["user"])
        parts += [
            html.escape(words[position : found.start()], quote=False),
            f'<span class="h-card" translate="no"><a href="{site}/@{user}" '
            f'class="u-url mention">@<span>{user}</span></a></span>',
        ]
        position = found.end()
    return "".join([*parts, html.escape(words[position:], quote=False)])
