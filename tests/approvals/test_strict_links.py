"""What a team may ask for beside the link: a code that is typed, and that members sign in."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from approvals.limits import CODES_PER_HOUR
from approvals.models import Decision
from approvals.services.ask import ask
from notifications import outbox
from tests.approvals.answering import answer, hash_on

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"


def code_on(page) -> str:
    return re.search(r"Type (\d{4}) to answer", page.text)[1]


@pytest.fixture
def coded(team, ruth):
    Team.objects.filter(pk=team.pk).update(links_ask_code=True)
    return ruth


@pytest.fixture
def signing_in(team):
    Team.objects.filter(pk=team.pk).update(links_sign_in=True)


def test_without_it_no_code_is_asked_for(ruth):
    assert 'name="code"' not in ruth.get(ruth.page).text


def test_the_code_on_the_page_answers(coded):
    assert answer(coded, code=code_on(coded.get(coded.page))).status_code == 302
    assert Decision.objects.get().kind == "approve"


@pytest.mark.parametrize("typed", ["", "x", "00000", "١٢٣٤"])
@pytest.mark.parametrize("kind", ["approve", "changes"])
def test_another_code_decides_nothing(coded, typed, kind):
    refused = answer(coded, kind, code=typed, comment="The number is wrong")
    assert refused.status_code == 422
    assert "Nothing was decided" in refused.text
    assert "The number is wrong" in refused.text
    assert not Decision.objects.exists()


def test_the_code_of_another_request_decides_nothing(coded, client, link_of, carol):
    other = Client()
    other.page = other.get(link_of(carol.email))["Location"]
    theirs = code_on(other.get(other.page))
    if theirs != code_on(coded.get(coded.page)):
        assert answer(coded, code=theirs).status_code == 422


def test_guessing_codes_is_stopped(coded):
    right, shown = code_on(coded.get(coded.page)), hash_on(coded.get(coded.page))
    form = {"decision": "approve", "content_hash": shown}
    wrong = f"{(int(right) + 1) % 10_000:04d}"
    tries = [coded.post(coded.page, {**form, "code": wrong}) for _ in range(CODES_PER_HOUR)]
    assert {one.status_code for one in tries} == {422}
    assert coded.post(coded.page, {**form, "code": right}).status_code == 429
    assert not Decision.objects.exists()


def test_on_the_page_of_members_no_code_is_asked_for(coded, review, team, carol, as_user):
    page = reverse("approvals:review", args=[team.slug, review.pk])
    form = {"decision": "approve", "content_hash": review.content_hash}
    assert as_user(carol).post(page, form).status_code == 302


def test_a_member_signs_in(signing_in, client, review, link_of, carol, team, as_user):
    there = reverse("approvals:review", args=[team.slug, review.pk])
    led = client.get(link_of(carol.email))
    assert led["Location"] == there
    assert not led.cookies
    assert client.get(there)["Location"].startswith(reverse("account_login"))
    assert 'value="approve"' in as_user(carol).get(there).text


def test_a_page_that_was_open_before_decides_nothing(client, review, link_of, carol, team):
    client.page = client.get(link_of(carol.email))["Location"]
    shown = hash_on(client.get(client.page))
    Team.objects.filter(pk=team.pk).update(links_sign_in=True)
    there = reverse("approvals:review", args=[team.slug, review.pk])
    form = {"decision": "approve", "content_hash": shown}
    for path in (client.page, f"{client.page}undo/", f"{client.page}fresh/"):
        assert client.post(path, form)["Location"] == there
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("kind", "field"), [("changes", "comment"), ("reject", "why")])
def test_what_was_typed_before_is_kept(client, review, link_of, carol, team, kind, field):
    client.page = client.get(link_of(carol.email))["Location"]
    form = {"decision": kind, "content_hash": hash_on(client.get(client.page))}
    Team.objects.filter(pk=team.pk).update(links_sign_in=True)
    kept = client.post(client.page, {**form, field: "The <number> is wrong"})
    assert kept.status_code == 403
    assert "The &lt;number&gt; is wrong" in kept.text
    assert reverse("approvals:review", args=[team.slug, review.pk]) in kept.text
    assert not Decision.objects.exists()


def test_who_is_outside_keeps_the_link(signing_in, ruth):
    assert answer(ruth).status_code == 302
    assert Decision.objects.count() == 1


def test_the_mail_says_so(signing_in, team, post, bob, stage):
    post.team.refresh_from_db()
    ask(post=post, by=bob)
    outbox.drain()
    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "Sign in to review and decide:" in letters["carol@demo.test"]
    assert "no account needed" in letters[RUTH]
