"""An item is sent when all before it are live, and never again once it is."""

from importlib import import_module

from django.db import migrations

_kept = import_module("delivery.migrations.0002_attempts_kept")

_BEFORE = _kept.ATTEMPTS.partition("-- Asked at the end")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_ONCE = """a.item = NEW.item AND a.outcome = 'ok') THEN"""
# What the journal gives back was sent by a database that knew of the items before it.
_AFTER = _BEFORE.replace(
    _ONCE,
    """a.item = NEW.item AND a.outcome = 'ok')
       OR EXISTS (SELECT 1 FROM posts_deliverypart p
                  WHERE p.delivery_id = NEW.delivery_id AND p.seq = NEW.item) THEN""",
).replace(
    "    END IF;\n  ELSIF",
    """    END IF;
    IF NEW.item > 0 AND NEW.worker <> 'journal' AND NOT EXISTS (
        SELECT 1 FROM posts_deliverypart p
        WHERE p.delivery_id = NEW.delivery_id AND p.seq = NEW.item - 1) THEN
      RAISE EXCEPTION 'item % of delivery % has nothing before it', NEW.item, NEW.delivery_id
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
  ELSIF""",
    1,
)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_breakers"), ("posts", "0008_parts")]

    operations = [migrations.RunSQL(_AFTER, _BEFORE)]
