"""How often a stranger may try a link, and how much a team may set up."""

UNKNOWN_PER_MINUTE = 10
POSTS_PER_HOUR = 30
FRESH_PER_HOUR = 3
CODES_PER_HOUR = 10
# Of one link, that are kept.
MOST_NETWORKS = 20

# Of a team, of a workflow, of a stage: all of them stand on one page.
MOST_WORKFLOWS = 30
MOST_STAGES = 10
MOST_REVIEWERS = 50
# Before a post's time.
MOST_HOURS = 14 * 24
