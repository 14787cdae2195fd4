"""What stands beside what on a channel is read of the index alone, in its order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0031_focal_points")]

    operations = [
        migrations.RemoveIndex(model_name="delivery", name="delivery_beside"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["channel", "due_at", "id"],
                include=["team", "post", "state"],
                name="delivery_beside",
            ),
        ),
    ]
