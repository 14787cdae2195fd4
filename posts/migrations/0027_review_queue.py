"""The review queue is read soonest first, however much of it there is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0026_rights_and_verdicts")]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("stage", "in_review"), ("trashed_at", None)),
                fields=["team", "planned_at", "id"],
                name="post_in_review",
            ),
        )
    ]
