"""What the preflight keeps on a delivery: its next look, what it prepared, what is at risk."""

import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("posts", "0005_doubt"),
        ("publishers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="preflight_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="delivery",
            name="preflight_closed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="delivery",
            name="preflight_lease_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="preflight_no",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="delivery",
            name="prepared_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="delivery",
            name="warning",
            field=models.CharField(blank=True, db_default="", default="", max_length=1000),
        ),
        migrations.AddField(
            model_name="delivery",
            name="warning_about",
            field=models.CharField(
                blank=True,
                choices=[
                    ("channel", "The channel"),
                    ("content", "The content"),
                    ("approval", "The approval"),
                    ("platform", "The platform"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["channel", "preflight_closed", "due_at", "preflight_at"],
                name="delivery_preflight",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("preflight_lease_until__isnull", False)),
                fields=["channel"],
                name="delivery_preflight_lease",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "queued"), models.Q(("warning", ""), _negated=True)),
                fields=["team", "due_at"],
                name="delivery_at_risk",
            ),
        ),
    ]
