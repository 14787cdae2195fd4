"""What the letter to a reviewer says of the post, its times, and an earlier answer."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from approvals.plan import Person
from approvals.services.ask import ask
from approvals.services.decide import Trace, decide
from approvals.services.inviting import invite
from notifications import outbox
from notifications.models import Message
from posts.models import Post
from tests.factories.posts import refresh_hash
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"
SEEN_BEFORE = "You answered an earlier version."


def to(address: str) -> tuple[str, str]:
    """The newest mail to them: its text, and its HTML."""
    mail.outbox.clear()
    while outbox.drain():
        pass
    letter = [letter for letter in mail.outbox if letter.to == [address]][-1]
    return letter.body, letter.alternatives[0].content


def test_a_channel_that_gets_the_same_is_not_repeated(post, stage, bob):
    ask(post=post, by=bob)
    text, html = to(RUTH)
    assert text.count("forty buoys is open") == 1
    assert "The same as above." in text
    assert "version differs" not in html


def test_with_other_pictures_it_is_not_the_same(post, stage, bob):
    post.variants.filter(pk=post.variants.latest("pk").pk).update(media=[])
    ask(post=refresh_hash(post), by=bob)
    text, html = to(RUTH)
    assert text.count("forty buoys is open") == 2
    assert text.count("A yellow buoy at dusk") == 1
    assert "version differs" in html


def test_text_and_html_say_by_when_and_by_whose_clock(post, stage, bob, team):
    team.time_zone = "Europe/Lisbon"
    team.save(update_fields=["time_zone"])
    ask(post=Post.objects.get(pk=post.pk), by=bob)
    for said in to(RUTH):
        lines = [line for line in said.split(".") if "answer by" in line or "works until" in line]
        assert len(lines) == 2
        assert all("(Lisbon)" in line for line in lines)


def test_the_clock_is_named_once_where_the_post_has_a_time(post, stage, bob):
    at = timezone.now() + timedelta(days=2)
    Post.objects.filter(pk=post.pk).update(planned_at=at, planned_zone="Europe/Lisbon")
    ask(post=Post.objects.get(pk=post.pk), by=bob)
    for said in to(RUTH):
        [line] = [line for line in said.split(".") if "answer by" in line]
        assert "(" not in line
        assert " time." in said


def test_whoever_answered_before_hears_that_it_is_another_version(post, stage, bob, carol):
    first = ask(post=post, by=bob)
    assert all(SEEN_BEFORE not in said for said in to(RUTH))
    said = {"seen_hash": first.content_hash, "comment": "How many?", "trace": Trace("email")}
    decide(request=first.requests.get(email=RUTH), kind="changes", **said)
    Post.objects.filter(pk=post.pk).update(body="Fifty buoys.")
    ask(post=refresh_hash(Post.objects.get(pk=post.pk)), by=bob)
    assert all(SEEN_BEFORE in said for said in to(RUTH))
    carols = Message.objects.filter(kind="review_asked", user=carol).latest("pk")
    assert not carols.data["before"]


def test_many_channels_are_named_in_one_sentence(post, stage, bob):
    for _ in range(3):
        post.variants.create(channel=ChannelFactory(team=post.team))
    ask(post=refresh_hash(post), by=bob)
    _text, html = to(RUTH)
    assert html.count("The same on ") == 1
    assert html.count("Tidewater") > 4


def test_who_is_asked_because_others_are_late_reads_so(review, alice, team):
    backup = Person("Alice", alice.email, alice.memberships.get(team=team).pk)
    invite(review, backup, late="Carol, Ruth Abara")
    for said in to(alice.email):
        why = "You are asked too because the answer is late. It waits for Carol, Ruth Abara."
        assert why in " ".join(said.split())
