"""The page of what a person hears of, and the links in mails that end them."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from notifications import outbox, unsubscribing, wishes
from notifications.kinds import GROUPS, KINDS, WAYS
from notifications.models import Habits, Preference
from notifications.services import tell
from tests.factories.notifications import DATA

pytestmark = pytest.mark.django_db
PAGE = "/you/notifications/"
CHOICES = {
    f"{kind.id}.{way}"
    for kind in KINDS.values()
    for way in WAYS
    if kind.title and kind.can_travel(way)
}
USUAL = {name for name in CHOICES if KINDS[name.split(".")[0]].travels(name.split(".")[1])}


def sent(**more):
    return {"pace": "now", "daily_at": "8", "on": sorted(USUAL), **more}


def boxes(page: str) -> dict[str, bool]:
    found = re.findall(r'name="on" value="([^"]+)"( checked)?', page)
    return {name: bool(checked) for name, checked in found}


def test_the_page_shows_what_holds(as_user, alice, django_assert_max_num_queries):
    assert reverse("notifications:preferences") == PAGE
    browser = as_user(alice)
    with django_assert_max_num_queries(12):
        page = browser.get(PAGE).content.decode()
    assert boxes(page) == {name: name in USUAL for name in CHOICES}
    assert all(str(name) in page for name in (*GROUPS.values(), *WAYS.values()))
    assert "links to review a post" in page


def test_a_stranger_signs_in_first(client):
    assert client.get(PAGE).status_code == 302


def test_only_what_differs_from_the_rule_is_kept(as_user, alice):
    browser = as_user(alice)
    on = (USUAL - {"comment_written.email"}) | {"post_published.email"}
    answer = browser.post(PAGE, sent(on=sorted(on), pace="daily", daily_at="17"))
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert set(Preference.objects.values_list("user", "kind", "way", "wanted")) == {
        (alice.pk, "comment_written", "email", False),
        (alice.pk, "post_published", "email", True),
    }
    assert wishes.of_one(alice.pk).habits.daily_at == 17
    assert boxes(browser.get(PAGE).content.decode()) == {name: name in on for name in CHOICES}
    browser.post(PAGE, sent())
    assert not Preference.objects.exists()


def test_a_mail_that_must_come_is_no_box_and_cannot_be_sent_off(as_user, alice):
    as_user(alice).post(PAGE, sent(on=["review_receipt.email", "nonsense", "x.y"]))
    assert not Preference.objects.filter(kind__in=["review_receipt", "nonsense", "x"]).exists()
    assert not Preference.objects.filter(kind="review_asked", way="email").exists()
    assert wishes.of_one(alice.pk).want("review_asked", "email")
    assert not wishes.of_one(alice.pk).want("review_asked", "in_app")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quiet_from": "22:00"}, "a beginning and an end"),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "valid time"),
        ({"pace": "sometimes"}, "valid choice"),
        ({"daily_at": "24"}, "valid choice"),
    ],
)
def test_what_is_refused_changes_nothing(as_user, alice, wrong, said):
    answer = as_user(alice).post(PAGE, sent(on=[], **wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Preference.objects.exists()
    assert not Habits.objects.exists()


def test_quiet_hours_are_kept_and_taken_away(as_user, alice):
    browser = as_user(alice)
    browser.post(PAGE, sent(quiet_from="22:00", quiet_until="07:30", urgent_anyway="on"))
    habits = Habits.objects.get()
    assert (f"{habits.quiet_from:%H:%M}", f"{habits.quiet_until:%H:%M}") == ("22:00", "07:30")
    assert habits.urgent_anyway
    assert 'value="22:00"' in browser.get(PAGE).content.decode()
    browser.post(PAGE, sent())
    assert wishes.of_one(alice.pk).habits.quiet_from is None


# -- the link in mails


def link(text: str) -> str:
    return re.search(r"http://127.0.0.1:8000(/unsubscribe/\S+?/)", text)[1]


@pytest.fixture
def letter(team, alice):
    tell(kind="review_approved", team=team, user=alice, data=DATA)
    outbox.drain()
    return mail.outbox[0]


def test_a_mail_names_the_address_that_ends_it(letter, alice):
    headers = letter.extra_headers
    path = link(headers["List-Unsubscribe"])
    assert headers["List-Unsubscribe"] == f"<http://127.0.0.1:8000{path}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert path == reverse(
        "notifications:unsubscribe", args=[unsubscribing.token(alice.pk, "reviews")]
    )
    assert link(letter.body) == path
    assert path in letter.alternatives[0][0]


def test_looking_changes_nothing_and_one_click_ends_them(letter, team, alice):
    path = link(letter.body)
    browser = Client(enforce_csrf_checks=True)
    for method in (browser.get, browser.head, browser.options):
        method(path)
    assert not Preference.objects.exists()
    page = browser.get(path)
    assert "Stop these mails" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    for _ in range(2):
        done = browser.post(path, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    theirs = wishes.of_one(alice.pk)
    assert not theirs.want("review_approved", "email")
    assert not theirs.want("review_changes", "email")
    assert theirs.want("review_approved", "in_app")
    assert theirs.want("comment_written", "email")
    assert theirs.want("review_asked", "email")


def test_the_digests_link_ends_digests(team, alice, client):
    path = f"/unsubscribe/{unsubscribing.token(alice.pk, 'digest')}/"
    client.post(path)
    assert Habits.objects.get().pace == Habits.Pace.NEVER
    assert wishes.of_one(alice.pk).want("review_asked", "email")


@pytest.mark.parametrize("kind", [kind.id for kind in KINDS.values() if kind.must])
def test_mails_that_must_come_have_no_such_link(team, alice, kind):
    """Links that decide, and invitations."""
    message = {"kind": kind, "team": team, "user": alice}
    data = {**DATA, "team": "Tidewater", "role": "viewer", "until": "today", "channels": []}
    tell(**message, data=data)
    outbox.drain()
    (sent_mail,) = mail.outbox
    assert not [name for name in sent_mail.extra_headers if name.startswith("List-")]
    assert "/unsubscribe/" not in sent_mail.body + sent_mail.alternatives[0][0]


@pytest.mark.parametrize("changed", ["other person", "other group", "cut", "gone"])
def test_a_forged_link_ends_nothing(alice, bob, client, changed):
    token = unsubscribing.token(alice.pk, "reviews")
    if changed == "other person":
        token = token.replace(f"{alice.pk}.", f"{bob.pk}.", 1)
    elif changed == "other group":
        token = token.replace("reviews", "trouble")
    elif changed == "cut":
        token = token[:-2]
    else:
        alice.is_active = False
        alice.save(update_fields=["is_active"])
    answer = client.post(f"/unsubscribe/{token}/")
    assert answer.status_code == 410
    assert not Preference.objects.exists()
