"""The steps of a delivery in a function of their own, so that a new one is one line here.

New: a failed or missed delivery may turn out to be live, a decision may be taken back, and what
cannot be told before sending is a person's question.
"""

from importlib import import_module

from django.db import migrations

_guard = import_module("posts.migrations.0002_guard")

# The edges of posts/states.py at this migration; a test compares them with what the database does.
EDGES = {
    **_guard.EDGES,
    "queued": [*_guard.EDGES["queued"], "needs_human"],
    "claimed": [*_guard.EDGES["claimed"], "needs_human"],
    "missed": [*_guard.EDGES["missed"], "published"],
    "failed": [*_guard.EDGES["failed"], "published"],
    "cancelled": ["queued", "missed", "failed", "needs_human"],
}


def steps(edges):
    """The function that knows them; a later migration replaces it and nothing else."""
    pairs = ", ".join(f"'{source}>{target}'" for source, row in edges.items() for target in row)
    return f"""
CREATE OR REPLACE FUNCTION posts_delivery_may(source text, target text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT source || '>' || target IN ({pairs}) $$;
"""


_BEFORE = _guard.DELIVERY.partition("CREATE TRIGGER")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_AFTER = _BEFORE.replace(
    f"OLD.state || '>' || NEW.state NOT IN ({_guard._PAIRS})",
    "NOT posts_delivery_may(OLD.state, NEW.state)",
)


class Migration(migrations.Migration):
    dependencies = [("posts", "0002_guard")]

    operations = [
        migrations.RunSQL(
            steps(EDGES) + _AFTER, _BEFORE + "DROP FUNCTION posts_delivery_may(text, text);"
        )
    ]
