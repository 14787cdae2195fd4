from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0024_form_token"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="post",
            name="post_board",
        ),
        migrations.RemoveIndex(
            model_name="post",
            name="post_planned",
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("trashed_at", None)),
                fields=["team", "stage", "-updated_at", "-id"],
                name="post_board",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("trashed_at", None)),
                fields=["team", "planned_at", "id"],
                name="post_planned",
            ),
        ),
    ]
