"""Every act by POST leaves an entry in the audit log, in its own transaction."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from accounts.models import ApiKey, AuditEntry
from tests.security.acts import ACTS, ADDRESSES, NO_ACTS, copied, sent
from tests.security.conftest import filled

pytestmark = pytest.mark.django_db


def test_every_act_is_in_the_table(world, as_user):
    """A new address that answers POST is an act, or says why it is none."""
    owner, open_to_post = as_user(world.owner), set()
    for name, address in ADDRESSES.items():
        with transaction.atomic():
            path = reverse(name, kwargs=filled(name, address.route, world))
            if owner.post(path).status_code != 405:
                open_to_post.add(name)
            transaction.set_rollback(True)
    listed = {*ACTS, *NO_ACTS}
    assert not open_to_post - listed
    assert not listed - open_to_post
    assert not {*ACTS} & {*NO_ACTS}


@pytest.mark.parametrize("room", sorted({name.partition(":")[0] for name in ACTS}))
def test_every_act_leaves_an_entry(world, as_user, room, subtests):
    for name, act in ACTS.items():
        if not name.startswith(f"{room}:"):
            continue
        with subtests.test(name), transaction.atomic():
            cache.clear()
            there = copied(world)
            act.arrange(there)
            browser, body = as_user(act.who(there)), act.body(there)
            before = {*AuditEntry.objects.values_list("pk", flat=True)}
            answer = sent(browser, name, there, act, body)
            entries = AuditEntry.objects.exclude(pk__in=before)
            told = [entry for entry in entries if entry.kind != "refusal"]
            assert told, (answer.status_code, answer.content[:3000])
            for entry in told:
                assert entry.team_id == world.team.pk
                assert entry.actor_id == act.who(there).pk
                assert (entry.via, entry.ip) == ("page", "127.0.0.1")
            transaction.set_rollback(True)


def test_an_act_that_is_refused_leaves_none(world, as_user):
    before = AuditEntry.objects.count()
    path = reverse("accounts:api_keys", args=[world.team.slug])
    as_user(world.owner).post(path, {"name": ""})
    assert not ApiKey.objects.exclude(pk=world.key.pk).exists()
    assert AuditEntry.objects.count() == before
