"""A reviewer may reject: an answer of its own beside a request for changes, found as quickly."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0009_openings")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("approve", "Approved"),
                    ("changes", "Asked for changes"),
                    ("reject", "Rejected"),
                    ("withdrawn", "Taken back"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="review",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Waiting"),
                    ("approved", "Approved"),
                    ("changes", "Changes requested"),
                    ("rejected", "Rejected"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.RemoveIndex(model_name="review", name="review_decided"),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("state__in", ["approved", "changes", "rejected"])),
                fields=["team", "-ended_at", "-id"],
                name="review_decided",
            ),
        ),
    ]
