"""What the services of this room refuse, in words that a page can show."""

from posts.errors import PostsError


class NameTaken(PostsError):
    """Names are told apart without regard to capitals."""


class TooManyViews(PostsError):
    pass


class NoSlot(PostsError):
    """There is no place to give: none is set up, none is free, or the queue rests."""


class NoLane(PostsError):
    """Whoever or whatever a lane of the board is about has left the team."""


class Outdated(PostsError):
    """What was previewed is no longer what would happen. Nothing was done."""
