"""Every word that people read, found in the sources, and the catalogs it is translated in.

`bin/words` brings the catalogs up to date: it adds what is new without a translation, drops what is
gone, compiles. Nothing here needs gettext's own programs.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.architecture import tree
from tests.architecture.kept import kept, states

LOCALE = tree.ROOT / "locale"
PLURALS = {"ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"}
CONTEXTS = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
MARKS = {"gettext", "gettext_lazy", "gettext_noop", *PLURALS, *CONTEXTS}
_STRING = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(
    rf"\b(_|n?p?gettext)\(\s*{_STRING}(?:\s*,\s*{_STRING})?(?:\s*,\s*{_STRING})?"
)
_COUNTED = re.compile(r"""plural_of:["']([^"',]+),([^"']+)["']""")


class Message(NamedTuple):
    id: str
    plural: str = ""
    context: str = ""


# -- what there is


def everything() -> dict[Message, set[str]]:
    """Each message with the files it is in."""
    found: dict[Message, set[str]] = {}
    for path in tree.python_files():
        for message in in_python(path.read_text()):
            found.setdefault(message, set()).add(tree.name(path))
    for path in tree.templates():
        for message in in_template(path.read_text()):
            found.setdefault(message, set()).add(tree.name(path))
    for sentence, place in kept():
        if sentence:
            found.setdefault(Message(sentence, context="kept"), set()).add(place)
    for state in states():
        found.setdefault(Message(state, context="state"), set()).add("posts/states.py")
    return found


def in_python(source: str) -> Iterator[Message]:
    parsed = ast.parse(source)
    called = {
        name.asname or name.name: name.name
        for node in ast.walk(parsed)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
    }
    for node in ast.walk(parsed):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            mark = called.get(node.func.id, "")
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if mark in MARKS and words and isinstance(node.args[0], ast.Constant):
                yield from _message(mark, [word for word in words if isinstance(word, str)])


def in_template(source: str) -> Iterator[Message]:
    for found in _IN_TEMPLATE.finditer(templatize(source)):
        words = [ast.literal_eval(word) for word in found.groups()[1:] if word]
        yield from _message(found[1], words)
    for found in _COUNTED.finditer(source):
        yield Message(found[1], found[2], "counted")


def _message(mark: str, words: list[str]) -> Iterator[Message]:
    wanted = 1 + (mark in PLURALS) + (mark in CONTEXTS)
    if len(words) < wanted or not words[0].strip():
        return
    context = words.pop(0) if mark in CONTEXTS else ""
    yield Message(words[0], words[1] if mark in PLURALS else "", context)


# -- the catalogs


class Plain(Catalog):
    """Without dates and names in its head, so that the same words are the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "Drumbeat"),
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def languages() -> list[str]:
    return sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def source_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with source_of(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def renewed(old: Catalog, found: dict[Message, set[str]]) -> Catalog:
    new = Plain(locale=old.locale, header_comment=old.header_comment, fuzzy=False)
    for message, places in sorted(found.items()):
        key = (message.id, message.plural) if message.plural else message.id
        known = old.get(message.id, message.context or None)
        fits = known is not None and known.pluralizable == bool(message.plural)
        new.add(
            key,
            string=known.string if known and fits else None,
            locations=[(place, 0) for place in sorted(places)],
            context=message.context or None,
        )
    return new


def main() -> int:
    """Exits with 1 while something has no translation, and names it."""
    missing = 0
    for language in languages():
        catalog = renewed(read(language), everything())
        out = io.BytesIO()
        write_po(out, catalog, width=100, sort_output=True, include_lineno=False, omit_header=False)
        source_of(language).write_bytes(out.getvalue())
        source_of(language).with_suffix(".mo").write_bytes(compiled(catalog))
        for message in catalog:
            if message.id and not all(_forms(message.string)):
                missing += 1
                print(f"{language}: no translation of {message.id!r}", file=sys.stderr)
    return int(missing > 0)


def _forms(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
