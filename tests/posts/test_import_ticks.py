"""Ticks that come for imports which a worker has left: also two at once make every post once."""

from collections import Counter

import pytest

from notifications.models import Message
from posts.models import Import, Post
from posts.services import importwork
from posts.tasks import imports_left
from tests.posts.importing import checked, confirm, taken_in, text
from tests.security.moments import errors, together


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_every_post_once(team, bob, monkeypatch):
    monkeypatch.setattr(importwork, "AT_ONCE", {"checking": 2, "running": 2, "undoing": 2})
    rows = [(f"Text {n}",) for n in range(24)]
    for part in (rows[:14], rows[14:]):
        confirm(checked(team, bob, ("text",), *part), bob)
    # A tick leaves what another one holds at that moment to that one, or to the next.
    while importwork.waiting():
        assert not errors(together(imports_left, imports_left, imports_left))
    assert Counter(Post.objects.values_list("body", flat=True)) == Counter(text for [text] in rows)
    assert set(Import.objects.values_list("step", flat=True)) == {"done"}
    assert Message.objects.filter(kind="import_ended").count() == 2


@pytest.mark.django_db
def test_a_tick_ends_before_the_next_one(team, bob, monkeypatch):
    """The worker has other things to do, however many imports there are."""
    for n in range(3):
        taken_in(team, bob, text(("text",), (f"Text {n}",)))
    Import.objects.update(step=Import.Step.CHECKING)
    worked = []
    monkeypatch.setattr(importwork, "work", worked.append)
    monkeypatch.setattr(importwork, "SECONDS", 60)
    imports_left()
    assert worked == importwork.waiting()
    monkeypatch.setattr(importwork, "SECONDS", 0)
    imports_left()
    assert len(worked) == 3
