"""What keeps a post from a platform, in plain words with numbers, and what to do about it. Pure.

Called by the composer while one types, before a post is scheduled, and before it is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from publishers import textlimits, visuals
from publishers.contract import Kind, Limits, Spec
from publishers.problems import Picture, Problem
from publishers.text import measure

__all__ = ["Picture", "Problem", "Said", "check", "check_all", "comment_limits", "text_limits"]


class Said(Protocol):
    """What `check` looks at: a contract.Payload, or anything shaped like one."""

    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def media(self) -> Sequence[Picture]: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def options(self) -> Mapping[str, str]: ...


def check(said: Said, spec: Spec, *, account: str = "") -> list[Problem]:
    """A post alone. Errors first, each group in the order of the post."""
    return check_all([said], spec, account=account)


def check_all(
    items: Sequence[Said], spec: Spec, *, account: str = "", thread: bool = False
) -> list[Problem]:
    """A post with all that follows it. `account`: of which kind it is, for limits and options that
    only some have. `thread`: its author wants it as a thread.
    """
    own = replace(spec, limits=spec.limits_of(account))
    parted = thread and "thread" in spec.features
    found = list(_parts(items, spec)) if parted else []
    if thread and not parted:
        fix = "Choose the type “Post”, or take this channel off."
        found.append(Problem("error", "no_threads", f"{spec.name} has no threads.", fix))
    for number, said in enumerate(items, 1):
        found += textlimits.check(said, own, account)
        if said.kind == "comment":
            found += _comment(said, own)
        else:
            found += _part(said, spec, number) if parted else _text(said, own)
        if said.kind == "post":
            found += [*_empty(said), *visuals.check(said.media, own)]
    return sorted(found, key=lambda problem: problem.level != "error")


def _empty(said: Said) -> Iterator[Problem]:
    if not said.text.strip() and not said.media:
        yield Problem("error", "empty", "The post is empty.", "Write something or add a picture.")


def _text(said: Said, spec: Spec) -> Iterator[Problem]:
    limits = text_limits(spec, said.media)
    size = measure(said.text, limits)
    if not size.over:
        return
    fix = "Shorten it or give it its own text."
    if "thread" in spec.features:
        fix = "Shorten it, give it its own text or choose the type “Thread”."
    if size.unit == "bytes":
        message = (
            f"{spec.name} takes {size.limit:,} bytes of text; this is {size.over:,} over. "
            "Emoji made of several signs weigh most."
        )
        yield Problem("error", "too_many_bytes", message, fix)
    else:
        message = f"{_room(spec, limits)}; this is {size.over:,} over."
        yield Problem("error", "too_long", message, fix)


def _room(spec: Spec, limits: Limits) -> str:
    """Others of the platform's accounts may have more of it."""
    more = any(other.text > spec.limits.text for other in spec.limits_by_kind.values())
    units = "characters from this account" if more else "characters"
    if limits != spec.limits:
        units += " beside pictures or videos"
    return f"{spec.name} takes {limits.text:,} {units}"


def _parts(items: Sequence[Said], spec: Spec) -> Iterator[Problem]:
    texts, most = [said.text for said in items if said.kind != "comment"], spec.limits.parts
    if len(texts) > most:
        message = f"A thread on {spec.name} has up to {most} parts; this text makes {len(texts)}."
        yield Problem("error", "too_many_parts", message, "Shorten it.")
    if len(set(texts)) < len(texts):
        message = "Two parts of the thread say the same."
        yield Problem("warn", "same_parts", message, "A platform may refuse the second of them.")


def _part(said: Said, spec: Spec, number: int) -> Iterator[Problem]:
    size = measure(said.text, text_limits(spec, said.media))
    if size.over:
        message = (
            f"Part {number} of the thread is {size.over:,} over; {spec.name} takes "
            f"{size.limit:,} {size.unit}."
        )
        fix = "Shorten the address or tag in it: these are never cut."
        yield Problem("error", "part_too_long", message, fix)


def text_limits(spec: Spec, media: Sequence[object]) -> Limits:
    """What a text may hold that goes out with these pictures and videos."""
    beside = spec.limits.caption if media else None
    return spec.limits if beside is None else replace(spec.limits, text=beside)


def comment_limits(spec: Spec) -> Limits:
    """What a first comment may hold."""
    return replace(spec.limits, text=spec.limits.comment or spec.limits.text)


def _comment(said: Said, spec: Spec) -> Iterator[Problem]:
    if "comment" not in spec.features:
        message = f"We cannot add a first comment on {spec.name}."
        yield Problem("error", "no_comments", message, "Take the comment out there.")
        return
    size = measure(said.text, comment_limits(spec))
    if size.over:
        message = (
            f"The first comment is {size.over:,} over; {spec.name} takes {size.limit:,} "
            f"{size.unit}."
        )
        yield Problem("error", "comment_too_long", message, "Shorten it.")
