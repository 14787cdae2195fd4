"""Pages that were read to see whether a text became a program."""

import re
from html.parser import HTMLParser

SCHEMES = re.compile(r"^\s*(javascript|data|vbscript):", re.IGNORECASE)
# The addresses that elements take; data: pictures are drawn by the design itself.
ADDRESSES = {"href", "src", "action", "formaction", "srcdoc", "xlink:href", "poster"}


class Reader(HTMLParser):
    """Notes everything that would run, load or send something of the text's own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.alive: list[str] = []
        self.tags = 0

    def handle_starttag(self, tag, attrs):
        self.tags += 1
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if name.startswith(("on", "hx-on", "data-hx-")):
                self.alive.append(f"<{tag} {name}={value[:40]}>")
            if name in ADDRESSES and SCHEMES.match(value) and not value.startswith("data:image"):
                self.alive.append(f"<{tag} {name}={value[:40]}>")
            if name.startswith("hx-") and "attack" in value:
                self.alive.append(f"<{tag} {name}={value[:40]}>")
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.alive.append("<script>")
        if tag == "img" and given.get("src") == "x":
            self.alive.append("<img>")
        if tag in ("base", "object", "embed", "iframe", "style", "meta") and "attack" in str(given):
            self.alive.append(f"<{tag}>")


def inert(html: str) -> None:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.tags
    assert not reader.alive
