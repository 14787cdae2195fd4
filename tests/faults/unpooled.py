"""The simulated platforms: each request has a connection of its own.

An answer that is cut in the middle is never finished, and what it had of a pool does not come back:
after sixteen of them the platforms would be gone, and it would look like an outage of theirs.
"""

from config.settings.journey import *  # noqa: F403

DATABASES["default"]["OPTIONS"].pop("pool", None)  # noqa: F405
