"""A comment may be about some words of a paragraph, by where they begin in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0029_calendar_indexes")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="begins",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("begins", None), models.Q(("quote", ""), _negated=True), _connector="OR"
                ),
                name="comment_marks_words",
            ),
        ),
    ]
