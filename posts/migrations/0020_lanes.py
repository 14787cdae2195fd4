from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0019_bulk_acts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("trashed_at", None)),
                fields=["team", "assignee", "stage", "-updated_at", "-id"],
                name="post_by_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("trashed_at", None)),
                fields=["team", "campaign", "stage", "-updated_at", "-id"],
                name="post_by_campaign",
            ),
        ),
    ]
