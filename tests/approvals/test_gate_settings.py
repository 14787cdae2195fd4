"""The page on which a team chooses its gates, and where their findings are shown."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import AuditEntry
from approvals import rules
from approvals.gates.registry import GATES
from approvals.models import Ruleset
from approvals.services.ask import ask
from tests.approvals.gating import EASY, gate, with_picture, written
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


def url(team) -> str:
    return reverse("approvals:gates", args=[team.slug])


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="Tide pool")


def test_every_gate_is_there_with_its_options(team, alice, channel, as_user):
    page = as_user(alice).get(url(team))
    assert [form.gate.slug for form in page.context["forms"]] == list(GATES)
    for slug, one in GATES.items():
        assert f'name="{slug}-mode"' in page.text
        for option in one.options:
            assert f'name="{slug}-{option.name}"' in page.text
    assert f'name="banned-words_{channel.pk}"' in page.text
    assert "Tide pool" in page.text


def test_a_choice_holds_from_then_on_and_is_in_the_log(team, alice, channel, as_user):
    browser = as_user(alice)
    said = {
        "gate": "banned",
        "banned-mode": "block",
        "banned-words": "utilize => use\n\n synergy \nutilize => use",
        f"banned-mode_{channel.pk}": "",
        f"banned-words_{channel.pk}": "awesome",
    }
    answer = browser.post(url(team), said)
    assert answer.url == f"{url(team)}#gate-banned"
    team.refresh_from_db()
    document = Ruleset.objects.get(pk=team.gates).document["banned"]
    assert document == {
        "mode": "block",
        "options": {"words": ["utilize => use", "synergy"]},
        "channels": {str(channel.pk): {"options": {"words": ["awesome"]}}},
    }
    entry = AuditEntry.objects.get(verb="gate.set")
    assert (entry.actor_id, entry.after["mode"]) == (alice.pk, "block")
    page = browser.get(url(team))
    assert "utilize =&gt; use\nsynergy</textarea>" in page.text
    browser.post(url(team), said)
    assert Ruleset.objects.count() == 1


def test_what_one_gate_is_told_leaves_the_others(team, alice, as_user):
    gate(team, "alt", "block")
    as_user(alice).post(url(team), {"gate": "reading", "reading-mode": "warn",
                                    "reading-least": "40", "reading-language": "de"})  # fmt: skip
    team.refresh_from_db()
    held = rules.in_force(team)
    assert held.teams["alt"].mode == "block"
    assert held.teams["reading"].options == {"least": 40, "language": "de"}
    assert rules.in_force(team) is held


@pytest.mark.parametrize(
    "said",
    [
        {"gate": "nothing"},
        {},
        {"gate": "banned"},
        {"gate": "banned", "banned-mode": "loud"},
        {"gate": "banned", "banned-mode": "warn", "banned-words": "x" * 121},
        {"gate": "banned", "banned-mode": "warn", "banned-words": "\n".join(map(str, range(301)))},
        {"gate": "links", "links-mode": "warn", "links-allowed": "not a site"},
        {"gate": "reading", "reading-mode": "warn", "reading-least": "101"},
        {"gate": "hashtags", "hashtags-mode": "warn", "hashtags-most": "-1", "hashtags-least": "0"},
        {"gate": "same", "same-mode": "warn", "same-days": "0"},
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(team, alice, as_user, said):
    page = as_user(alice).post(url(team), said)
    assert page.status_code == 422
    team.refresh_from_db()
    assert team.gates is None
    for name, value in said.items():
        if name.endswith(("allowed", "least")):
            assert value in page.text


def test_sites_are_taken_as_people_copy_them(team, alice, as_user):
    typed = "https://www.Example.org/a?b\n*.tide.example\nBÜCHER.example"
    said = {"gate": "links", "links-mode": "warn", "links-allowed": typed}
    assert as_user(alice).post(url(team), said).status_code == 302
    team.refresh_from_db()
    allowed = rules.in_force(team).teams["links"].options["allowed"]
    assert allowed == ["example.org", "tide.example", "xn--bcher-kva.example"]


def test_who_may(team, bob, vera, mallory, as_user, client):
    for user, status in ((bob, 403), (vera, 403), (mallory, 404)):
        assert as_user(user).get(url(team)).status_code == status
        said = {"gate": "banned", "banned-mode": "block"}
        assert as_user(user).post(url(team), said).status_code == status
    assert as_user(bob).put(url(team)).status_code in (403, 405)
    team.refresh_from_db()
    assert team.gates is None


def test_channels_of_others_are_not_there(team, alice, other_team, as_user):
    theirs = ChannelFactory(team=other_team, name="Secret")
    said = {"gate": "banned", "banned-mode": "warn", f"banned-words_{theirs.pk}": "x"}
    assert as_user(alice).post(url(team), said).status_code == 302
    team.refresh_from_db()
    assert rules.in_force(team).channels == {}
    assert "Secret" not in as_user(alice).get(url(team)).text


def test_statements_do_not_grow_with_channels(team, alice, as_user, django_assert_max_num_queries):
    for _ in range(20):
        ChannelFactory(team=team)
    browser = as_user(alice)
    browser.get(url(team))
    with django_assert_max_num_queries(12):
        browser.get(url(team))


def test_hostile_words_stay_words(team, alice, bob, channel, as_user):
    word = "<script>alert(1)</script>"
    said = {"gate": "required", "required-mode": "warn", "required-words": f"{word}\n\u202eevil"}
    as_user(alice).post(url(team), said)
    post = written(team, bob, channel)
    for page in (url(team), reverse("posts:edit", args=[team.slug, post.pk])):
        text = as_user(alice).get(page).text
        assert word not in text
        assert "\u202e" not in text


# -- where findings are shown


@pytest.fixture
def review(team, bob, stage, channel):
    gate(team, "banned", "warn", words=["utilize => use"])
    return ask(post=with_picture(written(team, bob, channel, f"Utilize it. {EASY}")), by=bob)


SAID = "“Utilize” is a word that this team does not use."


def test_reviewers_see_what_was_found(review, team, carol, as_user, client, link_of):
    page = as_user(carol).get(reverse("approvals:review", args=[team.slug, review.pk]))
    assert SAID in page.text
    assert "gates found nothing" in page.text
    opened = client.get(link_of("ruth@harbour.test"), follow=True)
    assert SAID in opened.text


def test_the_post_page_shows_it_until_the_text_is_another(review, team, bob, as_user):
    page = reverse("posts:post", args=[team.slug, review.post_id])
    assert SAID in as_user(bob).get(page).text
    post = review.post
    post.refresh_from_db()
    post.body = "Other words"
    post.save(update_fields=["body"])
    type(post).objects.filter(pk=post.pk).update(content_hash="0" * 64)
    assert SAID not in as_user(bob).get(page).text


def test_in_the_language_of_whoever_reads(review, team, bob, as_user):
    bob.language = "de"
    bob.save(update_fields=["language"])
    page = as_user(bob).get(reverse("posts:post", args=[team.slug, review.post_id]))
    assert "„Utilize“ ist ein Wort, das dieses Team nicht benutzt." in page.text
    with override("de"):
        assert str(GATES["banned"].name) == "Wörter, die wir nicht benutzen"


def test_one_press_mends_a_word(team, bob, channel, as_user):
    gate(team, "banned", "warn", words=["utilize => use"])
    post = written(team, bob, channel, f"Utilize it. {EASY}")
    page = as_user(bob).get(reverse("posts:edit", args=[team.slug, post.pk]))
    assert 'data-take="Utilize" data-put="use" data-whole' in page.text
