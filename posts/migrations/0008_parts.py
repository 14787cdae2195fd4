"""Threads and first comments: which items of a delivery are live, and what that forbids.

What is partly live is never cancelled, taken back or made another post; its items follow each other
without a gap and stay what they are.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

_decisions = import_module("posts.migrations.0003_decisions")
_before = import_module("posts.migrations.0005_doubt")

# The edges of posts/states.py at this migration; a test compares them with what the database does.
EDGES = {
    **_before.EDGES,
    "sending": [*_before.EDGES["sending"], "claimed"],
    "accepted": [*_before.EDGES["accepted"], "queued"],
}

_LAST = "  ELSIF NEW.state = 'sending' AND OLD.state <> 'sending' THEN"
_GUARD = _decisions._AFTER.replace(
    _LAST,
    """  ELSIF OLD.remote_id IS NOT NULL AND NEW.remote_id IS DISTINCT FROM OLD.remote_id THEN
    why := 'cannot become another post';
  ELSIF OLD.remote_id IS NOT NULL AND NEW.state IN ('draft', 'cancelled') AND NEW.state <> OLD.state THEN
    why := 'is partly live';
"""
    + _LAST,
)

PARTS = """
CREATE FUNCTION posts_part_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq > 0 AND NOT EXISTS (
      SELECT 1 FROM posts_deliverypart p
      WHERE p.delivery_id = NEW.delivery_id AND p.seq = NEW.seq - 1) THEN
    RAISE EXCEPTION 'item % of delivery % has nothing before it', NEW.seq, NEW.delivery_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

-- Asked at the end of the transaction: an item may go together with its delivery, never alone.
CREATE FUNCTION posts_part_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM posts_delivery d WHERE d.id = OLD.delivery_id) THEN
    RAISE EXCEPTION 'item % of delivery % is live', OLD.seq, OLD.delivery_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER part_follows BEFORE INSERT ON posts_deliverypart
  FOR EACH ROW EXECUTE FUNCTION posts_part_follows();
CREATE TRIGGER part_kept BEFORE UPDATE ON posts_deliverypart
  FOR EACH ROW EXECUTE FUNCTION posts_keep('id');
CREATE CONSTRAINT TRIGGER part_stays AFTER DELETE ON posts_deliverypart
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posts_part_stays();
"""

NO_PARTS = """
DROP TRIGGER part_follows ON posts_deliverypart;
DROP TRIGGER part_kept ON posts_deliverypart;
DROP TRIGGER part_stays ON posts_deliverypart;
DROP FUNCTION posts_part_follows();
DROP FUNCTION posts_part_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0007_time_sensitive")]

    operations = [
        migrations.CreateModel(
            name="DeliveryPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("post", "Post"),
                            ("part", "Part"),
                            ("comment", "First comment"),
                        ],
                        max_length=7,
                    ),
                ),
                ("remote_id", models.CharField(blank=True, max_length=300, null=True)),
                ("permalink", models.URLField(blank=True, max_length=600)),
                ("published_at", models.DateTimeField()),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="posts.delivery",
                    ),
                ),
            ],
            options={
                "ordering": ["seq"],
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "seq"), name="part_once"),
                    models.UniqueConstraint(
                        condition=Q(("remote_id__isnull", False)),
                        fields=("delivery", "remote_id"),
                        name="part_remote_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(("kind__in", ["post", "part", "comment"])),
                        name="part_kind_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PARTS, NO_PARTS),
        migrations.RunSQL(
            _decisions.steps(EDGES) + _GUARD,
            _decisions.steps(_before.EDGES) + _decisions._AFTER,
        ),
    ]
