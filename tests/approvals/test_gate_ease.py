"""How easy a text is to read, with the figures that others have published."""

import pytest

from approvals.gates.ease import ease, language_of, score, sentences, syllables_of

PLATYPUS = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
PASSAGE = "This sentence, taken as a reading passage unto itself, is being used to prove a point."


def figure(text: str, language: str) -> float:
    words = [word.strip(".,") for word in text.split()]
    return score(words, sentences(text), language)


@pytest.mark.parametrize(
    ("text", "published"),
    # As the article on the formula in Wikipedia has them.
    [("The cat sat on the mat.", 116), (PASSAGE, 69), (PLATYPUS, 37.5)],
)
def test_flesch(text, published):
    assert figure(text, "en") == pytest.approx(published, abs=0.5)


def test_amstad():
    """180 less the words of a sentence, less 58.5 times the syllables of a word: 7, and 11 of 7."""
    text = "Alle meine Entchen schwimmen auf dem See."
    assert figure(text, "de") == pytest.approx(180 - 7 - 58.5 * 11 / 7)


@pytest.mark.parametrize(
    ("word", "number"),
    [("the", 1), ("used", 1), ("being", 2), ("table", 2), ("prove", 1), ("makes", 1), ("buses", 2),
     ("needed", 2), ("platypus", 3), ("sea", 1), ("rhythm", 1), ("x", 1)],
)  # fmt: skip
def test_syllables_of_english(word, number):
    assert syllables_of(word, "en") == number


@pytest.mark.parametrize(
    ("word", "number"),
    [("theater", 3), ("bauern", 2), ("see", 1), ("ei", 1), ("quelle", 2), ("übung", 2),
     ("neue", 2), ("veröffentlichung", 5), ("knie", 1), ("st", 1)],
)  # fmt: skip
def test_syllables_of_german(word, number):
    assert syllables_of(word, "de") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("One. Two! Three?", 3),
        ("A heading\n\nA line.", 2),
        ("No end", 1),
        ("... !!! ?", 1),
        ("", 1),
    ],
)
def test_sentences(text, number):
    assert sentences(text) == number


def test_the_language_is_found_or_left_open():
    assert language_of(["the", "data", "of", "the", "sea", "is", "open", "to", "you"]) == "en"
    assert language_of(["die", "Daten", "der", "See", "sind", "jetzt", "für", "euch"]) == "de"
    assert language_of(["los", "datos", "del", "nivel", "del", "mar"]) == ""
    assert language_of([]) == ""


@pytest.mark.parametrize("text", ["", "Too short.", "海面データが公開されました。" * 20, "... ..."])
def test_what_is_not_measured(text):
    assert ease(text, "en") is None


def test_addresses_and_tags_are_no_words():
    plain = ease("Sea level data of forty buoys is open to all of you now.", "en")
    assert plain == ease(
        "Sea level data of forty buoys is open to all of you now. https://a.example/b #opendata",
        "en",
    )


def test_a_long_text_is_measured_by_its_beginning():
    assert ease("The sea is open to you. " * 10_000) is not None
