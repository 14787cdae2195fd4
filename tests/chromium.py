"""Chromium for the tests that drive a browser: Debian's, at best the one without windows, else the
one that Playwright brings.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

# Playwright's synchronous API runs an event loop in this thread; Django would refuse the ORM there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ANSWERED = (
    "Failed to load resource",
    "Response Status Error",
    "htmx:sendError",
    "htmx:sendAbort",
    "htmx:after",
)

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return {"args": FLAGS, **({"executable_path": found} if found else {})}


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`person(base_url)`: somebody's own browser, without anybody else's cookies.

    A script error or a refused resource on any of its pages fails the test.
    """
    contexts, troubles = [], []

    def hear(page: Page, line: ConsoleMessage) -> None:
        # What was answered, not, or given up, is for the test to judge: Chromium and htmx say each.
        answered = line.text.startswith(ANSWERED)
        if "Content Security" in line.text or (line.type == "error" and not answered):
            troubles.append(f"{page.url}: {line.text} {line.location}")

    def arrive(base_url: str, **options) -> Page:
        options = {"viewport": {"width": 1440, "height": 900}, **options}
        context = browser.new_context(base_url=base_url, timezone_id="Europe/Lisbon", **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda line: hear(page, line))
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert troubles == []


def sign_in(page: Page, email: str, password: str = "drumbeat-demo") -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password", exact=True).press("Enter")
    page.wait_for_url("**/t/**")


def picture_file(folder: Path, content: bytes, name: str = "buoy.jpg") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
