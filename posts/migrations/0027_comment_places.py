"""A comment may be about one paragraph, or one picture."""

import django.db.models.deletion
from django.db import migrations, models


def about(name, to):
    return migrations.AddField(
        model_name="comment",
        name=name,
        field=models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.SET_NULL,
            related_name="+",
            to=to,
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0027_review_queue"),
        ("publishers", "0006_grant_subscribe_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="quote",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="comment",
            name="place",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        about("channel", "publishers.channel"),
        about("asset", "posts.mediaasset"),
    ]
