from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0023_reception"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("source_reference", ""), _negated=True),
                fields=["team", "author", "source_reference"],
                name="post_by_form",
            ),
        ),
    ]
