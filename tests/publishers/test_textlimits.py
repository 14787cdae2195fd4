"""Titles, numbers of links, tags and names, what must be there, and options."""

from dataclasses import replace

import pytest

from publishers.contract import Option
from publishers.limits import check, check_all
from tests.publishers.test_limits import SPEC, item, only, picture, post


def limited(**limits):
    return replace(SPEC, limits=replace(SPEC.limits, **limits))


# -- title


def test_where_a_post_needs_a_title_it_is_missed():
    problem = only(post("Tide at nine"), limited(title=100))
    assert (problem.level, problem.code) == ("error", "title_missing")
    assert str(problem) == "Harbour needs a title. Write one above the text."


def test_a_title_is_at_most_so_long():
    spec = limited(title=10)
    assert check(replace(post(), title="High tides"), spec) == []
    problem = only(replace(post(), title="Higher tides"), spec)
    assert problem.code == "title_too_long"
    assert str(problem) == (
        "Harbour takes a title of 10 characters; this is 2 over. Shorten the title."
    )


def test_where_posts_have_no_title_nobody_counts_it():
    assert check(replace(post(), title="High tides " * 30), SPEC) == []


def test_what_follows_needs_no_title():
    spec = replace(limited(title=10), features=frozenset({"thread", "comment"}))
    titled = replace(post("one"), title="Tides")
    assert check_all([titled, item("two"), item("three", "comment")], spec, thread=True) == []


# -- pictures and videos that must be there


@pytest.mark.parametrize(
    ("least", "images", "videos", "words"),
    [
        (1, 4, 1, "Harbour needs at least one picture or video. Add one, or take"),
        (1, 0, 1, "Harbour needs at least one video. Add one, or take"),
        (2, 4, 0, "Harbour needs at least 2 pictures. Add 2, or take"),
        (2, 4, 4, "Harbour needs at least 2 pictures or videos. Add 2, or take"),
    ],
)
def test_what_must_be_there_is_missed(least, images, videos, words):
    problem = only(post(), limited(media_least=least, images=images, videos=videos))
    assert problem.code == "media_missing"
    assert str(problem).startswith(words)


def test_one_picture_is_enough_where_one_is_needed():
    assert check(post("", picture()), limited(media_least=1)) == []


def test_one_picture_where_two_are_needed():
    problem = only(post("", picture()), limited(media_least=2))
    assert problem.code == "too_few_media"
    assert problem.message == "Harbour needs at least 2 pictures; this post has one."
    assert problem.fix == "Add one more."


# -- links, tags, names

MANY = "a.co b.co a.co #one #two #one @ana.example.com @bob.example.com"


@pytest.mark.parametrize(
    ("limit", "number", "code", "words"),
    [
        ("links", 1, "too_many_links", "Harbour takes one link in a text; this one has 2."),
        ("hashtags", 2, "too_many_hashtags", "takes up to 2 hashtags in a text; this one has 3."),
        ("mentions", 0, "too_many_mentions", "takes no mentions in a text; this one has 2."),
    ],
)
def test_more_than_a_text_may_hold(limit, number, code, words):
    problem = only(post(MANY), limited(**{limit: number}))
    assert (problem.level, problem.code) == ("error", code)
    assert words in problem.message
    assert problem.fix == ("Take the mentions out." if number == 0 else "Take out 1.")


def test_as_many_as_a_text_may_hold():
    assert check(post(MANY), limited(links=2, hashtags=3, mentions=2)) == []


def test_a_comment_may_hold_no_more():
    spec = replace(limited(hashtags=1), features=frozenset({"comment"}))
    [problem] = check_all([post("#one"), item("#one #two", "comment")], spec)
    assert problem.message == ("Harbour takes one hashtag in a text; the first comment has 2.")


# -- signs that nobody sees


@pytest.mark.parametrize(
    ("text", "where"),
    [("Tide at\ufeff nine", "after “at”"), ("\uffffTide", "at the beginning")],
)
def test_a_sign_that_no_text_may_hold(text, where):
    assert check(post(text), SPEC) == []
    problem = only(post(text), limited(count="weighted"))
    assert problem.code == "refused_sign"
    assert problem.message == f"Harbour refuses a sign {where} that cannot be seen."


# -- options

BOARD = Option("board", "Board", required=True)
TONE = Option("tone", "Tone", choices=(("loud", "Loud"), ("soft", "Soft")), required=True)
PLACE = Option("place", "Place", longest=10)


def with_options(*options):
    return replace(SPEC, options=options)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (BOARD, "Harbour needs “Board”. Fill it in under this channel."),
        (TONE, "Harbour needs “Tone”. Choose one under this channel."),
    ],
)
@pytest.mark.parametrize("value", [{}, {"board": " ", "tone": ""}])
def test_an_option_that_must_be_there(option, words, value):
    problem = only(replace(post(), options=value), with_options(option))
    assert (problem.level, problem.code) == ("error", "option_missing")
    assert str(problem) == words


def test_what_stands_there_by_itself_is_there():
    assert check(post(), with_options(replace(TONE, default="soft"))) == []


def test_an_option_that_is_too_long():
    spec = with_options(PLACE)
    assert check(replace(post(), options={"place": "Old harbor"}), spec) == []
    problem = only(replace(post(), options={"place": "Old harbour"}), spec)
    assert problem.code == "option_too_long"
    assert str(problem) == "“Place” is 1 over; Harbour takes 10 characters. Shorten it."


@pytest.mark.parametrize("account", ["person", "organization"])
def test_options_of_other_accounts_are_none(account):
    spec = with_options(
        replace(BOARD, kinds=("organization",)), replace(TONE, kinds=("organization",))
    )
    shrill = replace(post(), options={"tone": "shrill"})
    codes = [problem.code for problem in check(shrill, spec, account=account)]
    assert codes == ([] if account == "person" else ["option_missing", "option"])
