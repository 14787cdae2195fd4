"""Every mail of the product, as programs for mail show it: without our server, at any width."""

import re
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail

from notifications.kinds import KINDS
from tests.factories.publishers import ChannelFactory
from tests.notifications.letters import ACCOUNT, NOTICES, send_all

PHONE = {"width": 390, "height": 844}
WIDER = """() => [...document.querySelectorAll('body *')].filter(e =>
  e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def letters(team, alice, bob, carol):
    """Read back from what is sent."""
    for number in range(2):
        ChannelFactory(team=team, name=f"Channel {number}")
    send_all(team, owner=alice, author=bob, reviewer=carol)
    read = BytesParser(policy=policy.default)
    return [read.parsebytes(sent.message().as_bytes()) for sent in mail.outbox]


def part(letter, kind: str) -> str:
    found = letter.get_body([kind])
    return found.get_content() if found else ""


class Parts(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.django_db
def test_every_mail_stands_by_itself(letters):
    told = sum(kind.email for kind in KINDS.values())
    assert len(letters) > told + len(ACCOUNT) + len(NOTICES)
    for letter in letters:
        html, text = part(letter, "html"), part(letter, "plain")
        parts, subject = Parts(html), letter["Subject"]
        assert text.strip(), subject
        assert parts.every("html")[0]["lang"] == "en", subject
        assert "<title>Drumbeat<" not in html, subject
        assert "{" not in text, subject
        metas = {meta.get("name"): meta.get("content") for meta in parts.every("meta")}
        assert metas["color-scheme"] == "light dark", subject
        assert not {tag for tag, _ in parts.tags} & {"script", "link", "iframe", "form", "object"}
        assert not [name for _, attrs in parts.tags for name in attrs if name.startswith("on")]
        assert "url(" not in html, subject
        assert all(picture["alt"] for picture in parts.every("img")), subject
        links = {str(link["href"]) for link in parts.every("a")}
        fetched = {str(picture["src"]) for picture in parts.every("img")}
        ours = urlsplit(settings.SITE_URL).netloc
        assert {urlsplit(address).netloc for address in links | fetched} == {ours}, subject
        assert ".." not in text, subject
        assert "?." not in text, subject
        assert links <= set(re.findall(r"https?://\S+", text)), subject


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_nothing_scrolls_sideways(letters, browser):
    page = browser.new_page(viewport=PHONE)
    page.route("**/*", lambda route: route.abort())
    for letter in letters:
        page.set_content(part(letter, "html"))
        assert not page.evaluate(WIDER), letter["Subject"]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.close()
