"""How much room the composer shows: by the kind of account, and folded as people will see it."""

from dataclasses import replace

import pytest
from django.urls import reverse

from posts.models import Post
from posts.queries.preview import preview
from posts.states import Stage
from publishers import registry
from publishers.contract import Preview
from tests.delivery.parrot import Parrot
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, form, tomorrow

pytestmark = pytest.mark.django_db

PREVIEW = reverse("posts:preview", kwargs={"team": "tidewater"})
LONG = "High water at nine. " * 20


@pytest.fixture
def channels(team, monkeypatch):
    """A person's, of whom 300 signs are taken, and a patron's, of whom more are."""
    limits = Parrot.spec.limits
    spec = replace(
        Parrot.spec,
        limits_by_kind={"patron": replace(limits, text=2000)},
        preview=Preview("feed", (), fold_after=100),
    )
    kind = type("Generous", (Parrot,), {"spec": spec})
    monkeypatch.setitem(registry.ADAPTERS, spec.slug, kind)
    return [
        ChannelFactory(team=team, platform=spec.slug, kind=kind) for kind in ("person", "patron")
    ]


def looks(browser, channels, **fields):
    sent = form(**{"body": LONG, "channels": [one.pk for one in channels], **fields})
    page = browser.post(PREVIEW, sent)
    return page.context["sheet"], {panel.channel: panel for panel in page.context["sheet"].picked}


def test_each_account_has_the_room_of_its_kind(as_user, bob, channels):
    person, patron = channels
    sheet, panels = looks(as_user(bob), channels)
    assert {one.measure.limit: one.measure.over for one in panels.values()} == {300: 99, 2000: 0}
    assert sheet.tightest.channel == person
    [wrong] = [one for one in sheet.checks if one.level == "error"]
    assert wrong.message == "Parrot takes 300 characters from this account; this is 99 over."
    assert wrong.own == person.pk
    assert f"Parrot ({patron}) is ready." in [one.message for one in sheet.checks]


@pytest.mark.parametrize("body", [LONG, "Low water"])
def test_a_thread_is_cut_alike_for_all(as_user, bob, channels, body):
    _, panels = looks(as_user(bob), channels, kind="thread", body=body)
    person, patron = panels.values()
    assert person.preview.parts == patron.preview.parts
    assert person.measure == patron.measure
    assert patron.measure.limit == 300


def test_what_is_long_is_folded_where_people_will_see_it_folded(as_user, bob, channels):
    _, panels = looks(as_user(bob), channels)
    person, patron = (panel.preview for panel in panels.values())
    assert not person.folded, "what is over must be seen"
    assert patron.folded
    assert [run.text for run in patron.runs] == ["High water at nine. " * 4 + "High water at"]


def test_what_counts_little_is_not_folded(as_user, bob, channels):
    """An emoji of many code points is one sign, as the limit has it."""
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    _, panels = looks(as_user(bob), channels, body=family * 100)
    assert [panel.preview.folded for panel in panels.values()] == [False, False]
    _, panels = looks(as_user(bob), channels, body=family * 101)
    assert [panel.preview.folded for panel in panels.values()] == [True, True]


def test_an_account_that_lost_its_room_is_not_scheduled(as_user, bob, team, channels):
    team.review_required = False
    team.save(update_fields=["review_required"])
    _, patron = channels
    sent = form(body=LONG, channels=[patron.pk], then="schedule", **tomorrow())
    patron.kind = "person"
    patron.save(update_fields=["kind"])
    refused = as_user(bob).post(NEW, sent)
    assert refused.status_code == 422
    assert "from this account; this is 99 over" in refused.content.decode()
    assert Post.objects.get().stage == Stage.DRAFTING


def test_more_channels_than_one_reads_are_a_number(as_user, bob, team, channels):
    patrons = [
        ChannelFactory(team=team, platform=Parrot.spec.slug, kind="patron") for _one in range(6)
    ]
    sheet, _ = looks(as_user(bob), [channels[1], *patrons], body="Low water")
    assert [one.message for one in sheet.checks] == ["7 channels are ready."]


@pytest.mark.parametrize(("layout", "at_once"), [("feed", 3), ("article", 1), ("video", 1)])
def test_so_many_pictures_at_once_as_the_platform_shows(channels, layout, at_once):
    spec = replace(Parrot.spec, preview=Preview(layout, ()))
    look = preview(channels[0], spec, ["High water."], ["a", "b", "c"])
    assert list(look.drawn) == ["a", "b", "c"][:at_once]
    assert look.more == 3 - at_once


@pytest.mark.parametrize("signs", [0, 100])
def test_a_title_is_drawn_where_the_platform_has_one(channels, as_user, bob, monkeypatch, signs):
    spec = registry.spec_for(channels[0].platform)
    spec = replace(spec, limits_by_kind={}, limits=replace(spec.limits, title=signs))
    kind = type("Titled", (Parrot,), {"spec": spec})
    monkeypatch.setitem(registry.ADAPTERS, spec.slug, kind)
    _, panels = looks(as_user(bob), channels, title="Tides")
    assert {panel.preview.title for panel in panels.values()} == {"Tides" if signs else ""}
