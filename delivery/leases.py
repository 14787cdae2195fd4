"""How long a claim holds, and how it is written. Both sides of a claim need this, and no more."""

from datetime import timedelta

# By when what a dead worker held has been taken from it.
TAKEN_BACK = timedelta(seconds=90)
# Ends so much sooner that a tick sees it in time; also when that tick died with the worker, and the
# second path has to notice its silence first.
LEASE = TAKEN_BACK - timedelta(seconds=15)
# What must be left of a lease to begin the call: the longest request and a little more.
LONGEST_CALL = timedelta(seconds=30)
ENOUGH = timedelta(seconds=35)
# A claim is offered until a worker has taken it, so that a lost message is noticed within seconds.
OFFER = "offer:"
