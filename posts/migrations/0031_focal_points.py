"""What matters most in a picture, in percent from its left and top: by itself, and in each post."""

from django.core.validators import MaxValueValidator
from django.db import migrations, models


def percent(model: str, name: str) -> migrations.AddField:
    field = models.PositiveSmallIntegerField(
        db_default=50, default=50, validators=[MaxValueValidator(100)]
    )
    return migrations.AddField(model_name=model, name=name, field=field)


def within(model: str, name: str) -> migrations.AddConstraint:
    condition = models.Q(("focal_x__lte", 100), ("focal_y__lte", 100))
    return migrations.AddConstraint(
        model_name=model, constraint=models.CheckConstraint(condition=condition, name=name)
    )


class Migration(migrations.Migration):
    dependencies = [("posts", "0030_comment_marks")]

    operations = [
        percent("mediaasset", "focal_x"),
        percent("mediaasset", "focal_y"),
        percent("postmedia", "focal_x"),
        percent("postmedia", "focal_y"),
        within("mediaasset", "media_focal_is_within"),
        within("postmedia", "post_media_focal_is_within"),
    ]
