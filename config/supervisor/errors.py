"""What keeps Drumbeat from starting, in one sentence for the person at the terminal."""


class CannotStart(Exception):
    """`str(error)` is one line: what is wrong, and what to do about it."""
