"""What waits for a member, and what was decided last, is found without reading all reviews."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0005_deadlines"), ("posts", "0027_review_queue")]

    operations = [
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("state__in", ["approved", "changes"])),
                fields=["team", "-ended_at", "-id"],
                name="review_decided",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewrequest",
            index=models.Index(
                condition=models.Q(("revoked_at", None), ("used_at", None)),
                fields=["membership", "review"],
                name="request_waiting",
            ),
        ),
    ]
