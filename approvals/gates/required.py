"""Words that each post of a team, or of one of its channels, must have."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Option, Said, Skip, Usual, found
from approvals.gates.reader import Phrase, shown
from publishers.problems import Problem

MOST_SAID = 20


class Required(Usual):
    slug = "required"
    name = _("Words that must be there")
    says = _("Such as “Advertisement”, or a hashtag of yours. Write them where readers see them.")
    by_channel = True
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

    def prepare(self, options: Mapping[str, Any]) -> Sequence[Phrase]:
        return [Phrase.of(said) for said in options["words"]]

    def look(self, said: Said, ready: Sequence[Phrase], facts: Facts) -> Iterator[Problem | Skip]:
        read = [said.reader.words(text) for text in said.texts]
        missing = [one for one in ready if all(one.found_in(words) is None for words in read)]
        for phrase in missing[:MOST_SAID]:
            word = shown(phrase.said)
            yield found("required", f"“{word}” is missing.", "This team wants it in each post.")
