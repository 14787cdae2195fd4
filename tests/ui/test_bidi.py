"""Names from right to left within a sentence from left to right."""

from ui.bidi import isolated


def test_what_would_turn_the_sentence_is_a_part_of_its_own():
    wave = "\u05d2\u05dc 41"
    assert isolated(wave) == f"\u2068{wave}\u2069"


def test_all_else_stays_as_it_is():
    assert isolated("Tide 41, 🌊 ok") == "Tide 41, 🌊 ok"
    assert isolated("") == ""
