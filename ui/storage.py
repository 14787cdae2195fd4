"""Static files for production: hashed names that browsers keep for ever, few of them for a page.

The stylesheets in `css` that a page names and each script in `js/pages` are lists of imports in the
sources; collectstatic serves each as one file.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

type Sources = dict[str, tuple[Storage, str]]

SHEETS, PAGES = ("css/app.css", "css/aside.css"), "js/pages/"
_IMPORT = re.compile(r"""@import\s+url\(["']([^"']+)["']\)\s+layer\(([\w-]+)\);""")
_MODULE = re.compile(r"""^import "([^"]+)";$""", re.MULTILINE)
# Told to those who read the sources, which a browser fetches for nothing: whole lines of script,
# remarks anywhere in a stylesheet, and what moves a line in.
_SAID_IN_STYLE = re.compile(r"/\*.*?\*/", re.DOTALL)
_SAID_IN_SCRIPT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_MOVED_IN = re.compile(r"^\s+", re.MULTILINE)
_URL = re.compile(r"""url\((["']?)(?!["']?(?:data:|#|/|https?:))([^"')]+)\1\)""")


def bundle(sources: Sources, entry: str) -> str:
    """The entry with every import replaced by its file, in a layer block, links kept working."""
    folder = posixpath.dirname(entry)

    def inline(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, found[1]))
        return f"@layer {found[2]} {{\n{_rebase(_read(sources, path), path, folder)}\n}}"

    return _bare(_SAID_IN_STYLE, _IMPORT.sub(inline, _read(sources, entry)))


def joined_script(sources: Sources, entry: str) -> str:
    """The entry with every import replaced by its file, in a block: its names are its own."""
    folder = posixpath.dirname(entry)

    def inline(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, found[1]))
        return f"{{\n{_read(sources, path)}\n}}"

    return _bare(_SAID_IN_SCRIPT, _MODULE.sub(inline, _read(sources, entry)))


def _bare(said: re.Pattern[str], text: str) -> str:
    return _MOVED_IN.sub("", said.sub("", text))


def _read(sources: Sources, path: str) -> str:
    storage, name = sources[path]
    with storage.open(name) as file:
        content: bytes = file.read()
    return content.decode()


def _rebase(css: str, path: str, folder: str) -> str:
    home = posixpath.dirname(path)

    def move(found: re.Match[str]) -> str:
        target = posixpath.relpath(posixpath.join(home, found[2]), folder)
        return f'url("{target}")'

    return _URL.sub(move, css)


class HashedStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Joins the stylesheets and the scripts of each page, then hashes and compresses everything."""

    def post_process(
        self, paths: Sources, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        if not dry_run:
            joined = {path: joined_script(paths, path) for path in paths if path.startswith(PAGES)}
            joined |= {path: bundle(paths, path) for path in SHEETS if path in paths}
            for path, text in joined.items():
                self.delete(path)
                self._save(path, ContentFile(text.encode()))
            paths = {**paths, **{path: (self, path) for path in joined}}
        yield from super().post_process(paths, dry_run=dry_run, **options)
