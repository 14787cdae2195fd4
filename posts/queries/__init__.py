"""What pages read, with a bounded number of statements."""
