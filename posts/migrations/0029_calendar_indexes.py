"""A day of the calendar is read from an index alone, and so is what stands beside a post."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DROP = """
DROP INDEX IF EXISTS posts_delivery_channel_id_462a33fd;
DROP INDEX IF EXISTS posts_delivery_team_id_05cacc3d;
"""
CREATE = """
CREATE INDEX IF NOT EXISTS posts_delivery_channel_id_462a33fd ON posts_delivery (channel_id);
CREATE INDEX IF NOT EXISTS posts_delivery_team_id_05cacc3d ON posts_delivery (team_id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_review_links"),
        ("posts", "0028_comment_places"),
        ("publishers", "0006_grant_subscribe_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_calendar",
        ),
        # By name: Django would drop each index of these columns alone, and so the one that lets
        # a channel have one delivery in flight.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP, CREATE)],
            state_operations=[
                migrations.AlterField(
                    model_name="delivery",
                    name="channel",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="publishers.channel",
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="team",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="accounts.team",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["team", "due_at", "post"],
                include=("channel", "state"),
                name="delivery_planned",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["channel", "due_at"], name="delivery_beside"),
        ),
    ]
