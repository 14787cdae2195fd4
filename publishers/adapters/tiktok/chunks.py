"""How a video is cut into pieces: all of one size, and the last takes the remainder. Pure."""

CHUNK = 10_000_000


def size_of(total: int) -> int:
    """Of a piece: 5 to 64 MB, or all of what is smaller."""
    return min(CHUNK, total)


def count(total: int, chunk: int) -> int:
    return max(1, total // chunk) if chunk else 1


def span(total: int, chunk: int, number: int) -> tuple[int, int]:
    """[first, end) of the piece of that number, from 0."""
    first = number * chunk
    return first, total if number >= count(total, chunk) - 1 else first + chunk


def named(first: int, end: int, total: int) -> str:
    return f"bytes {first}-{end - 1}/{total}"
