"""What stands beside what on a channel is read of the index alone, in its order. Built beside the old
one, while publishing goes on.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0031_focal_points")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                fields=["channel", "due_at", "id"],
                include=["team", "post", "state"],
                name="delivery_in_line",
            ),
        ),
        RemoveIndexConcurrently(model_name="delivery", name="delivery_beside"),
    ]
