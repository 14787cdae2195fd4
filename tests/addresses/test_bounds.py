"""However much there is, a page asks no more: as many statements for six of each as for three."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from tests.addresses.crowd import add
from tests.addresses.where import ADDRESSES, path_of

pytestmark = pytest.mark.django_db
# With who asks and whether they may. bench/pages.py holds what people look at all day to 12.
MOST = 16
MORE = {"delivery:list": 17}


def asked(owner, world) -> dict[str, int]:
    found = {}
    for address in ADDRESSES:
        path = path_of(address, world)
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            answer = owner.get(path)
            if answer.headers.get("Content-Type", "").startswith("text/csv"):
                b"".join(answer.streaming_content)
        if answer.status_code == 200:
            found[address.name] = len(captured)
    return found


def test_no_page_asks_more_for_more(owner, world, subtests):
    world.membership = Membership.objects.get(team=world.team, user=world.owner)
    for n in range(3):
        add(world, n)
    few = asked(owner, world)
    assert len(few) > 50
    for n in range(3, 6):
        add(world, n)
    for name, most in asked(owner, world).items():
        with subtests.test(name):
            assert most <= min(few[name], MORE.get(name, MOST))
