"""What may be published from here, and what a copy of the database may not."""

import pytest
from django.db import connection

from delivery import dispatcher, instance
from publishers.models import Instance
from tests.factories.delivery import due_delivery

pytestmark = pytest.mark.django_db


def copied() -> None:
    Instance.objects.update_or_create(defaults={"key": "another"})
    instance.forget()


def test_our_own_database_is_free():
    assert instance.locked() is None
    assert Instance.objects.get().key == "tests"


def test_a_copy_claims_nothing(platform, team):
    due_delivery(team)
    copied()

    assert dispatcher.tick() == []
    assert "another installation" in instance.locked()

    Instance.objects.update(key="tests")
    instance.forget()
    assert len(dispatcher.tick()) == 1


def test_asking_is_cheap(django_assert_num_queries):
    instance.locked()

    with django_assert_num_queries(0):
        for _ in range(100):
            assert instance.locked() is None


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_asked_again(django_assert_num_queries):
    instance.locked()
    connection.close()

    connection.ensure_connection()
    with django_assert_num_queries(1):
        assert instance.locked() is None
        assert instance.locked() is None


@pytest.mark.django_db(transaction=True)
def test_without_a_database_nothing_is_published(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    connection.close()

    assert instance.locked() == instance.AWAY
