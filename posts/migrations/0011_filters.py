from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models

# The characters that part words in posts/models/post.py, each turned into a space.
_BETWEEN = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»“”„‘’‚…–—·•、。！？，：；（）「」"
_CREATE = """
CREATE FUNCTION post_words(title text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('simple'::regconfig, translate(lower(title || ' ' || body), '{between}', '{spaces}'))
""".format(between=_BETWEEN.replace("'", "''"), spaces=" " * len(_BETWEEN))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_retries"),
        ("posts", "0010_videos_and_renditions"),
        ("publishers", "0006_grant_subscribe_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL([(_CREATE, None)], "DROP FUNCTION post_words(text, text)"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "claimed", "sending", "unknown"])),
                fields=["team", "post"],
                name="delivery_in_flight",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["team", "-updated_at", "-id"], name="post_touched"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=GinIndex(
                models.Func(
                    "title", "body", function="post_words", output_field=SearchVectorField()
                ),
                name="post_by_words",
            ),
        ),
    ]
