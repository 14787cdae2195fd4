"""Whoever opens an address gets a whole page; htmx gets the part that it swaps.

Made from the URL resolver: a new address is asked the same, and answers it or is named here.
"""

import re

import pytest

from tests.addresses.where import ADDRESSES, HTMX, path_of
from tests.architecture import tree

pytestmark = pytest.mark.django_db

# No page of their own: what stands on other pages asks for them.
PARTS = {"counts", "calendar_app:queue_next", "delivery:pulse"}
# Pages that no part of another page asks for: forms to fill in and questions to answer.
WHOLE = {
    "accounts:api_keys",
    "accounts:audit",
    "accounts:team_settings",
    "approvals:gates",
    "approvals:post_review",
    "approvals:review",
    "approvals:stage",
    "approvals:workflow",
    "calendar_app:feeds",
    "calendar_app:queue_add",
    "delivery:restored",
    "notifications:webhook",
    "notifications:webhooks",
    "posts:create",
    "posts:edit",
    "posts:hashtags",
    "posts:import_columns",
    "posts:import_new",
    "posts:import_undo",
    "posts:library_delete",
    "posts:library_folders",
    "posts:post_delete",
    "posts:template_edit",
    "posts:template_new",
    "posts:template_use",
    "publishers:connect",
}
# A choice belongs to the session that began it: tests/publishers/test_choose.py has one.
OF_A_SESSION = {"publishers:choose"}
BEGINS = "<!doctype html>"
_ASKED = re.compile(r"""hx-(?:get|post)=["']{%\s*url\s+["']([\w:]+)["']""")


def html(response) -> str:
    """Nothing where the answer is data or a file."""
    kind = response.headers.get("Content-Type", "")
    return response.text if kind.startswith("text/html") and not response.streaming else ""


def opened(owner, world):
    """Each address that can be opened, with its answers to a person and to htmx."""
    for address in ADDRESSES:
        path = path_of(address, world)
        answer = owner.get(path)
        if answer.status_code != 405 and address.name not in OF_A_SESSION:
            yield address, answer, owner.get(path, headers=HTMX)


def test_a_person_gets_a_whole_page(owner, world, subtests):
    for address, answer, _part in opened(owner, world):
        with subtests.test(address.name):
            page = owner.get(answer.url) if answer.status_code == 302 else answer
            assert page.status_code == 200
            text = html(page)
            if text and address.name not in PARTS:
                assert text.lstrip().startswith(BEGINS)
                assert "<main" in text
                assert text.rstrip().endswith("</html>")


def test_htmx_gets_a_part(owner, world, subtests):
    whole = set()
    for address, page, part in opened(owner, world):
        with subtests.test(address.name):
            if BEGINS in html(part):
                whole.add(address.name)
            elif html(page) and address.name not in PARTS:
                # Caches must not mix the two up.
                assert "HX-Request" in part.headers["Vary"]
                assert "HX-Request" in page.headers["Vary"]
                assert "<main" not in html(part)
    assert whole == WHOLE, "Answer htmx with a part (ui.htmx.partial), or name the page above."


def test_no_part_of_a_page_asks_for_a_whole_one():
    asked = {name for path in tree.templates() for name in _ASKED.findall(path.read_text())}
    assert len(asked) > 20
    assert not asked & WHOLE
