"""What a template says, as one document, and the post that comes of it. Stored by its versions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from posts import placeholders as gaps
from posts.models import Post


@dataclass(frozen=True)
class Placeholder:
    """What is asked when a post is made: `name` as in the text, `label` for people."""

    name: str
    label: str = ""
    default: str = ""
    required: bool = True

    @property
    def shown(self) -> str:
        return self.label or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Outline:
    """`channels`: the ids of those a post goes to, with their own text or None for the shared one;
    empty for all that are connected. `first_comment` goes wherever there can be one.
    """

    name: str = ""
    category: str = ""
    title: str = ""
    body: str = ""
    kind: str = Post.Kind.POST
    first_comment: str = ""
    hashtags: Sequence[str] = ()
    tags: Sequence[str] = ()
    channels: Mapping[int, str | None] = field(default_factory=dict)
    placeholders: Sequence[Placeholder] = ()

    @property
    def texts(self) -> list[str]:
        """Those that may have placeholders."""
        own = [text for text in self.channels.values() if text]
        return [self.title, self.body, *own, self.first_comment]

    @property
    def heading(self) -> Iterator[gaps.Piece]:
        return gaps.pieces(self.title)

    @property
    def pieces(self) -> Iterator[gaps.Piece]:
        return gaps.pieces(self.body)


def stored(outline: Outline) -> dict[str, Any]:
    """As JSON, whose keys are strings and whose sequences are lists."""
    document = asdict(outline)
    for name in ("hashtags", "tags", "placeholders"):
        document[name] = list(document[name])
    document["channels"] = {str(pk): text for pk, text in outline.channels.items()}
    return document


def read(document: Mapping[str, Any]) -> Outline:
    known = {int(pk): text for pk, text in document["channels"].items()}
    asked = [Placeholder(**one) for one in document["placeholders"]]
    return Outline(**{**document, "channels": known, "placeholders": asked})


def settled(names: Sequence[str], said: Mapping[str, Placeholder]) -> list[Placeholder]:
    """A placeholder for each name, as somebody has said of it."""
    return [said.get(name, Placeholder(name)) for name in names]
