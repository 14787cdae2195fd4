"""Every gate, off, warning and stopping: while one writes, before review, before scheduling."""

import pytest
from django.urls import reverse

from approvals.gates.registry import GATES
from approvals.services.ask import ask
from posts.errors import NotReady
from posts.models import Delivery, Post, Verdict
from posts.services import checks, schedule
from posts.states import DeliveryState, Stage
from tests.approvals.gating import BY_GATE, EASY, FLAWS, flawed, gate, soon, with_picture, written
from tests.factories.posts import HashtagGroupFactory, MediaAssetFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
MODES = ("off", "warn", "block")
LEVEL = {"warn": "warn", "block": "error"}


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture(params=FLAWS, ids=lambda flaw: flaw.gate)
def flaw(request):
    return request.param


@pytest.fixture(params=MODES)
def mode(request):
    return request.param


def test_each_gate_has_a_flaw():
    assert set(BY_GATE) == set(GATES)


def test_while_one_writes(flaw, mode, team, bob, channel, as_user):
    post = flawed(flaw, team, bob, channel)
    gate(team, flaw.gate, mode, **flaw.options)
    page = as_user(bob).get(reverse("posts:edit", args=[team.slug, post.pk]))
    told = [check.level for check in page.context["sheet"].checks if flaw.says in check.message]
    assert told == ([] if mode == "off" else [LEVEL[mode]])


def test_before_review(flaw, mode, team, bob, alice, channel):
    post = flawed(flaw, team, bob, channel)
    gate(team, flaw.gate, mode, **flaw.options)
    if mode == "block":
        with pytest.raises(NotReady, match=flaw.says):
            ask(post=post, by=bob)
        assert Post.objects.get(pk=post.pk).stage == Stage.DRAFTING
        assert not Verdict.objects.exists()
        return
    review = ask(post=post, by=bob)
    said = Verdict.objects.filter(revision=review.revision, gate=flaw.gate)
    told = [row for row in said if flaw.says in row.words]
    assert [row.outcome for row in told] == (["warned"] if mode == "warn" else [])
    assert {row.when for row in said} <= {"review"}


def test_before_scheduling(flaw, mode, team, bob, channel):
    team.review_required = False
    team.save(update_fields=["review_required"])
    post = flawed(flaw, team, bob, channel)
    gate(team, flaw.gate, mode, **flaw.options)
    if mode == "block":
        with pytest.raises(NotReady, match=flaw.says):
            schedule.schedule(post=post, at=soon(), by=bob)
        assert not Delivery.objects.filter(state=DeliveryState.QUEUED).exists()
        return
    schedule.schedule(post=post, at=soon(), by=bob)
    assert post.deliveries.get().state == DeliveryState.QUEUED
    told = Verdict.objects.filter(post=post, when="schedule", gate=flaw.gate, outcome="warned")
    assert told.exists() == (mode == "warn")


def test_a_post_without_flaws_passes_them_all(team, bob, alice, channel):
    for slug, flaw in BY_GATE.items():
        gate(team, slug, "block", **({} if slug == "required" else flaw.options))
    post = with_picture(written(team, bob, channel), rights="ours")
    review = ask(post=post, by=bob)
    said = dict(review.revision.verdicts.values_list("gate", "outcome"))
    assert said == dict.fromkeys(GATES, "passed")
    assert set(review.revision.verdicts.values_list("rules", flat=True)) == {team.gates}


# -- one by one


def found(post) -> list[tuple[str, str]]:
    return [(problem.level, problem.message) for _pk, problem in checks.problems(post)]


def test_a_team_that_chose_nothing_is_told_what_platforms_say(team, bob, channel):
    post = with_picture(written(team, bob, channel), alt="")
    assert found(post) == [("warn", "The picture has no description.")]


def test_what_a_platform_refuses_stops_a_post_whatever_was_chosen(team, bob, channel):
    gate(team, "platform", "off")
    assert [level for level, _words in found(written(team, bob, channel, "x" * 400))] == ["error"]


def test_a_channel_is_stricter_and_has_more_words(team, bob, channel):
    strict = ChannelFactory(team=team, name="Strict")
    own = {str(strict.pk): {"mode": "block", "options": {"words": ["awesome"]}}}
    gate(team, "banned", "warn", own, words=["utilize"])
    body = f"Utilize this awesome map. {EASY}"
    assert [level for level, _words in found(written(team, bob, channel, body))] == ["warn"]
    told = found(written(team, bob, strict, body))
    assert [level for level, _words in told] == ["error", "error"]
    assert "“awesome”" in told[1][1]


