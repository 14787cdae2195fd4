"""The calendar and the board as pages."""
