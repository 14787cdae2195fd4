"""What the calendar and the board read."""
