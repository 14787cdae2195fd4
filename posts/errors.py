"""What can go wrong in this room, for views to turn into 409 and 422."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ui.spoken import spoken

if TYPE_CHECKING:
    from posts.gatekeeper import Looked
    from posts.models import Post
    from publishers.limits import Problem


class PostsError(Exception):
    """`str(error)` is a sentence for people."""


class TamperedContent(Exception):
    """The stored revision or picture is not what was approved, or is gone. Nothing is sent."""


class IllegalMove(PostsError):
    """The state machine has no such step from where the row is."""


class LostRace(PostsError):
    """Somebody else moved the row first; look at it again."""


class Stale(PostsError):
    """The form was made from an older version. `post` is what is stored now."""

    def __init__(self, post: "Post") -> None:
        super().__init__(_("Somebody saved a newer version of this post while you were writing."))
        self.post = post


class BeingPublished(PostsError):
    """Too late to change: the content is on its way."""


class NotReady(PostsError):
    """The post cannot be sent as it is. `problems` say what to mend, per channel id."""

    def __init__(self, problems: "Sequence[tuple[int | None, Problem]]") -> None:
        super().__init__(" ".join(spoken(problem.message) for _pk, problem in problems))
        self.problems = problems


class Stopped(NotReady):
    """A quality gate of the team does not let it through. `looked`: all that the gates said."""

    def __init__(
        self, problems: "Sequence[tuple[int | None, Problem]]", looked: "Looked | None" = None
    ) -> None:
        super().__init__(problems)
        self.looked = looked


class BadTime(PostsError):
    """The time asked for is past or cannot be."""


class NeedsReview(PostsError):
    """The team wants a review before anything is scheduled."""


class UnknownChannel(PostsError):
    """A channel id that is not this team's."""


class UnknownDelivery(PostsError):
    """A delivery id that is not this team's: for a page, 404."""


class UnknownPost(PostsError):
    """A post id that is not this team's: for a page, 404."""


class PictureGone(PostsError):
    """A picture or video that a post wants was deleted meanwhile."""


class NameTaken(PostsError):
    """The team has one of this name already."""


class Outdated(PostsError):
    """A form was made from an older version of a template or a hashtag group than is stored."""


class Archived(PostsError):
    """The template is archived: it is brought back before it is changed or used."""


class OutOfStep(PostsError):
    """A piece of a file that does not go on where the part ends. `received`: where it does."""

    def __init__(self, received: int) -> None:
        super().__init__(_("This piece does not go on where the file ends so far."))
        self.received = received


class CommentGone(PostsError):
    """What was to be answered or changed is deleted by now."""


class NotTheAuthor(PostsError):
    """A comment is changed and deleted by whoever wrote it."""


class TooManyMentions(PostsError):
    """More people named in one comment than one may call at once."""


class UploadRefused(PostsError):
    """A file that is not taken. `status` is the answer for a page: 409, 413, 415, 422 or 503."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status