def test_a_gate_without_options_is_stricter_on_one_channel(team, bob, channel):
    strict = ChannelFactory(team=team)
    gate(team, "alt", "warn", {str(strict.pk): {"mode": "block", "options": {}}})
    told = [with_picture(written(team, bob, one), alt="") for one in (channel, strict)]
    assert [found(post)[0][0] for post in told] == ["warn", "error"]


def test_a_channel_is_never_less_strict_than_its_team(team, bob, channel):
    own = {str(channel.pk): {"mode": "off", "options": {}}}
    gate(team, "banned", "block", own, words=["utilize"])
    assert [level for level, _words in found(written(team, bob, channel, "Utilize"))] == ["error"]


def test_words_are_found_in_first_comments_and_own_texts(team, bob, channel):
    gate(team, "banned", "warn", words=["utilize"])
    post = written(team, bob, channel)
    post.variants.update(first_comment="We utilize it.")
    assert len(found(post)) >= 1
    post.variants.update(first_comment="", text="We utilize it here.")
    assert len(found(post)) == 1


def test_hashtags_are_enough_and_known(team, bob, channel):
    gate(team, "hashtags", "warn", most=0, least=3, known=True)
    HashtagGroupFactory(team=team, tags=["Tides"])
    post = written(team, bob, channel, f"{EASY} #tides #tydes")
    words = " ".join(message for _level, message in found(post))
    assert "2 hashtags; this team uses 3 at least" in words
    assert "#tydes is in none" in words
    assert "#tides" not in words


def test_rights_end_before_the_post_goes_out(team, bob, channel):
    gate(team, "rights", "block")
    ends = soon(72).local.date()
    post = with_picture(written(team, bob, channel), rights="licensed", rights_until=ends)
    assert found(post) == []
    schedule.plan(post=post, at=soon(120), by=bob)
    post.refresh_from_db()
    assert "The rights to “buoy.jpg” end on" in found(post)[0][1]
    schedule.plan(post=post, at=soon(70), by=bob)
    post.refresh_from_db()
    assert found(post) == []


@pytest.mark.parametrize(("hours", "told"), [(30, True), (-30, True), (24 * 40, False)])
def test_the_same_text_before_and_after(team, bob, channel, hours, told):
    gate(team, "same", "warn", days=30)
    there = written(team, bob, channel, title="There")
    schedule.plan(post=there, at=soon(24 * 50), by=bob)
    post = written(team, bob, channel)
    schedule.plan(post=post, at=soon(24 * 50 + hours), by=bob)
    post.refresh_from_db()
    assert bool(found(post)) is told
    elsewhere = written(team, bob, ChannelFactory(team=team))
    schedule.plan(post=elsewhere, at=soon(24 * 50 + hours), by=bob)
    elsewhere.refresh_from_db()
    assert not found(elsewhere)


def test_another_teams_posts_and_pictures_tell_nothing(team, other_team, mallory, bob, channel):
    theirs = written(other_team, mallory, ChannelFactory(team=other_team))
    schedule.plan(post=theirs, at=soon(), by=mallory)
    gate(team, "same", "warn")
    gate(team, "rights", "warn")
    post = written(team, bob, channel)
    schedule.plan(post=post, at=soon(), by=bob)
    assert not found(Post.objects.get(pk=post.pk))
    MediaAssetFactory(team=other_team)


def test_other_languages_are_not_looked_at_and_it_is_said(team, bob, alice, channel):
    gate(team, "reading", "block")
    body = (
        "Los datos del nivel del mar de cuarenta boyas ya están abiertos para todas las personas."
    )
    review = ask(post=written(team, bob, channel, body), by=bob)
    said = review.revision.verdicts.get(gate="reading")
    assert (said.outcome, "was not measured" in said.words) == ("skipped", True)


def test_everything_is_known_in_one_statement(team, bob, channel, django_assert_num_queries):
    for slug, flaw in BY_GATE.items():
        gate(team, slug, "warn", **flaw.options)
    gate(team, "hashtags", "warn", known=True)
    post = with_picture(written(team, bob, channel, f"{EASY} https://a.example.org"))
    document, channels = checks.content.snapshot(post), {channel.pk: channel}
    checks.problems(post, document, channels)
    with django_assert_num_queries(1):
        assert checks.problems(post, document, channels)


def test_the_composer_stays_within_its_statements(
    team, bob, as_user, django_assert_max_num_queries
):
    channels = [ChannelFactory(team=team) for _ in range(8)]
    for slug, flaw in BY_GATE.items():
        gate(team, slug, "warn", **flaw.options)
    data = {"body": f"{EASY} https://a.example.org", "channels": [one.pk for one in channels]}
    browser, url = as_user(bob), reverse("posts:preview", args=[team.slug])
    browser.post(url, data)
    with django_assert_max_num_queries(12):
        assert browser.post(url, data).status_code == 200
