"""The text format of LinkedIn posts, in which fifteen characters must be escaped to be themselves.

One that is not cuts the post there, without any error: the author finds half a post online.
"""

import re

_TOKEN = re.compile(
    r"\\(?P<escaped>[\\|{}@\[\]()<>#*_~])"
    r"|\{hashtag\|\\?#\|(?P<tag>[^{}|]+)\}"
    r"|@\[(?P<mention>(?:[^\[\]\\]|\\.)+)\]\(urn:li:(?:person|organization):[\w-]+\)"
    r"|(?P<hashtag>#\w+)"
    r"|(?P<plain>[^\\|{}@\[\]()<>#*_~]+)",
    re.DOTALL,
)


def shown(commentary: str) -> str:
    """What readers see, up to the first reserved character that stands for nothing."""
    parts, position = [], 0
    while match := _TOKEN.match(commentary, position):
        position = match.end()
        if match["tag"]:
            parts.append(f"#{match['tag']}")
        elif match["mention"]:
            parts.append(re.sub(r"\\(.)", r"\1", match["mention"]))
        else:
            parts.append(match["escaped"] or match["hashtag"] or match["plain"])
    return "".join(parts)


def unescaped(commentary: str) -> str:
    return re.sub(r"\\([\\|{}@\[\]()<>#*_~])", r"\1", commentary)
