"""Measures what Drumbeat promises, on a whole one of its own: `bin/bench delivery --due 1000`.

Above `config`, as the demo is: it starts the product's processes and stands on the platforms' side,
too. Nothing of the product knows of it.
"""
