"""What the composer says about a post that a platform would not take."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from publishers.contract import AppPassword, Limits, Media, Option, Payload, Preview, Spec
from publishers.limits import check, check_all

SPEC = Spec(
    slug="harbour",
    name="Harbour",
    api_url="https://api.harbour.example",
    web_url="https://harbour.example",
    auth=AppPassword("Name", "Password"),
    limits=Limits(
        text=300,
        count="graphemes",
        text_bytes=3000,
        images=2,
        image_bytes=2_000_000,
        image_pixels=1_000_000,
        image_types=("image/jpeg", "image/png"),
        alt_text=20,
    ),
    features=frozenset({"alt_text"}),
    reconcile="ask",
    preview=Preview("micro", ()),
)


def picture(**changes) -> Media:
    plain = Media("0" * 64, "image/png", 640, 480, 90_000, "A pier", read=lambda: b"")
    return replace(plain, **changes)


def post(text="Hello", *media) -> Payload:
    return Payload(text, media, "token", datetime(2026, 11, 21, tzinfo=UTC))


def only(payload, spec=SPEC):
    found = check(payload, spec)
    assert len(found) == 1, found
    return found[0]


def test_a_fitting_post_has_no_problem():
    assert check(post("a" * 300, picture(), picture()), SPEC) == []


@pytest.mark.parametrize("text", ["", "   \n\t"])
def test_an_empty_post(text):
    problem = only(post(text))
    assert (problem.level, problem.code) == ("error", "empty")
    assert str(problem) == "The post is empty. Write something or add a picture."


def test_a_picture_alone_is_a_post():
    assert check(post("", picture()), SPEC) == []


def test_too_long_says_by_how_much_and_what_to_do():
    problem = only(post("a" * 317))
    assert problem.code == "too_long"
    assert str(problem) == (
        "Harbour takes 300 characters; this is 17 over. Shorten it or give it its own text."
    )


# -- kinds of account

PATRON = replace(
    SPEC,
    features=frozenset({"thread", "comment"}),
    limits_by_kind={"patron": replace(SPEC.limits, text=1000, text_bytes=None, comment=200)},
)


@pytest.mark.parametrize(
    ("account", "length", "words"),
    [
        ("patron", 1000, ""),
        ("patron", 1001, "Harbour takes 1,000 characters; this is 1 over."),
        ("person", 300, ""),
        ("person", 301, "Harbour takes 300 characters from this account; this is 1 over."),
        ("", 301, "Harbour takes 300 characters from this account; this is 1 over."),
    ],
)
def test_an_account_has_the_room_of_its_kind(account, length, words):
    assert [one.message for one in check(post("a" * length), PATRON, account=account)] == (
        [words] if words else []
    )


@pytest.mark.parametrize(("kind", "over"), [("part", 701), ("comment", 801)])
def test_what_follows_has_room_of_its_own(kind, over):
    items = [post("Hello"), replace(post("a" * 1001), kind=kind)]
    [problem] = check_all(items, PATRON, account="patron", thread=True)
    assert f"is {over} over" in problem.message
    assert not check_all([items[0], replace(items[1], text="a" * 200)], PATRON, account="patron")


def test_too_many_bytes():
    problem = only(post("\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 121))
    assert problem.code == "too_many_bytes"
    assert "3,000 bytes of text; this is 25 over" in problem.message


def test_too_many_pictures():
    problem = only(post("a", picture(), picture(), picture()))
    assert str(problem) == "Harbour takes 2 pictures; this post has 3. Take out 1."


def test_no_pictures_at_all():
    spec = replace(SPEC, limits=replace(SPEC.limits, images=0))
    assert "takes no pictures" in only(post("a", picture()), spec).message


def test_what_a_rendition_mends_is_no_problem():
    media = picture(size=2_000_001), picture(mime="image/webp", width=1500, height=1000)
    assert check(post("a", *media), SPEC) == []


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_missing_description_warns(alt):
    problem = only(post("a", picture(alt=alt)))
    assert (problem.level, problem.code, problem.picture) == ("warn", "alt_missing", 0)


def test_a_description_that_is_too_long():
    problem = only(post("a", picture(alt="x" * 23)))
    assert (problem.level, problem.code) == ("error", "alt_too_long")
    assert (
        problem.message == "The description of the picture is 3 over; Harbour takes 20 characters."
    )


def test_where_descriptions_are_unknown_nobody_asks_for_them():
    spec = replace(SPEC, features=frozenset())
    assert check(post("a", picture(alt=""), picture(alt="x" * 99)), spec) == []


def test_errors_come_before_warnings():
    levels = [p.level for p in check(post("a" * 301, picture(alt=""), *[picture()] * 2), SPEC)]
    assert levels == ["error", "error", "warn"]


def test_the_tenth_picture_has_a_name_too():
    media = [picture()] * 9 + [picture(alt="")]
    spec = replace(SPEC, limits=replace(SPEC.limits, images=20))
    assert only(post("a", *media), spec).message == "Picture 10 has no description."


# -- what follows a post

THREADED = replace(
    SPEC,
    features=frozenset({"thread", "comment"}),
    limits=replace(SPEC.limits, text=20, comment=10, parts=3),
)


def item(text, kind="part") -> Payload:
    return replace(post(text), kind=kind)


def found(items, spec=THREADED, *, thread=True):
    return [(one.level, one.code, str(one)) for one in check_all(items, spec, thread=thread)]


def test_a_thread_within_its_limits():
    assert found([post("High water"), item("at nine"), item("in time", "comment")]) == []


def test_no_threads_there():
    [problem] = found([post("High water")], SPEC)
    assert problem == (
        "error",
        "no_threads",
        "Harbour has no threads. Choose the type “Post”, or take this channel off.",
    )


def test_too_many_parts():
    items = [post("one"), *(item(f"part {n}") for n in range(3)), item("more", "comment")]
    [problem] = found(items)
    assert problem[2] == ("A thread on Harbour has up to 3 parts; this text makes 4. Shorten it.")


@pytest.mark.parametrize(
    ("items", "part"), [([post("t" * 21)], 1), ([post("a"), item("t" * 21)], 2)]
)
def test_a_part_that_could_not_be_cut(items, part):
    [problem] = found(items)
    assert problem[:2] == ("error", "part_too_long")
    assert problem[2].startswith(
        f"Part {part} of the thread is 1 over; Harbour takes 20 characters."
    )


def test_two_parts_alike():
    [problem] = found([post("one"), item("two"), item("two")])
    assert problem[:2] == ("warn", "same_parts")


@pytest.mark.parametrize("thread", [False, True])
def test_a_comment_that_is_too_long(thread):
    [problem] = found([post("one"), item("t" * 11, "comment")], thread=thread)
    assert problem[:2] == ("error", "comment_too_long")
    assert "The first comment is 1 over; Harbour takes 10 characters." in problem[2]


def test_a_comment_may_be_as_long_as_a_post_where_nothing_else_is_said():
    spec = replace(THREADED, limits=replace(THREADED.limits, comment=None))
    assert found([post("one"), item("t" * 20, "comment")], spec) == []


def test_no_comments_there():
    [problem] = found([post("one"), item("two", "comment")], SPEC, thread=False)
    assert problem == (
        "error",
        "no_comments",
        "We cannot add a first comment on Harbour. Take the comment out there.",
    )


def test_where_there_are_threads_a_long_text_may_become_one():
    [problem] = found([post("t" * 21)], thread=False)
    assert problem[1] == "too_long"
    assert "choose the type “Thread”" in problem[2]


def test_beside_a_picture_there_may_be_less_room():
    spec = replace(SPEC, limits=replace(SPEC.limits, caption=50))
    assert check(post("t" * 300), spec) == []
    assert check(post("t" * 50, picture()), spec) == []
    problem = only(post("t" * 51, picture()), spec)
    assert problem.message == (
        "Harbour takes 50 characters beside pictures or videos; this is 1 over."
    )


def test_a_choice_that_is_offered_no_more():
    tone = Option("tone", "Tone", choices=(("loud", "Loud"), ("soft", "Soft")))
    language = Option("language", "Language")
    spec = replace(SPEC, options=(tone, language))
    fine = replace(post(), options={"tone": "soft", "language": "pt"})
    assert check(fine, spec) == []
    assert check(replace(fine, options={"tone": ""}), spec) == []

    problem = only(replace(fine, options={"tone": "shrill"}), spec)
    assert problem.code == "option"
    assert str(problem) == (
        "Harbour does not offer “shrill” under Tone any more. Choose one of Loud or Soft."
    )
