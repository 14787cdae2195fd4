"""However much there is, a page, its part and an act ask no more: as many statements for six of
each as for three.
"""

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from tests.addresses.crowd import add
from tests.addresses.where import ADDRESSES, HTMX, path_of
from tests.security.acts import ACTS, copied, sent

pytestmark = pytest.mark.django_db
# With who asks and whether they may. bench/pages.py holds what people look at all day to 12.
MOST = 16
MORE = {"delivery:list": 17}
# What an act writes for each channel, picture, slot or reviewer that it concerns.
FOR_EACH = {
    "approvals:post_review": 12,
    "approvals:selection_submit": 12,
    "approvals:stage": 2,
    "approvals:stage_remove": 2,
    "calendar_app:queue_add": 1,
    "calendar_app:queue_reshuffle": 14,
    "calendar_app:slots_fill": 1,
    "posts:library_attach": 4,
    "posts:post_delete": 1,
    "posts:post_duplicate": 6,
    "posts:post_publish": 1,
    "posts:post_schedule": 1,
    "posts:selection_delete": 1,
}


def asked(owner, world) -> dict[tuple[str, str], int]:
    """Of each address and each part of it."""
    found = {}
    for address in ADDRESSES:
        path = path_of(address, world)
        for kind, headers in (("page", {}), ("part", HTMX)):
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                answer = owner.get(path, headers=headers)
                if answer.headers.get("Content-Type", "").startswith("text/csv"):
                    b"".join(answer.streaming_content)
            if answer.status_code == 200:
                found[address.name, kind] = len(captured)
    return found


def done(as_user, world) -> dict[str, int]:
    """Of each act, which is taken back."""
    found = {}
    for name, act in ACTS.items():
        with transaction.atomic():
            cache.clear()
            act.arrange(there := copied(world))
            browser, body = as_user(act.who(there)), act.body(there)
            with CaptureQueriesContext(connection) as captured:
                sent(browser, name, there, act, body)
            found[name] = len(captured)
            transaction.set_rollback(True)
    return found


def crowded(world, numbers) -> None:
    world.membership = Membership.objects.get(team=world.team, user=world.owner)
    for n in numbers:
        add(world, n)


def test_no_page_asks_more_for_more(owner, world, subtests):
    crowded(world, range(3))
    few = asked(owner, world)
    assert len(few) > 100
    crowded(world, range(3, 6))
    for (name, kind), most in asked(owner, world).items():
        with subtests.test(f"{name}, {kind}"):
            assert most <= min(few[name, kind], MORE.get(name, MOST))


def test_no_act_asks_more_for_more(as_user, world, subtests):
    crowded(world, range(3))
    few = done(as_user, world)
    crowded(world, range(3, 6))
    for name, most in done(as_user, world).items():
        with subtests.test(name):
            assert most <= few[name] + 3 * FOR_EACH.get(name, 0)
