"""What of a post's words keeps it from a platform, besides their length. Pure.

Called by limits.py. Everything found here stops the post.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from publishers.contract import Kind, Option, Spec
from publishers.marks import Mark, spans

# (code, message, fix), as limits.Problem has them.
type Finding = tuple[str, str, str]


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


def options_of(spec: Spec, account: str) -> tuple[Option, ...]:
    """Those that an account of this kind has."""
    return tuple(one for one in spec.options if not one.kinds or account in one.kinds)


def check(said: Words, spec: Spec, account: str) -> Iterator[Finding]:
    """`account` is its kind (contract.Account)."""
    if said.kind == "post":
        yield from _title(said.title.strip(), spec)
        yield from _media(len(said.media), spec)
        for option in options_of(spec, account):
            yield from _option(option, said.options.get(option.name, option.default), spec)
    yield from _amounts(said, spec)


def _title(title: str, spec: Spec) -> Iterator[Finding]:
    most = spec.limits.title
    if most and not title:
        yield "title_missing", f"{spec.name} needs a title.", "Write one above the text."
    elif most and len(title) > most:
        over = len(title) - most
        message = f"{spec.name} takes a title of {most:,} characters; this is {over:,} over."
        yield "title_too_long", message, "Shorten the title."


def _media(number: int, spec: Spec) -> Iterator[Finding]:
    least, limits = spec.limits.media_least, spec.limits
    if number >= least:
        return
    nouns = [noun for noun, most in (("picture", limits.images), ("video", limits.videos)) if most]
    ending = "" if least == 1 else "s"
    needs = f"{spec.name} needs at least {_number(least)} {f'{ending} or '.join(nouns)}{ending}"
    if number:
        message = f"{needs}; this post has {_number(number)}."
        yield "too_few_media", message, f"Add {_number(least - number)} more."
    else:
        yield "media_missing", f"{needs}.", f"Add {_number(least)}, or take this channel off."


def _option(option: Option, value: str, spec: Spec) -> Iterator[Finding]:
    if not value.strip():
        if option.required:
            verb = "Choose one" if option.choices else "Fill it in"
            message = f"{spec.name} needs “{option.label}”."
            yield "option_missing", message, f"{verb} under this channel."
    elif not option.choices and len(value) > option.longest:
        over = len(value) - option.longest
        message = (
            f"“{option.label}” is {over:,} over; {spec.name} takes {option.longest:,} characters."
        )
        yield "option_too_long", message, "Shorten it."


def _amounts(said: Words, spec: Spec) -> Iterator[Finding]:
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
            yield f"too_many_{noun}s", message, fix


def _named(kind: Kind) -> str:
    return {"post": "this one", "part": "a part of the thread", "comment": "the first comment"}[
        kind
    ]


def _counted(number: int, noun: str) -> str:
    return {0: f"no {noun}s", 1: f"one {noun}"}.get(number, f"up to {number} {noun}s")


def _number(number: int) -> str:
    return "one" if number == 1 else str(number)
