"""Posts that do not all go out when they are planned, noted by whatever changes their times."""

import django.db.models.deletion
from django.db import migrations, models

# Of a post with `p` and `d` of its deliveries: what it is found by.
_MOMENTS = """
SELECT p.team_id, p.id, m.at FROM posts_post p
CROSS JOIN LATERAL (
  SELECT p.planned_at AS at
  UNION SELECT d.due_at FROM posts_delivery d WHERE d.post_id = p.id AND d.state <> 'cancelled') m
WHERE {which} AND m.at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM posts_delivery d
  WHERE d.post_id = p.id AND d.state <> 'cancelled' AND d.due_at IS NOT NULL
  HAVING count(*) > 0 AND bool_and(d.due_at IS NOT DISTINCT FROM p.planned_at))
"""

_CREATE = f"""
CREATE FUNCTION posts_note_apart(which bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- What another transaction is at is left to it: nobody waits here, and a row too many is harmless.
  DELETE FROM posts_apart WHERE id IN (
    SELECT id FROM posts_apart WHERE post_id = which FOR UPDATE SKIP LOCKED);
  INSERT INTO posts_apart (team_id, post_id, at) {_MOMENTS.format(which="p.id = which")};
END $$;

CREATE FUNCTION posts_times_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'posts_post' THEN
    PERFORM posts_note_apart(coalesce(NEW.id, OLD.id));
  ELSE
    PERFORM posts_note_apart(coalesce(NEW.post_id, OLD.post_id));
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER post_planned AFTER INSERT ON posts_post FOR EACH ROW
  WHEN (NEW.planned_at IS NOT NULL) EXECUTE FUNCTION posts_times_changed();
CREATE TRIGGER post_moved AFTER UPDATE OF planned_at ON posts_post FOR EACH ROW
  WHEN (NEW.planned_at IS DISTINCT FROM OLD.planned_at) EXECUTE FUNCTION posts_times_changed();
CREATE TRIGGER post_gone AFTER DELETE ON posts_post FOR EACH ROW
  EXECUTE FUNCTION posts_times_changed();
CREATE TRIGGER delivery_due AFTER INSERT ON posts_delivery FOR EACH ROW
  WHEN (NEW.due_at IS NOT NULL) EXECUTE FUNCTION posts_times_changed();
CREATE TRIGGER delivery_moved AFTER UPDATE OF due_at, state ON posts_delivery FOR EACH ROW
  WHEN (NEW.due_at IS DISTINCT FROM OLD.due_at
    OR (NEW.state = 'cancelled') <> (OLD.state = 'cancelled'))
  EXECUTE FUNCTION posts_times_changed();
CREATE TRIGGER delivery_gone AFTER DELETE ON posts_delivery FOR EACH ROW
  EXECUTE FUNCTION posts_times_changed();

INSERT INTO posts_apart (team_id, post_id, at) {_MOMENTS.format(which="true")};
"""

_DROP = """
DROP TRIGGER post_planned ON posts_post;
DROP TRIGGER post_moved ON posts_post;
DROP TRIGGER post_gone ON posts_post;
DROP TRIGGER delivery_due ON posts_delivery;
DROP TRIGGER delivery_moved ON posts_delivery;
DROP TRIGGER delivery_gone ON posts_delivery;
DROP FUNCTION posts_times_changed();
DROP FUNCTION posts_note_apart(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_restored_at"), ("posts", "0032_beside")]

    operations = [
        migrations.CreateModel(
            name="Apart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "post",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["team", "at"], include=("post",), name="apart_planned")
                ],
            },
        ),
        migrations.RunSQL(_CREATE, _DROP),
    ]
