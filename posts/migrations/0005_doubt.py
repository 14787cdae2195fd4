"""After the database was restored, what may have gone out meanwhile becomes unknown."""

from importlib import import_module

from django.db import migrations

_before = import_module("posts.migrations.0003_decisions")

# The edges of posts/states.py at this migration; a test compares them with what the database does.
DOUBTED = ("draft", "queued", "claimed", "needs_human", "missed", "failed")
EDGES = {**_before.EDGES, **{state: [*_before.EDGES[state], "unknown"] for state in DOUBTED}}


class Migration(migrations.Migration):
    dependencies = [("posts", "0004_published_index")]

    operations = [migrations.RunSQL(_before.steps(EDGES), _before.steps(_before.EDGES))]
