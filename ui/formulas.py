"""What somebody wrote is words, never a formula, also to a spreadsheet. Pure."""

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """For a cell that we write."""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINNINGS) else text


def plain(text: str) -> str:
    """What `harmless` was made from."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) != text[1:] else text
