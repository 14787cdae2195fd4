"""Pages of the review: signed in, and behind a link from a mail."""
