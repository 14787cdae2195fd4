"""An article out of a post: its title once, its pictures where the text names them."""

import pytest

from publishers import articles
from publishers.articles import Shown
from tests.publishers.adapters.kit import picture, post

PIER, MAST = Shown("https://p.example/1.png", "A pier"), Shown("https://p.example/2.png", "A mast")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Tide",
            "Tide\n\n![A pier](https://p.example/1.png)\n\n![A mast](https://p.example/2.png)",
        ),
        (
            "![](2)\n\nTide",
            "![A mast](https://p.example/2.png)\n\nTide\n\n![A pier](https://p.example/1.png)",
        ),
        (
            "![](1) and ![The *tall* mast](2)",
            "![A pier](https://p.example/1.png) and ![The *tall* mast](https://p.example/2.png)",
        ),
        ("", "![A pier](https://p.example/1.png)\n\n![A mast](https://p.example/2.png)"),
    ],
)
def test_pictures_stand_where_the_text_names_them_else_at_the_end(text, expected):
    assert articles.with_pictures(text, [PIER, MAST]) == expected


def test_a_picture_shown_elsewhere_is_not_repeated_unless_it_is_named():
    assert articles.with_pictures("Tide", [PIER], without={0}) == "Tide"
    assert articles.with_pictures("![](1)", [PIER], without={0}).startswith("![A pier]")


def test_words_and_addresses_cannot_leave_their_place():
    odd = Shown("https://p.example/a (1).png?x=%20)", "A ](https://evil.example) [pier]\nat noon")
    shown = articles.with_pictures("", [odd])
    assert shown == (
        r"![A \](https://evil.example) \[pier\] at noon]"
        "(https://p.example/a%20%281%29.png?x=%20%29)"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# High water\n\nTide", "Tide"),
        ("\n# High water #\nTide", "Tide"),
        ("High water\n==========\n\nTide", "Tide"),
        ("# High *water*! \U0001f30a\n\nTide", "Tide"),
        ("# Low water\n\nTide", "# Low water\n\nTide"),
        ("## High water\n\nTide", "## High water\n\nTide"),
        ("High water at nine", "High water at nine"),
        ("# High water", ""),
    ],
)
def test_a_title_that_heads_the_text_is_not_said_twice(text, expected):
    assert articles.without_title(text, "High water") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: Other\npublished: false\n---\nTide", "Tide"),
        ("\n \n---\ntags: a, b\n---\n---\ntitle: Again\n---\nTide", "Tide"),
        ("---\nTide at nine\n\n---\nMore", "***\nTide at nine\n\n---\nMore"),
        ("---\ntags:\n  - a\n- b\n\n---\nTide", "Tide"),
        ("---\nNote: at nine\n---\nTide", "***\nNote: at nine\n---\nTide"),
        ("---\n- a\n---\nTide", "***\n- a\n---\nTide"),
        ("---\n---\nTide", "***\n---\nTide"),
        ("---\nTide", "***\nTide"),
        ("---", "***\n"),
        ("", ""),
        ("Tide\n---\na: b\n---", "Tide\n---\na: b\n---"),
    ],
)
def test_settings_above_the_text_do_not_win_over_the_posts_own(text, expected):
    assert articles.without_front_matter(text) == expected


def test_words_with_commas_between():
    assert articles.words_in(" #tide, open  data,,tide ,") == ["tide", "open data"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "needs a title"),
        ({"title": " "}, "needs a title"),
        ({"title": "a" * 11}, "this is 1 over"),
        ({"text": "See ![](2)"}, "names picture 2, but the post has 1"),
        ({"options": {"canonical_url": "tide.earth"}}, "whole address"),
        ({"options": {"canonical_url": "ftp://tide.earth"}}, "whole address"),
        ({"options": {"canonical_url": "https://localhost/x"}}, "whole address"),
        ({"options": {"canonical_url": "https://tide.earth/a b"}}, "whole address"),
        ({"options": {"canonical_url": "https://[tide"}}, "whole address"),
        ({"options": {"canonical_url": "https://tide.earth/p"}}, ""),
        ({"text": "See ![](1)"}, ""),
    ],
)
def test_what_keeps_an_article_from_going_out(changes, words):
    more = {"title": "Tide", **changes}
    wrong = articles.mistake("Gazette", post(more.pop("text", "Tide"), picture(), **more), 10)
    assert (words in wrong.reason) if words else wrong is None


@pytest.mark.parametrize(
    "hostile", ["![" * 50_000, "# " * 50_000, "---\n" * 30_000, "[](" * 30_000]
)
def test_hostile_text_is_read_at_once(hostile):
    articles.with_pictures(hostile, [PIER])
    articles.without_title(hostile, "Tide")
    articles.without_front_matter(hostile)
