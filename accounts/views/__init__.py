"""Pages of people and teams, one file per noun."""
