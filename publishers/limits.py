"""What keeps a post from a platform, in plain words with numbers, and what to do about it. Pure.

Called by the composer while one types, before a post is scheduled, and before it is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from publishers import textlimits
from publishers.contract import Kind, Limits, Spec
from publishers.text import measure

_KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True)
class Problem:
    """`error` stops the post, `warn` does not. `picture` is its place from 0, None for the text."""

    level: Literal["error", "warn"]
    code: str
    message: str
    fix: str
    picture: int | None = None

    def __str__(self) -> str:
        return f"{self.message} {self.fix}"


class Picture(Protocol):
    @property
    def mime(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def alt(self) -> str: ...


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
    """A post with all that follows it. `account`: of which kind it is, for options that only some
    have. `thread`: its author wants it as a thread.
    """
    spec = replace(spec, options=textlimits.options_of(spec, account))
    parted = thread and "thread" in spec.features
    found = list(_parts(items, spec)) if parted else []
    if thread and not parted:
        fix = "Choose the type “Post”, or take this channel off."
        found.append(Problem("error", "no_threads", f"{spec.name} has no threads.", fix))
    for number, said in enumerate(items, 1):
        found += [Problem("error", *words) for words in textlimits.check(said, spec, account)]
        if said.kind == "comment":
            found += _comment(said, spec)
        else:
            found += _part(said, spec, number) if parted else _text(said, spec)
        if said.kind == "post":
            found += [*_empty(said), *_pictures(said.media, spec), *_options(said.options, spec)]
    return sorted(found, key=lambda problem: problem.level != "error")


def _empty(said: Said) -> Iterator[Problem]:
    if not said.text.strip() and not said.media:
        yield Problem("error", "empty", "The post is empty.", "Write something or add a picture.")


def _text(said: Said, spec: Spec) -> Iterator[Problem]:
    size = measure(said.text, spec.limits)
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
        message = f"{spec.name} takes {size.limit:,} characters; this is {size.over:,} over."
        yield Problem("error", "too_long", message, fix)


def _parts(items: Sequence[Said], spec: Spec) -> Iterator[Problem]:
    texts, most = [said.text for said in items if said.kind != "comment"], spec.limits.parts
    if len(texts) > most:
        message = f"A thread on {spec.name} has up to {most} parts; this text makes {len(texts)}."
        yield Problem("error", "too_many_parts", message, "Shorten it.")
    if len(set(texts)) < len(texts):
        message = "Two parts of the thread say the same."
        yield Problem("warn", "same_parts", message, "A platform may refuse the second of them.")


def _part(said: Said, spec: Spec, number: int) -> Iterator[Problem]:
    size = measure(said.text, spec.limits)
    if size.over:
        message = (
            f"Part {number} of the thread is {size.over:,} over; {spec.name} takes "
            f"{size.limit:,} {size.unit}."
        )
        fix = "Shorten the address or tag in it: these are never cut."
        yield Problem("error", "part_too_long", message, fix)


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


def _pictures(media: Sequence[Picture], spec: Spec) -> Iterator[Problem]:
    most = spec.limits.images
    if len(media) > most:
        message = f"{spec.name} takes {_pictures_of(most)}; this post has {len(media)}."
        fix = f"Take out {len(media) - most}." if most else "Take the pictures out."
        yield Problem("error", "too_many_pictures", message, fix)
    for place, picture in enumerate(media):
        yield from _picture(place, picture, spec, alone=len(media) == 1)


def _picture(place: int, picture: Picture, spec: Spec, *, alone: bool) -> Iterator[Problem]:
    limits, the = spec.limits, _named(place, alone=alone)
    if picture.mime not in limits.image_types:
        kinds = _either([_KINDS.get(kind, kind) for kind in limits.image_types])
        message = f"{the} is {_KINDS.get(picture.mime, picture.mime)}; {spec.name} takes {kinds}."
        yield Problem("error", "picture_type", message, "Save it as one of these.", place)
    if picture.size > limits.image_bytes:
        message = (
            f"{the} has {_megabytes(picture.size)}; {spec.name} takes up to "
            f"{_megabytes(limits.image_bytes)}."
        )
        yield Problem("error", "picture_bytes", message, "Use a smaller version of it.", place)
    pixels = picture.width * picture.height
    if pixels > limits.image_pixels:
        message = (
            f"{the} is {picture.width:,} by {picture.height:,} pixels; {spec.name} takes up to "
            f"{limits.image_pixels / 1e6:,.0f} million in all."
        )
        fix = f"Scale it to {_scaled(picture.width, picture.height, limits.image_pixels)}."
        yield Problem("error", "picture_pixels", message, fix, place)
    yield from _alt(place, picture, spec, the)


def _alt(place: int, picture: Picture, spec: Spec, the: str) -> Iterator[Problem]:
    if "alt_text" not in spec.features:
        return
    if not picture.alt.strip():
        message = f"{the} has no description."
        fix = "Say in a sentence what it shows, for those who cannot see it."
        yield Problem("warn", "alt_missing", message, fix, place)
    over = len(picture.alt) - spec.limits.alt_text
    if over > 0:
        message = (
            f"The description of {the[0].lower()}{the[1:]} is {over:,} over; {spec.name} takes "
            f"{spec.limits.alt_text:,} characters."
        )
        yield Problem("error", "alt_too_long", message, "Shorten the description.", place)


def _options(chosen: Mapping[str, str], spec: Spec) -> Iterator[Problem]:
    """What a platform no longer offers may still stand in an older post."""
    for option in spec.options:
        value, offered = chosen.get(option.name, ""), dict(option.choices)
        if value and offered and value not in offered:
            message = f"{spec.name} does not offer “{value}” under {option.label} any more."
            fix = f"Choose one of {_either(list(offered.values()))}."
            yield Problem("error", "option", message, fix)


def _named(place: int, *, alone: bool) -> str:
    if alone:
        return "The picture"
    return f"The {_ORDINALS[place]} picture" if place < len(_ORDINALS) else f"Picture {place + 1}"


def _pictures_of(number: int) -> str:
    return {0: "no pictures", 1: "one picture"}.get(number, f"{number} pictures")


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _megabytes(size: int) -> str:
    """Rounded up to a tenth, so that what is over never reads as what fits."""
    tenths = -(-size // 100_000)
    return f"{tenths / 10:g} MB"


def _scaled(width: int, height: int, pixels: int) -> str:
    factor = (pixels / (width * height)) ** 0.5
    return f"{int(width * factor):,} by {int(height * factor):,}"
