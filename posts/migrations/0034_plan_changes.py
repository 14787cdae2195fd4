"""Which transactions changed what a team's calendar is read from, noted by the database itself."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# Each once in a transaction: of the rest of an import there is nothing left to be said.
_NOTE = """
  INSERT INTO posts_planchange (team_id, transaction)
  SELECT t.id, pg_current_xact_id()::text::bigint FROM {teams} WHERE NOT EXISTS (
    SELECT 1 FROM posts_planchange
    WHERE team_id = t.id AND transaction = pg_current_xact_id()::text::bigint);
  RETURN NULL;
"""
_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note} END $$;
"""
# Whose plan a row is of: it says so, its post does, or it is shown to everybody.
_WHOSE = {
    "posts_plan_changed": "(SELECT coalesce(NEW.team_id, OLD.team_id) AS id) t",
    "posts_plan_changed_of_post": """(
      SELECT team_id AS id FROM posts_post WHERE id = coalesce(NEW.post_id, OLD.post_id)) t""",
    "posts_plan_changed_of_all": "accounts_team t",
}
_TABLES = {
    "posts_post": "posts_plan_changed",
    "posts_delivery": "posts_plan_changed",
    "posts_mediaasset": "posts_plan_changed",
    "posts_comment": "posts_plan_changed",
    "posts_activity": "posts_plan_changed",
    "posts_campaign": "posts_plan_changed",
    "posts_tag": "posts_plan_changed",
    "posts_blackout": "posts_plan_changed",
    "publishers_channel": "posts_plan_changed",
    "posts_variant": "posts_plan_changed_of_post",
    "posts_postmedia": "posts_plan_changed_of_post",
    "posts_post_tags": "posts_plan_changed_of_post",
}
_TRIGGERS = """
CREATE TRIGGER plan_more_or_less AFTER INSERT OR DELETE ON {table} FOR EACH ROW
  EXECUTE FUNCTION {function}();
CREATE TRIGGER plan_other AFTER UPDATE ON {table} FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION {function}();
"""
# Of people there is what they are called. Who has just signed in is called the same.
_OF_PEOPLE = """
CREATE TRIGGER plan_other AFTER UPDATE OF name, email ON accounts_user FOR EACH ROW
  WHEN ((OLD.name, OLD.email) IS DISTINCT FROM (NEW.name, NEW.email))
  EXECUTE FUNCTION posts_plan_changed_of_all();
"""
_CREATE = "".join(
    [
        *(
            _FUNCTION.format(name=name, note=_NOTE.format(teams=teams))
            for name, teams in _WHOSE.items()
        ),
        *(_TRIGGERS.format(table=table, function=name) for table, name in _TABLES.items()),
        _OF_PEOPLE,
    ]
)
_DROP = "".join(f"DROP FUNCTION {name}() CASCADE;\n" for name in _WHOSE)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_restored_at"),
        ("publishers", "0006_grant_subscribe_at"),
        ("posts", "0033_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transaction", models.BigIntegerField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), db_index=True
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
                "constraints": [
                    models.UniqueConstraint(fields=("team", "transaction"), name="plan_change_once")
                ],
            },
        ),
        migrations.RunSQL(_CREATE, _DROP),
    ]
