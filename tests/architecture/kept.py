"""What machines write for people, which ui/spoken.py says in their language when they read it.

Workers and adapters know no reader and no gettext. Their sentences are found by their shape, in the
rooms that write them; what a platform says of itself is asked of the registry.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from posts.states import DeliveryState, Stage
from publishers import registry
from publishers.contract import ApiKey, AppPassword, OAuth2
from tests.architecture import tree

# Others there speak to administrators, to a terminal, or as a platform.
_FOLDERS = ("publishers", "delivery", "approvals/gates")
_FILES = (
    "posts/items.py", "posts/payloads.py", "posts/renditions.py", "posts/times.py",
    "notifications/calls.py", "config/outgoing.py", "approvals/services/links.py",
)  # fmt: skip
_LEFT_OUT = {
    "sandbox", "management", "admin", "admin.py", "crypto.py", "checks.py", "probing.py",
    "metrics.py", "crashpoints.py", "attempts.py",
}  # fmt: skip
_NOT_SAID = {
    "_", "gettext", "gettext_lazy", "ngettext", "pgettext", "execute", "compile", "search", "match",
    "sub", "finditer", "exception", "error", "warning", "info", "ValueError", "TypeError",
    "LookupError", "KeyError", "RuntimeError", "ImproperlyConfigured", "RunSQL",
}  # fmt: skip
# Headers, names of types, a column of the admin, what is filled by format and in _PARTS.
_NO_SENTENCE = re.compile(r"\d+[;,] |HTTP status|\w+ \| \w+$|\{platform\} \w+$|.*\{at:%d")
_OF_NOBODY = {"__str__", "__repr__"}
_WORDS = re.compile(r"[A-Z“X0-9].*\s[a-zA-Z“]{2,}", re.DOTALL)

# What is put together from parts, and the parts.
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_PARTS = (
    *_ORDINALS,
    *(f"{the} {noun}" for the in ("The", "the") for noun in ("picture", "video")),
    *(f"{the} {{number}} {noun}" for the in ("The", "the") for noun in ("picture", "video")),
    *(f"{noun} {{number}}" for noun in ("Picture", "picture", "Video", "video")),
    "picture", "pictures", "video", "videos", "picture or video", "pictures or videos",
    *(f"no {noun}s" for noun in ("picture", "video", "link", "hashtag", "mention")),
    *(f"one {noun}" for noun in ("picture", "video", "link", "hashtag", "mention")),
    *(f"{{number}} {noun}s" for noun in ("picture", "video")),
    *(f"up to {{number}} {noun}s" for noun in ("link", "hashtag", "mention")),
    *(f"Take the {noun}s out." for noun in ("picture", "video", "link", "hashtag", "mention")),
    "{some} or {last}",
    "one", "Add one more.", "Add one, or take this channel off.", "{needs}; this post has one.",
    "characters", "bytes", "characters from this account", "characters beside pictures or videos",
    "characters from this account beside pictures or videos",
    "1 second", "{hours} h", "tall", "wide", "taller than {ratio}", "wider than {ratio}",
    "after “{before}”", "at the beginning", "Choose one", "Fill it in",
    "this one", "a part of the thread", "the first comment", "The first comment",
    "the post", "The post",
    "Part {number} of {all}", "title", "text", "us", "this whole installation", "without a reason",
    "a picture", "the video", "the document", "The swipe document has no pictures.",
    "takes a {noun} of {most} characters; this is {over} over.",
    "wants a {noun} of at least {least} characters.",
    "does not allow “{word}” in the {noun}. Take it out.",
    "wants one of these in the {noun}: {listed}.",
    "wants a text below the title.", "takes no text below the title. Take it out there.",
    "takes no links to {host}.", "ahead of", "behind",
    "The database was restored to an earlier state. Another version of this post was sent on {day} "
    "at {time} UTC and may be live.",
)  # fmt: skip


def kept() -> Iterator[tuple[str, str]]:
    """Sentence, with {names} for what varies, and the file it is in."""
    paths = [path for folder in _FOLDERS for path in tree.files(folder, ".py")]
    paths += [tree.ROOT / name for name in _FILES]
    for path in paths:
        if not _LEFT_OUT & {*path.parts} and "migrations" not in path.parts:
            yield from ((sentence, tree.name(path)) for sentence in said_in(path.read_text()))
    here = tree.name(Path(__file__))
    yield from ((part, here) for part in _PARTS)
    yield from ((word, "publishers/registry.py") for word in _of_platforms())


def states() -> list[str]:
    """What workflow.py calls them where a step is refused."""
    return sorted({str(state).replace("_", " ") for state in (*Stage, *DeliveryState)})


def said_in(source: str) -> list[str]:
    return [words for words in _strings(ast.parse(source)) if _is_said(words)]


def _is_said(words: str) -> bool:
    shown = re.sub(r"\{\w+\}", "X", words)
    return (
        "\n" not in words
        and _NO_SENTENCE.match(words) is None
        and _WORDS.match(shown) is not None
        and re.search(r"[a-z]{3}", shown) is not None
    )


def _strings(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef) and child.name in _OF_NOBODY:
            continue
        if isinstance(child, ast.Call) and _called(child) in _NOT_SAID:
            continue
        if isinstance(child, ast.Assert) or (
            isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        ):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value
        elif isinstance(child, ast.JoinedStr):
            yield _with_gaps(child)
        else:
            yield from _strings(child)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _with_gaps(node: ast.JoinedStr) -> str:
    """f"{spec.name} takes {most:,}" is "{name} takes {most}"; a name comes but once."""
    said, seen = "", dict[str, int]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            said += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            name = getattr(part.value, "attr", getattr(part.value, "id", "value"))
            name = name.lower().strip("_")
            seen[name] = seen.get(name, 0) + 1
            said += f"{{{name}{seen[name] if seen[name] > 1 else ''}}}"
    return said


def _of_platforms() -> Iterator[str]:
    """Labels and hints. Names of platforms, of licences and numbers are the same everywhere."""
    for spec in registry.specs():
        for option in spec.options:
            yield from (option.label, option.help, *(label for _, label in option.choices))
        yield spec.setup
        for auth in (spec.auth, *spec.other_ways):
            match auth:
                case AppPassword():
                    yield from (
                        auth.identifier_label,
                        auth.secret_label,
                        auth.help,
                        auth.host_label,
                    )
                case ApiKey():
                    yield from (auth.label, auth.help, auth.host_label)
                case OAuth2():
                    yield from (auth.label, auth.hosts)
