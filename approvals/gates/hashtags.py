"""Hashtags: how many, and which."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Option, Said, Skip, Usual, found
from approvals.gates.reader import shown
from posts import hashtags
from posts.gatekeeper import Swap
from publishers.problems import Problem

MOST_SAID = 10


class Hashtags(Usual):
    slug = "hashtags"
    name = _("Hashtags")
    says = _("Counted on each channel, with those of its own text and of the first comment.")
    by_channel = True
    options = (
        Option("most", _("At most"), "number", 5, _("0: any number."), most=100, channels=True),
        Option("least", _("At least"), "number", 0, most=100, channels=True),
        Option(
            "known",
            _("Only hashtags of the team's groups"),
            "flag",
            False,
            _("A typing mistake, or one that nobody has thought about, is pointed out."),
        ),
    )

    def look(self, said: Said, ready: Mapping[str, Any], facts: Facts) -> Iterator[Problem | Skip]:
        tags = {tag.casefold(): tag for text in said.texts for tag in hashtags.within(text)}
        channel, number = str(said.channel), len(tags)
        most, least = ready["most"], ready["least"]
        if most and number > most:
            message = f"{channel} gets {number} hashtags; this team uses {most} at most."
            yield found("hashtags_many", message, "Take some of them out.")
        if number < least:
            message = f"{channel} gets {number} hashtags; this team uses {least} at least."
            yield found("hashtags_few", message, "Add some more.")
        if ready["known"]:
            strange = [tag for key, tag in tags.items() if key not in facts.tags]
            for tag in strange[:MOST_SAID]:
                name = shown(tag)
                message = f"#{name} is in none of the team's groups of hashtags."
                fix = "Take it out, or add it to a group."
                yield Swap("warn", "hashtag_unknown", message, fix, take=f"#{tag}")
