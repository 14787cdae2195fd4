"""Acts in a state in which they are illegal are refused, and change nothing."""

import copy
import io
from urllib.parse import urlencode

import pytest
from django.db import transaction

from tests.addresses.acts import ALWAYS, ELSEWHERE, ILLEGAL
from tests.addresses.where import ADDRESSES, HTMX, path_of
from tests.architecture import tree
from tests.architecture.test_urls import ours, policy
from tests.security.addresses import every_path
from tests.security.conftest import digests

pytestmark = pytest.mark.django_db
# What an act on several posts did with each of them, and which pages read themselves again.
NOTED = {"posts.BulkAct", "notifications.LiveEvent"}


def sent(fields, headers):
    """As a browser does it: a file is read from its beginning."""
    files = {k: io.BytesIO(v) for k, v in fields.items() if isinstance(v, bytes)}
    for file in files.values():
        file.name = "plan.csv"
    return {"data": {**fields, **files}, "headers": headers}


def asked(owner, address, case, there):
    """Both answers, and what they changed."""
    fields, path = case.state(there), path_of(address, there)
    if case.in_address:
        fields, path = {}, f"{path}?{urlencode(fields)}"
    before = digests()
    codes = [owner.post(path, **sent(fields, headers)).status_code for headers in ({}, HTMX)]
    now = digests()
    return codes, {name for name in now if now[name] != before[name]} - NOTED


def test_what_is_illegal_is_refused_and_changes_nothing(owner, world, subtests):
    for address in ADDRESSES:
        if case := ILLEGAL.get(address.name):
            with subtests.test(address.name), transaction.atomic():
                codes, changed = asked(owner, address, case, copy.copy(world))
                transaction.set_rollback(True)
                assert (codes, changed) == ([case.status, case.by_htmx], set())


def test_every_act_says_when_it_is_illegal(owner, world):
    paths = every_path(world)
    names = [a.name for a in ours() if policy(a) != "staff" and not a.name.startswith("delivery:")]
    acts = [n for n in names if "POST" in owner.options(paths[n]).headers.get("Allow", "")]
    answered = [*ILLEGAL, *ALWAYS, *ELSEWHERE]
    assert sorted(acts) == sorted(answered), "Say in acts.py when it is illegal, or why it is not."


def test_what_is_asked_elsewhere_is_asked_there():
    for name, place in ELSEWHERE.items():
        file, _, test = place.partition("::")
        text = (tree.ROOT / "tests" / file).read_text()
        assert f"def {test}" in text, name
