"""What a refused move answers with. For both pages."""

from posts.errors import BadTime, NotReady, PostsError


def status_of(error: PostsError) -> int:
    """422 where the request can be mended, 409 where the post is elsewhere by now."""
    return 422 if isinstance(error, BadTime | NotReady) else 409
