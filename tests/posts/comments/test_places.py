"""Comments about one paragraph, or one picture."""

import pytest
from django.urls import reverse

from posts.models import Comment, Post, PostMedia, Variant
from posts.queries.places import ground
from tests.factories.posts import (
    CommentFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
)
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
FIRST, SECOND = "Sea level data is open.", "It comes from forty buoys."


@pytest.fixture
def channels(team):
    return [ChannelFactory(team=team), ChannelFactory(team=team)]


@pytest.fixture
def post(team, alice, channels):
    """Two paragraphs, other words on the second channel, one picture."""
    post = PostFactory(
        team=team, author=alice, body=f"{FIRST}\n\n  {SECOND}\n{SECOND}", channels=channels
    )
    Variant.objects.filter(post=post, channel=channels[1]).update(text="Shorter here.")
    PostMediaFactory(post=post, asset=MediaAssetFactory(team=team), alt="A yellow buoy")
    return post


@pytest.fixture
def talk(post, team):
    return reverse("posts:comments", args=[team.slug, post.pk])


def key(post, quote):
    return next(place.key for place in ground(post).places() if place.quote == quote)


def test_each_paragraph_and_picture_once(post):
    assert [(place.quote, place.at, bool(place.channel)) for place in ground(post).places()] == [
        (FIRST, 1, False),
        (SECOND, 2, False),
        ("Shorter here.", 1, True),
        ("A yellow buoy", 1, False),
    ]


def test_only_what_is_published_can_be_quoted(post, channels):
    Variant.objects.filter(post=post, channel=channels[0]).delete()
    assert FIRST not in {place.quote for place in ground(post).places()}


def test_a_form_without_script_chooses_the_place(post, talk, bob, as_user):
    browser = as_user(bob)
    assert f'<option value="{key(post, FIRST)}">{FIRST}</option>' in browser.get(talk).text
    browser.post(talk, {"text": "Which sea?", "on": key(post, FIRST)})
    browser.post(talk, {"text": "Which sea?", "on": key(post, "Shorter here.")})
    browser.post(talk, {"text": "Darker.", "on": key(post, "A yellow buoy")})
    browser.post(talk, {"text": "All of it.", "on": ""})
    said = list(Comment.objects.order_by("pk").values_list("quote", "place", "channel", "asset"))
    assert said == [
        (FIRST, 1, None, None),
        ("Shorter here.", 1, post.variants.get(text="Shorter here.").channel_id, None),
        ("A yellow buoy", 1, None, post.pictures.get().asset_id),
        ("", 0, None, None),
    ]
    page = browser.get(talk).text
    assert f"on “{FIRST}”" in page
    assert "on the picture “A yellow buoy”" in page
    assert "which has changed" not in page


def test_the_quote_stays_when_the_words_change(post, talk, bob, as_user):
    picture = post.pictures.get()
    CommentFactory(post=post, quote=FIRST, place=1)
    CommentFactory(post=post, quote="A yellow buoy", asset=picture.asset)
    Post.objects.filter(pk=post.pk).update(body=SECOND)
    PostMedia.objects.all().delete()
    page = as_user(bob).get(talk).text
    assert f"was about “{FIRST}”, which has changed" in page
    assert "on the picture “A yellow buoy”, which is not there any more" in page


def test_what_changed_meanwhile_is_chosen_again(post, talk, bob, as_user):
    chosen = key(post, FIRST)
    Post.objects.filter(pk=post.pk).update(body="Other words")
    for on in (chosen, "nonsense"):
        answer = as_user(bob).post(talk, {"text": "Which sea?", "on": on}, headers=HX)
        assert answer.status_code == 409
        assert "Choose it again." in answer.text
        assert "Which sea?</textarea>" in answer.text
    assert not Comment.objects.exists()


def test_an_answer_is_about_what_it_answers(post, talk, bob, as_user):
    first = CommentFactory(post=post, quote=FIRST, place=1)
    said = {"text": "The North Sea.", "parent": first.pk, "on": key(post, SECOND)}
    as_user(bob).post(talk, said)
    assert Comment.objects.get(parent=first).quote == ""


def test_places_are_bounded_and_quotes_short(post):
    post.body = "\n".join(f"{n} {'x' * 300}" for n in range(200))
    found = ground(post).places()
    assert len(found) == 60
    assert max(len(place.quote) for place in found) <= 200


def test_the_list_says_it_in_few_statements(
    post, talk, bob, as_user, django_assert_max_num_queries
):
    for _n in range(15):
        CommentFactory(post=post, quote=FIRST, place=1)
    browser = as_user(bob)
    browser.get(talk, headers=HX)
    with django_assert_max_num_queries(12):
        browser.get(talk, headers=HX)
