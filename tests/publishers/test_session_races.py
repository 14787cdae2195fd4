"""Many that want one session: one renews it, the others wait, and none for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from publishers import sessions
from publishers.contract import TryLater
from publishers.models import Grant
from tests.publishers.granted import granted, token


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["open_session", "renew"])
def test_parallel_renewals_make_exactly_one_call(channel, platform, verb):
    granted(channel, platform, 60)
    platform.delay = 0.5
    found, gate = [], threading.Barrier(6)

    def work():
        try:
            gate.wait()
            if verb == "renew":
                found.append(sessions.renew(channel.pk, 1))
            else:
                found.append(sessions.open_session(channel.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert platform.calls["/token"] == 1
    assert [token(opened) for opened in found] == ["canary-access-2"] * 6
    assert Grant.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_platform_is_asked(channel, platform):
    granted(channel, platform, 60)
    platform.delay = 1.0
    thread = threading.Thread(target=_open_and_close, args=(channel.pk,))
    thread.start()
    seen = []
    while thread.is_alive():
        if platform.calls["/token"]:
            seen.append(_open_transactions())
        thread.join(0.1)
    assert len(seen) > 3
    assert max(seen[:5]) == 0


def _open_and_close(pk):
    sessions.open_session(pk)
    connections.close_all()


def _open_transactions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%%'"
        )
        return cursor.fetchone()[0]


def test_a_lease_left_by_a_dead_process_ends(channel, platform):
    granted(channel, platform, 60)
    Grant.objects.update(refresh_lease_until=timezone.now() - timedelta(seconds=1))
    assert token(sessions.open_session(channel.pk)) == "canary-access-2"


def test_who_waits_in_vain_tries_later(channel, platform, monkeypatch):
    monkeypatch.setattr(sessions, "PATIENCE", 0.3)
    granted(channel, platform, -1)
    Grant.objects.update(refresh_lease_until=timezone.now() + timedelta(minutes=1))
    opened = sessions.open_session(channel.pk)
    assert isinstance(opened, TryLater)
    assert opened.after
    assert platform.calls["/token"] == 0
