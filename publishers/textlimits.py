"""What of a post's words and options keeps it from a platform, besides its length. Pure.

Called by limits.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from publishers.contract import Kind, Option, Spec
from publishers.marks import Mark, spans
from publishers.problems import Problem, either
from publishers.text import refused


class Words(Protocol):
    """A post, a part of its thread or its first comment: contract.Payload, or shaped like it."""

    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def media(self) -> Sequence[object]: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def options(self) -> Mapping[str, str]: ...


def check(said: Words, spec: Spec, account: str) -> Iterator[Problem]:
    """`account` is of which kind it is: some options are only for others."""
    if said.kind == "post":
        yield from _title(said.title.strip(), spec)
        yield from _media(len(said.media), spec)
        for option in spec.options_of(account):
            yield from _option(option, said.options.get(option.name, option.default), spec)
    yield from _signs(said.text, spec)
    yield from _amounts(said, spec)


def _title(title: str, spec: Spec) -> Iterator[Problem]:
    most = spec.limits.title
    if most and not title:
        yield Problem(
            "error", "title_missing", f"{spec.name} needs a title.", "Write one above the text."
        )
    elif most and len(title) > most:
        over = len(title) - most
        message = f"{spec.name} takes a title of {most:,} characters; this is {over:,} over."
        yield Problem("error", "title_too_long", message, "Shorten the title.")


def _media(number: int, spec: Spec) -> Iterator[Problem]:
    least, limits = spec.limits.media_least, spec.limits
    if number >= least:
        return
    nouns = [noun for noun, most in (("picture", limits.images), ("video", limits.videos)) if most]
    wanted = " or ".join(nouns if least == 1 else [f"{noun}s" for noun in nouns])
    needs = f"{spec.name} needs at least {_number(least)} {wanted}"
    if number:
        message = f"{needs}; this post has {_number(number)}."
        yield Problem("error", "too_few_media", message, f"Add {_number(least - number)} more.")
    else:
        yield Problem(
            "error",
            "media_missing",
            f"{needs}.",
            f"Add {_number(least)}, or take this channel off.",
        )


def _option(option: Option, value: str, spec: Spec) -> Iterator[Problem]:
    """What a platform no longer offers may still stand in an older post."""
    offered, over = dict(option.choices), len(value) - option.longest
    if not value.strip():
        if option.required:
            fix = f"{'Choose one' if offered else 'Fill it in'} under this channel."
            yield Problem("error", "option_missing", f"{spec.name} needs “{option.label}”.", fix)
    elif offered and value not in offered:
        message = f"{spec.name} does not offer “{value}” under {option.label} any more."
        yield Problem(
            "error", "option", message, f"Choose one of {either(list(offered.values()))}."
        )
    elif not offered and over > 0:
        message = (
            f"“{option.label}” is {over:,} over; {spec.name} takes {option.longest:,} characters."
        )
        yield Problem("error", "option_too_long", message, "Shorten it.")


def _signs(text: str, spec: Spec) -> Iterator[Problem]:
    at = refused(text, spec.limits.count)
    if at is not None:
        before = (text[:at].split() or [""])[-1][-20:]
        where = f"after “{before}”" if before else "at the beginning"
        message = f"{spec.name} refuses a sign {where} that cannot be seen."
        yield Problem("error", "refused_sign", message, "Delete what is there and type it again.")


def _amounts(said: Words, spec: Spec) -> Iterator[Problem]:
    """The same address twice is one link; tags and names count each time."""
    limits = spec.limits
    bounds: tuple[tuple[Mark, str, int | None], ...] = (
        ("link", "link", limits.links),
        ("tag", "hashtag", limits.hashtags),
        ("mention", "mention", limits.mentions),
    )
    if all(most is None for _, _, most in bounds):
        return
    found = spans(said.text, limits.count)
    for kind, noun, most in bounds:
        targets = [span.target for span in found if span.kind == kind]
        number = len(set(targets)) if kind == "link" else len(targets)
        if most is not None and number > most:
            takes = f"{spec.name} takes {_counted(most, noun)} in a text"
            message = f"{takes}; {_named(said.kind)} has {number}."
            fix = f"Take out {number - most}." if most else f"Take the {noun}s out."
            yield Problem("error", f"too_many_{noun}s", message, fix)


def _named(kind: Kind) -> str:
    return {"post": "this one", "part": "a part of the thread", "comment": "the first comment"}[
        kind
    ]


def _counted(number: int, noun: str) -> str:
    return {0: f"no {noun}s", 1: f"one {noun}"}.get(number, f"up to {number} {noun}s")


def _number(number: int) -> str:
    return "one" if number == 1 else str(number)
