"""What the services of this room refuse, in words that a page can show."""

from posts.errors import PostsError


class NameTaken(PostsError):
    """Names are told apart without regard to capitals."""


class TooManyViews(PostsError):
    pass
