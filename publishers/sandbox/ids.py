"""Identifiers that sort by time, in the two shapes that platforms use."""

import secrets
import time

SNOWFLAKE_EPOCH_MS = 1288834974657
TID_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


def snowflake() -> str:
    """A decimal number of 19 digits: milliseconds, then 22 bits to tell neighbours apart."""
    return str((time.time_ns() // 1_000_000 - SNOWFLAKE_EPOCH_MS) << 22 | secrets.randbits(22))


def tid() -> str:
    """13 characters: microseconds, then 10 bits."""
    number = (time.time_ns() // 1000) << 10 | secrets.randbits(10)
    return "".join(TID_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def plc() -> str:
    """24 characters, as directories of decentralised identifiers give them."""
    return "".join(secrets.choice(TID_ALPHABET) for _ in range(24))
