"""Gaps in a text: what is one, and that a value is only ever text."""

import pytest

from posts import hashtags, placeholders


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{ product }} is out", ["product"]),
        ("{{product}}{{ город_2 }}\n{{ product }}", ["product", "город_2"]),
        ("{{\t名前 }}", ["名前"]),
        ("{ product } {{}} {{ 2nd }} {{ a b }} {{ a.b }} {{ a|b }} {% a %}", []),
        ("{{ a\n}}", []),
        ("{{ " + "a" * 40 + " }}", ["a" * 40]),
        ("{{ " + "a" * 41 + " }}", []),
    ],
)
def test_names_in_reading_order(text, names):
    assert placeholders.names([text, ""]) == names


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{{ product }} costs {5}", ""),
        ("as in {{ product.name }}", "{{ product.name }}"),
        ("an open {{ end", "{{ end"),
        ("{{}}", "{{}}"),
        ("{{{ a }}", ""),
        ("}} alone", ""),
    ],
)
def test_other_braces_are_named(text, wrong):
    assert placeholders.wrong(text) == wrong


def test_values_are_filled_in_once_as_plain_text():
    text = "{{ a }} and {{ b }} and {{ a }}{{ gone }}."
    filled = placeholders.fill(text, {"a": "{{ b }}", "b": r"\1 {% load x %} $0", "c": "never"})
    assert filled == r"{{ b }} and \1 {% load x %} $0 and {{ b }}."


def test_pieces_say_what_is_a_gap():
    pieces = list(placeholders.pieces("Hi {{ name }}, {{ 1 }}"))
    assert pieces == [("text", "Hi "), ("gap", "name"), ("text", ", {{ 1 }}")]
    assert list(placeholders.pieces("")) == []


def test_hashtags_within_a_text():
    text = "#Sea and #sea-side, a#b &#39; https://a.example/#top #1 #2nd (#Água) ##x #ocean_data"
    assert hashtags.within(text) == ["Sea", "sea", "2nd", "Água", "ocean_data"]


def test_a_tag_counts_once_in_a_post_and_is_spelled_as_most_often():
    said = {1: ["Sea", "sea", "wind"], 2: ["sea"], 3: ["Sea", "Sea"], 4: []}
    assert hashtags.most_used(said, {}) == [hashtags.Used("Sea", 3), hashtags.Used("wind", 1)]
    assert hashtags.together(["Sea"], ["wind", "sea"]) == ["Sea", "wind"]
