"""Words that a team does not use, each with what it says instead, where it has said that."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Option, Said, Skip, Usual
from approvals.gates.reader import Phrase, phrases_in, shown, unparted
from posts.gatekeeper import Swap
from publishers.problems import Problem

# As it is kept: what is not used, and what is said instead.
BETWEEN = "=>"
# Nobody mends more at once.
MOST_SAID = 20


class Ready(NamedTuple):
    phrases: Sequence[Phrase]
    instead: Mapping[str, str]


class Banned(Usual):
    slug = "banned"
    name = _("Words we do not use")
    says = _(
        "Found as whole words, whatever their capitals: a name that has one of them inside is left "
        "alone."
    )
    by_channel = True
    options = (
        Option(
            "words",
            _("Words and phrases"),
            "swaps",
            (),
            _("One a line. Write “utilize => use” to offer the better word."),
            channels=True,
        ),
    )

    def prepare(self, options: Mapping[str, Any]) -> Ready:
        instead = {}
        for line in options["words"]:
            phrase, _arrow, better = line.partition(BETWEEN)
            if phrase.strip():
                instead[phrase.strip()] = better.strip()
        return Ready([Phrase.of(said) for said in instead], instead)

    def look(self, said: Said, ready: Ready, facts: Facts) -> Iterator[Problem | Skip]:
        told: set[str] = set()
        for text in said.texts:
            for phrase, written in phrases_in(ready.phrases, said.reader.words(text)):
                if phrase not in told and len(told) < MOST_SAID:
                    told.add(phrase)
                    yield _one(written, ready.instead[phrase], whole=not unparted(phrase))


def _one(written: str, better: str, *, whole: bool) -> Problem:
    word, instead = shown(written), shown(better)
    fix = f"Write “{instead}” instead." if better else "Say it in other words, or take it out."
    message = f"“{word}” is a word that this team does not use."
    return Swap("warn", "banned", message, fix, take=written, put=better, whole=whole)
