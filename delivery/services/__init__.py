"""Verbs of this room, for pages and the admin."""
