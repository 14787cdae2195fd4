"""Why a decision was not taken. `str(error)` is a sentence for the person who tried."""


class ReviewError(Exception):
    pass


class NobodyToAsk(ReviewError):
    """No reviewer is left once the author is taken out."""


class LinkUnknown(ReviewError):
    """No such link: never existed, or guessed."""


class LinkExpired(ReviewError):
    pass


class LinkUsed(ReviewError):
    """This person has decided already."""


class ReviewClosed(ReviewError):
    """Withdrawn, or ended by somebody else's decision."""


class NothingToUndo(ReviewError):
    """No answer was given, or it was taken back already."""


class TooLate(ReviewError):
    """What came of the answer cannot be taken back."""


class ChangedSince(ReviewError):
    """The post is not what was shown."""


class NotAReviewer(ReviewError):
    """Not asked, no longer a member, or the author of the post."""


class CommentMissing(ReviewError):
    """Changes are asked for with words."""


class NotPossible(ReviewError):
    """What was to be set up cannot be so."""
