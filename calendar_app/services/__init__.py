"""Moving posts, by hand or by key."""
