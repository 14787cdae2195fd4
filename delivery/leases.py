"""How long a claim holds, and how it is written. Both sides of a claim need this, and no more."""

from datetime import timedelta

LEASE = timedelta(seconds=90)
# What must be left of a lease to begin the call: the longest request and a little more.
LONGEST_CALL = timedelta(seconds=30)
ENOUGH = timedelta(seconds=35)
# A claim is offered until a worker has taken it, so that a lost message is noticed within seconds.
OFFER = "offer:"
