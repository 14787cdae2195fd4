"""How often a stranger may try a link."""

UNKNOWN_PER_MINUTE = 10
POSTS_PER_HOUR = 30
FRESH_PER_HOUR = 3
