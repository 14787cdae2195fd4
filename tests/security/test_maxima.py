"""The last place that a maximum leaves is given once, also to two who come at one moment."""

import threading
from datetime import date, time

import pytest
from django.db import connection, transaction

from calendar_app.errors import NoSlot
from calendar_app.services import slots
from posts.errors import PostsError
from posts.outline import Outline
from posts.services import blackouts, folders, hashtags, importer, templates
from tests.factories.publishers import ChannelFactory
from tests.locks import somebody_waits
from tests.posts.importing import taken_in
from tests.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2027, 1, 1)


def blackout(team, by, name):
    blackouts.add(team=team, name=name, starts_on=DAY, ends_on=DAY, yearly=False, blocks=False)


def folder(team, by, name):
    folders.create(team=team, name=name)


def group(team, by, name):
    hashtags.create(team=team, name=name, tags=["sea"])


def template(team, by, name):
    templates.create(team=team, by=by, outline=Outline(name=name, category="", body="Words"))


def file(team, by, name):
    taken_in(team, by, b"text\nOne\n", name=name)


@pytest.mark.parametrize(
    ("room", "make"),
    [
        (blackouts, blackout),
        (folders, folder),
        (hashtags, group),
        (templates, template),
        (importer, file),
    ],
)
def test_of_a_team(team, bob, monkeypatch, room, make):
    monkeypatch.setattr(room, "MOST", 1)
    both(lambda name: make(team, bob, name), PostsError)


def test_of_a_channel(team, monkeypatch):
    channel = ChannelFactory(team=team)
    monkeypatch.setattr(slots, "MOST", 1)
    hours = {"One": time(9), "Other": time(10)}
    both(lambda name: slots.add(channel=channel, weekdays=[0], at=hours[name]), NoSlot)


def both(make, refused):
    """The other comes while the one is not stored yet."""
    begun = threading.Event()

    def one():
        with transaction.atomic():
            make("One")
            begun.set()
            wait_until(somebody_waits, what="the other")
        connection.close()

    somebody = threading.Thread(target=one)
    somebody.start()
    assert begun.wait(10)
    with pytest.raises(refused):
        make("Other")
    somebody.join()
