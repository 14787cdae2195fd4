"""Words that each post of a team, or of one of its channels, must have."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Option, Said, Skip, Usual, found
from approvals.gates.reader import Phrases, shown
from publishers.problems import Problem

MOST_SAID = 20


class Required(Usual):
    slug = "required"
    name = _("Words that must be there")
    says = _("Such as “Advertisement”, or a hashtag of yours. Write them where readers see them.")
    options = (
        Option(
            "words",
            _("Words and phrases"),
            "words",
            (),
            _("One a line. Each must stand in the post or in its first comment."),
            channels=True,
        ),
    )

    def prepare(self, options: Mapping[str, Any]) -> Mapping[str, Phrases]:
        return {phrase: Phrases.of([phrase]) for phrase in options["words"]}

    def look(
        self, said: Said, ready: Mapping[str, Phrases], facts: Facts
    ) -> Iterator[Problem | Skip]:
        read = [(text, said.reader.words(text)) for text in said.texts]
        missing = [
            phrase
            for phrase, one in ready.items()
            if not any(True for text, words in read for _phrase in one.within(text, words))
        ]
        for phrase in missing[:MOST_SAID]:
            word = shown(phrase)
            yield found("required", f"“{word}” is missing.", "This team wants it in each post.")
