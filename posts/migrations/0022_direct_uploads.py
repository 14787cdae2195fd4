from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0021_templates_and_hashtags"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="direct",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="upload",
            name="remote",
            field=models.TextField(blank=True),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("direct", True), ("remote", ""), _connector="OR"),
                name="upload_remote_is_direct",
            ),
        ),
    ]
