import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# A ruleset goes with its team, or is never changed: verdicts name it. Who made it may be gone.
FORWARD = """
CREATE FUNCTION approvals_ruleset_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.by_id IS NULL AND row(NEW.id, NEW.team_id, NEW.document, NEW.at)
      IS NOT DISTINCT FROM row(OLD.id, OLD.team_id, OLD.document, OLD.at) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rules are never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER approvals_ruleset_fixed BEFORE UPDATE ON approvals_ruleset
  FOR EACH ROW EXECUTE FUNCTION approvals_ruleset_fixed();
"""
BACK = """
DROP TRIGGER approvals_ruleset_fixed ON approvals_ruleset;
DROP FUNCTION approvals_ruleset_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_gates"),
        ("approvals", "0002_append_only"),
        ("posts", "0026_rights_and_verdicts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Ruleset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=2000)),
                ("key", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Not looked at yet"),
                            ("ok", "Opens something"),
                            ("broken", "Opens nothing"),
                            ("unsure", "Could not be looked at"),
                            ("private", "Leads into a network"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("look_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["look_at"], name="link_to_look_at")],
                "constraints": [models.UniqueConstraint(fields=("team", "key"), name="link_once")],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
