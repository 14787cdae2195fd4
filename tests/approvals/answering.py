"""What a browser with the page of the link open sends."""

import re

from django.test import Client


def hash_on(page) -> str:
    return re.search(r'name="content_hash" value="(\w+)"', page.content.decode())[1]


def answer(browser: Client, decision="approve", **extra):
    shown = hash_on(browser.get(browser.page))
    return browser.post(browser.page, {"decision": decision, "content_hash": shown, **extra})
