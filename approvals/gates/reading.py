"""How easy the text is to read: Flesch's figure for English, Amstad's for German."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.gates import ease
from approvals.gates.contract import Facts, Option, Said, Skip, Usual, found
from posts.content import texts_of
from publishers.problems import Problem


class Reading(Usual):
    slug = "reading"
    name = _("Easy to read")
    says = _(
        "Short sentences and short words, measured for English by Flesch's formula and for German "
        "by Amstad's. Other languages, and texts of a few words, are not looked at."
    )
    by_channel = True
    options = (
        Option(
            "least",
            _("At least"),
            "number",
            50,
            _("Out of 100. Above 60 most people read it with ease, below 30 it is a study."),
            least=1,
            most=100,
        ),
        Option(
            "language",
            _("Language"),
            "choice",
            "",
            choices=(("", _("As it is found")), ("en", _("English")), ("de", _("German"))),
        ),
    )

    def look(self, said: Said, ready: Mapping[str, Any], facts: Facts) -> Iterator[Problem | Skip]:
        measured = ease.ease(" \n\n".join(texts_of(said.own)), ready["language"])
        if measured is None:
            yield Skip("How easy it reads was not measured: it is short, or in another language.")
        elif measured.score < ready["least"]:
            figure, least = round(measured.score), ready["least"]
            message = f"It is hard to read: {figure} of 100, where this team wants {least}."
            yield found("hard_to_read", message, "Make its sentences shorter, and its words.")
