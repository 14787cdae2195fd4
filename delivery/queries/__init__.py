"""What the deliveries pages read, with a bounded number of statements."""
