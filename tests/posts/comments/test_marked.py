"""Comments about words that were marked: they are looked for in what the post says now."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from posts.models import Comment, Post, Variant
from posts.queries.places import Marked, ground
from tests.factories.posts import CommentFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
BODY = "Forty buoys are open.\n\n  The data of forty buoys, forty days."


@pytest.fixture
def post(team, alice):
    channels = [ChannelFactory(team=team), ChannelFactory(team=team)]
    post = PostFactory(team=team, author=alice, body=BODY, channels=channels, hashtags=["sea"])
    Variant.objects.filter(post=post, channel=channels[1]).update(text="Shorter here.")
    return post


@pytest.fixture
def talk(post, team):
    return reverse("posts:comments", args=[team.slug, post.pk])


@pytest.fixture
def shared(post):
    return post.variants.get(text=None).channel_id


@pytest.fixture
def own(post):
    return post.variants.exclude(text=None).get().channel_id


@pytest.fixture
def channels(shared, own, other_team):
    return {"shared": shared, "own": own, "foreign": ChannelFactory(team=other_team).pk}


def kept():
    return Comment.objects.values_list("quote", "place", "begins", "channel").get()


def test_words_are_kept_with_where_they_begin(post, talk, shared, bob, as_user):
    near = BODY.index("forty days")
    said = {"text": "Which?", "marked": "forty", "channel": shared, "near": near + 3}
    page = as_user(bob).post(talk, said, headers=HX)
    assert "on “forty”" in page.text
    assert kept() == ("forty", 2, len("The data of forty buoys, "), None)


def test_words_of_a_channel_with_a_text_of_its_own(talk, own, bob, as_user):
    as_user(bob).post(talk, {"text": "Why?", "marked": "here.", "channel": own, "near": 8})
    assert kept() == ("here.", 1, 8, own)


def test_words_over_two_paragraphs_and_hashtags(post, talk, shared, bob, as_user):
    said = {"text": "Why?", "marked": "open.\r\n\r\n  The", "channel": shared, "near": 16}
    as_user(bob).post(talk, said)
    assert kept() == ("open.\n\n  The", 1, 16, None)
    assert ground(post).marked(Marked("#sea", shared)).at == 3


def test_of_words_that_stand_there_often_the_nearest_are_meant(post):
    found = [ground(post).marked(Marked("orty", 0, near)) for near in (0, 35, 999)]
    assert [(one.at, one.begins) for one in found] == [(1, 1), (2, 13), (2, 26)]


@pytest.mark.parametrize(
    ("marked", "of"),
    [
        ("never written", "shared"),
        ("Shorter", "shared"),
        ("Forty", "own"),
        ("Forty", "foreign"),
        ("Forty", "nonsense"),
    ],
)
def test_what_does_not_stand_there_is_chosen_again(talk, channels, bob, as_user, marked, of):
    said = {"text": "Which?", "marked": marked, "channel": channels.get(of, "x")}
    answer = as_user(bob).post(talk, said, headers=HX)
    assert answer.status_code == (422 if of == "nonsense" else 409)
    assert "Which?</textarea>" in answer.text
    assert f'name="marked" value="{marked}"' in answer.text
    assert not Comment.objects.exists()


def test_they_are_bounded(talk, bob, as_user):
    for more in (
        {"marked": "x" * 201},
        {"marked": "x", "near": 10**9},
        {"marked": "x", "near": -1},
    ):
        answer = as_user(bob).post(talk, {"text": "Which?", "channel": 0, **more}, headers=HX)
        assert answer.status_code == 422
    assert not Comment.objects.exists()


def test_the_quote_says_when_the_words_have_changed(post, talk, bob, as_user):
    CommentFactory(post=post, quote="Forty", place=1, begins=0)
    assert "on “Forty”" in as_user(bob).get(talk).text
    Post.objects.filter(pk=post.pk).update(body="Other words")
    assert "was about “Forty”, which has changed" in as_user(bob).get(talk).text


def test_what_begins_has_words(post):
    with pytest.raises(IntegrityError), transaction.atomic():
        CommentFactory(post=post, quote="", begins=3)


def test_an_answer_marks_nothing(post, talk, shared, bob, as_user):
    first = CommentFactory(post=post)
    said = {"text": "Yes.", "parent": first.pk, "marked": "Forty", "channel": shared}
    as_user(bob).post(talk, said)
    assert Comment.objects.get(parent=first).quote == ""


def test_pages_offer_it_to_who_may_comment(post, team, bob, vera, as_user):
    page = reverse("posts:post", args=[team.slug, post.pk])
    assert "<drum-marking" in as_user(bob).get(page).text
    may = vera.memberships.get(team=team).can("comment")
    assert ("<drum-marking" in as_user(vera).get(page).text) == may
