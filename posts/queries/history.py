"""What differs between two documents of a post, in parts that people can read. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from posts import content, diff
from posts.content import Snapshot
from posts.diff import Part
from posts.models import Post
from publishers.crops import CENTRE

# What a channel said before it was chosen.
_SILENCE: Mapping[str, Any] = {
    "own_text": None,
    "own_media": None,
    "text": "",
    "media": [],
    "first_comment": "",
    "options": {},
}


@dataclass(frozen=True)
class Change:
    """`platform` is empty for what concerns the whole post."""

    label: str
    parts: list[Part]
    platform: str = ""


def changes(before: Snapshot, after: Snapshot, names: Mapping[str, str]) -> list[Change]:
    """`names` maps channel ids (as in the document) to what people call them."""
    return [
        *_field(_("Type"), _kind(before), _kind(after)),
        *_field(_("Title"), before["title"], after["title"]),
        *_field(_("Text for all channels"), _shared(before), _shared(after)),
        *_field(_("Channels"), _channels(before, names), _channels(after, names)),
        *_field(_("Pictures"), _pictures(before["media"]), _pictures(after["media"])),
        *_per_channel(before, after, names),
    ]


def by_channel(before: Snapshot, after: Snapshot) -> dict[str, list[Change]]:
    """What differs of what each channel of `after` gets, wherever it was written."""
    found = {}
    for pk, new in after["channels"].items():
        old = before["channels"].get(pk, _SILENCE)
        found[pk] = [
            *_field(_("Text"), old["text"], new["text"]),
            *_field(_("Pictures"), _pictures(old["media"]), _pictures(new["media"])),
            *_field(_("First comment"), old["first_comment"], new["first_comment"]),
            *_field(_("Options"), _options(old), _options(new)),
        ]
    return found


def _field(label: str, before: str, after: str, platform: str = "") -> Iterator[Change]:
    if before != after:
        yield Change(label, diff.words(before, after), platform)


def _kind(document: Snapshot) -> str:
    return str(dict(Post.Kind.choices).get(document["kind"], document["kind"]))


def _shared(document: Snapshot) -> str:
    tags = " ".join(f"#{tag}" for tag in document["hashtags"])
    return "\n\n".join(part for part in (document["body"], tags) if part)


def _channels(document: Snapshot, names: Mapping[str, str]) -> str:
    return "\n".join(names.get(pk, _("A removed channel")) for pk in document["channels"])


def _pictures(media: list[dict[str, Any]]) -> str:
    """Named by the beginning of their digest: two with the same description are still two."""
    return "\n".join(f"{_shown(picture)} [{picture['sha256'][:6]}]" for picture in media)


def _shown(picture: Mapping[str, Any]) -> str:
    """With what stays of it, where somebody chose that."""
    alt, focal = picture["alt"] or _("no description"), content.focal_of(picture)
    if focal == CENTRE:
        return str(alt)
    words = _("%(alt)s, kept at %(left)s %% from the left and %(top)s %% from the top")
    return words % {"alt": alt, "left": focal.x, "top": focal.y}


def _per_channel(before: Snapshot, after: Snapshot, names: Mapping[str, str]) -> Iterator[Change]:
    """Also of those that were left out since: what was written for them went with them."""
    channels = {**after["channels"], **before["channels"]}
    for pk, known in channels.items():
        old = before["channels"].get(pk, _SILENCE)
        new = after["channels"].get(pk, _SILENCE)
        name, platform = names.get(pk, _("A removed channel")), known["platform"]
        if old["own_text"] is not None or new["own_text"] is not None:
            label = _("Text on %(channel)s") % {"channel": name}
            yield from _field(label, old["text"], new["text"], platform)
        if old["own_media"] is not None or new["own_media"] is not None:
            label = _("Pictures on %(channel)s") % {"channel": name}
            yield from _field(label, _pictures(old["media"]), _pictures(new["media"]), platform)
        label = _("First comment on %(channel)s") % {"channel": name}
        yield from _field(label, old["first_comment"], new["first_comment"], platform)
        label = _("Options on %(channel)s") % {"channel": name}
        yield from _field(label, _options(old), _options(new), platform)


def _options(said: Mapping[str, Any]) -> str:
    return "\n".join(f"{key}: {value}" for key, value in said["options"].items())
