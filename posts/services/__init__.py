"""What can be done with a post, as verbs. Pages, the admin and the rooms above call these."""
