"""An answer may be taken back, by a further row that follows it, and then given anew."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0007_delegation"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_once_per_request",
        ),
        migrations.AddField(
            model_name="decision",
            name="follows",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="approvals.decision",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("approve", "Approved"),
                    ("changes", "Asked for changes"),
                    ("withdrawn", "Taken back"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="reviewrequest",
            name="receipt_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="reviewrequest",
            index=models.Index(
                condition=models.Q(("receipt_hash", ""), _negated=True),
                fields=["receipt_hash"],
                name="request_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("follows", None)),
                fields=("request",),
                name="decision_first_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "withdrawn"), _negated=True),
                    ("follows__isnull", False),
                    _connector="OR",
                ),
                name="decision_withdraws_one",
            ),
        ),
    ]
