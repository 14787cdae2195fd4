"""How often somebody may do something within some seconds, counted in the cache of all processes.

Each time takes one of as many places as there are, and a place is free again when its seconds are
over. Not `incr`: the database's cache reads and writes in two steps there, and forgets the end.
"""

import math
import time

from django.core.cache import cache


def wait(key: str, *, most: int, seconds: int) -> int:
    """Take a place: 0, or where none is free how many seconds it takes until one is."""
    places = [f"rate:{key}:{n}" for n in range(most)]
    taken: dict[str, float] = cache.get_many(places)
    now = time.time()
    for place in places:
        if place not in taken and cache.add(place, now + seconds, seconds):
            return 0
    return max(1, math.ceil(min(taken.values(), default=now + seconds) - now))
