"""The names of the queues, for those who put in and for the worker that takes out."""

from publishers import registry

# Ticks of this room, everything else, pictures, mail.
SHARED = ("publish", "default", "media", "mail")


def queue_of(platform: str) -> str:
    """A queue for each platform: a worker of its own may serve it where there is much to do."""
    return f"publish.{platform}"


def names() -> list[str]:
    return [*SHARED, *map(queue_of, registry.ADAPTERS)]
