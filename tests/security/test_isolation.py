"""Every address of a team, tried by everybody: made from the URL resolver, so that a new one that
nobody thought about fails here.
"""

import pytest
from django.urls import reverse

from accounts.permissions import MAY
from tests.architecture.test_urls import ours, policy
from tests.security.conftest import filled, words

pytestmark = pytest.mark.django_db

ADDRESSES = [a for a in ours() if "<slug:team>" in a.route]
WITH_OBJECT = [a for a in ADDRESSES if "<int:" in a.route]
METHODS = ("get", "post")
HTMX = {"HX-Request": "true"}
# What viewers do for themselves, in the teams they look at.
OF_VIEWERS = {
    "accounts:leave",
    "notifications:read",
    "calendar_app:feeds",
    "calendar_app:saved_views",
}
# A choice belongs to the session that began it, so not even its owner's other sessions see it.
OF_A_SESSION = {"publishers:choose"}


def path_of(address, there, **other) -> str:
    return reverse(address.name, kwargs={**filled(address.name, address.route, there), **other})


def ask(browser, method, path, headers=None):
    return getattr(browser, method)(path, headers=headers or {})


def test_addresses_are_found():
    assert len(ADDRESSES) > 40
    assert {policy(a) for a in ADDRESSES} <= MAY["owner"]


def test_stranger_is_sent_to_sign_in(client, world, unchanged, subtests):
    for address in ADDRESSES:
        path = path_of(address, world)
        with subtests.test(address.name):
            for method in METHODS:
                response = ask(client, method, path)
                assert response.status_code == 302
                assert response["Location"].startswith(f"{reverse('account_login')}?next=/t/")
                by_htmx = ask(client, method, path, HTMX)
                assert by_htmx.status_code == 401
                assert by_htmx["HX-Redirect"] == reverse("account_login")
                assert by_htmx.content == b""
            unchanged(f"A stranger at {path}")


def test_outsider_sees_what_a_missing_team_shows(as_user, world, mallory, unchanged, subtests):
    outsider = as_user(mallory)
    for address in ADDRESSES:
        path, nowhere = path_of(address, world), path_of(address, world, team="no-such-team")
        with subtests.test(address.name):
            for method in METHODS:
                for headers in ({}, HTMX):
                    there = ask(outsider, method, path, headers)
                    missing = ask(outsider, method, nowhere, headers)
                    assert (there.status_code, missing.status_code) == (404, 404)
                    assert words(there).replace(path, nowhere) == words(missing)
                    assert "Tidewater" not in words(there)
            unchanged(f"An outsider at {path}")


def test_viewer_changes_nothing(as_user, world, vera, unchanged, subtests):
    viewer = as_user(vera)
    for address in ADDRESSES:
        path, may = path_of(address, world), policy(address) in MAY["viewer"]
        with subtests.test(address.name):
            assert ask(viewer, "get", path).status_code in ((200, 405) if may else (403,))
            if address.name not in OF_VIEWERS:
                for headers in ({}, HTMX):
                    status = ask(viewer, "post", path, headers).status_code
                    assert status in ((403, 405) if may else (403,))
            unchanged(f"A viewer at {path}")


def test_editor_neither_manages_nor_connects(as_user, world, bob, unchanged, subtests):
    editor = as_user(bob)
    beyond = [a for a in ADDRESSES if policy(a) in {"manage", "connect"}]
    assert len(beyond) > 10
    for address in beyond:
        with subtests.test(address.name):
            path = path_of(address, world)
            assert [ask(editor, m, path).status_code for m in METHODS] == [403, 403]
            unchanged(f"An editor at {path}")


def test_looking_changes_nothing(as_user, world, unchanged, subtests):
    owner = as_user(world.owner)
    for address in ADDRESSES:
        path = path_of(address, world)
        allowed = (404, 405) if address.name in OF_A_SESSION else (200, 302, 405)
        with subtests.test(address.name):
            for method in ("get", "head", "options"):
                assert ask(owner, method, path).status_code in allowed, method
            unchanged(f"Looking at {path}")


def test_other_methods_are_refused(as_user, world, unchanged, subtests):
    """Also when a header or a field says that the POST is another method."""
    owner = as_user(world.owner)
    for address in ADDRESSES:
        path = path_of(address, world)
        allowed = (404, 405) if address.name in OF_A_SESSION else (405,)
        with subtests.test(address.name):
            for method in ("put", "patch", "delete", "trace"):
                assert ask(owner, method, path).status_code in allowed, method
            if ask(owner, "get", path).status_code == 405:
                override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
                got = owner.get(path, {"_method": "POST"}, headers=override)
                assert got.status_code == 405
            unchanged(f"Another method at {path}")


def test_objects_of_another_team_are_not_there(as_user, world, abroad, unchanged, subtests):
    owner = as_user(world.owner)
    for address in WITH_OBJECT:
        path = path_of(address, abroad, team=world.team.slug)
        with subtests.test(address.name):
            answers = [ask(owner, method, path) for method in METHODS]
            statuses = {answer.status_code for answer in answers}
            assert 404 in statuses
            assert statuses <= {404, 405}
            assert "Harbour" not in "".join(map(words, answers))
            unchanged(f"Objects of another team at {path}")


def test_numbers_out_of_reach_are_not_there(as_user, world, unchanged, subtests):
    owner = as_user(world.owner)
    for address in WITH_OBJECT:
        named = [
            n for n in filled(address.name, address.route, world) if f"<int:{n}>" in address.route
        ]
        for number in (0, 2**31, 2**63, 10**30):
            path = path_of(address, world, **dict.fromkeys(named, number))
            with subtests.test(f"{address.name} {number}"):
                for method in METHODS:
                    assert ask(owner, method, path).status_code in (404, 405)
    unchanged("Numbers that no row has")


def test_a_membership_taken_away_counts_at_the_next_request(
    as_user, world, bob, unchanged, subtests
):
    former = as_user(bob)
    bob.memberships.all().delete()
    unchanged.again()
    for address in ADDRESSES:
        with subtests.test(address.name):
            path = path_of(address, world)
            assert [ask(former, m, path).status_code for m in METHODS] == [404, 404]
            unchanged(f"A former editor at {path}")
