"""Whoever was asked may hand a review to another member, whose answer counts in their place."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0006_queue")]

    operations = [
        migrations.AddField(
            model_name="reviewrequest",
            name="stands_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="handed",
                to="approvals.reviewrequest",
            ),
        )
    ]
