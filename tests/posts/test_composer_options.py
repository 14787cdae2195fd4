"""What a channel adds to the composer: its own choices, those of its kind of account, no more."""

from dataclasses import replace

import pytest
from django.urls import reverse

from publishers import registry
from publishers.contract import Option, Rejected
from tests.delivery.parrot import Parrot
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, form

pytestmark = pytest.mark.django_db

PREVIEW = reverse("posts:preview", kwargs={"team": "tidewater"})
LONGEST = 1500
MENTION = Option("mention", "Who is named", longest=LONGEST)
PLACE = Option("place", "Where it shows", kinds=("organization",))


@pytest.fixture
def channels(team, monkeypatch):
    """A person's and an organisation's, on one platform."""
    kind = type("Choosy", (Parrot,), {"spec": replace(Parrot.spec, options=(MENTION, PLACE))})
    monkeypatch.setitem(registry.ADAPTERS, Parrot.spec.slug, kind)
    return [
        ChannelFactory(team=team, platform=Parrot.spec.slug, kind=kind)
        for kind in ("person", "organization")
    ]


def test_an_account_has_the_choices_of_its_kind(as_user, bob, channels):
    page = as_user(bob).get(NEW)
    shown = [[field.label for field in panel.options] for panel in page.context["sheet"].panels]
    assert shown == [["Who is named"], ["Who is named", "Where it shows"]]


def test_what_is_no_choice_of_its_kind_is_not_kept(as_user, bob, channels, team):
    person, page = channels
    fields = {f"opt_{one.pk}_place": "Lisbon" for one in channels}
    as_user(bob).post(NEW, form(body="Tide", channels=[person.pk, page.pk], **fields))
    kept = {v.channel_id: v.options for v in team.posts.get().variants.all()}
    assert kept == {person.pk: {}, page.pk: {"place": "Lisbon"}}


@pytest.mark.parametrize(("length", "status"), [(LONGEST, 302), (LONGEST + 1, 422)])
def test_a_choice_may_be_as_long_as_its_platform_takes_it(as_user, bob, channels, length, status):
    one = channels[0]
    fields = {f"opt_{one.pk}_mention": "a" * length}
    answer = as_user(bob).post(NEW, form(body="Tide", channels=[one.pk], **fields))
    assert answer.status_code == status


def test_what_does_not_go_together_is_said_while_writing(as_user, bob, channels, monkeypatch):
    wrong = Rejected("A poll needs two answers.", code="poll")
    kinds: list[str] = []

    def mistake(payload, kind):
        kinds.append(kind)
        return wrong if payload.options else None

    monkeypatch.setattr(registry.ADAPTERS[Parrot.spec.slug], "mistake", staticmethod(mistake))
    _, page = channels
    fields = {f"opt_{page.pk}_place": "Lisbon"}
    sent = form(body="Tide", channels=[one.pk for one in channels], **fields)
    said = as_user(bob).post(PREVIEW, sent).context["sheet"].checks

    assert [(one.level, one.message) for one in said if one.level != "ok"] == [
        ("error", "A poll needs two answers.")
    ]
    assert kinds == ["person", "organization"]
