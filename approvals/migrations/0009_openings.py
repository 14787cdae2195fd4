"""From which networks a review's link was opened: kept as it was seen."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION approvals_opening_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was seen is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER approvals_opening_fixed BEFORE UPDATE ON approvals_opening
  FOR EACH ROW EXECUTE FUNCTION approvals_opening_fixed();
"""
BACK = """
DROP TRIGGER approvals_opening_fixed ON approvals_opening;
DROP FUNCTION approvals_opening_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0008_undo")]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("network", models.CharField(max_length=50)),
                ("agent", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="approvals.reviewrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["request_id", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.UniqueConstraint(
                fields=("request", "network"), name="opening_once_per_network"
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
