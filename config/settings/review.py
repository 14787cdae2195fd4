"""How posts are looked at before they go out. A part of base.py."""

from config.settings import env

# How long a decision by e-mail can be taken back before anything is published.
APPROVAL_COOLING_SECONDS = env.integer("DRUMBEAT_APPROVAL_COOLING_SECONDS", 60)
# What posts ask before review and before anything is scheduled (posts/gatekeeper.py).
GATEKEEPER = "approvals.gatekeeper.look"
