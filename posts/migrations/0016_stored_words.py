from django.db import migrations

# Kept beside the text, so that neither a search nor a post's way through its stages takes the words
# from it again.
_CREATE = """
ALTER TABLE posts_post ADD COLUMN words tsvector;

CREATE FUNCTION posts_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.words := post_words(NEW.title, NEW.body);
  RETURN NEW;
END $$;

CREATE TRIGGER words_follow BEFORE INSERT OR UPDATE OF title, body ON posts_post
  FOR EACH ROW EXECUTE FUNCTION posts_keep_words();

UPDATE posts_post SET words = post_words(title, body);

CREATE INDEX post_by_words ON posts_post USING gin (words);
"""

_DROP = """
DROP TRIGGER words_follow ON posts_post;
DROP FUNCTION posts_keep_words();
ALTER TABLE posts_post DROP COLUMN words;
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0015_presence")]

    operations = [
        migrations.RemoveIndex(model_name="post", name="post_by_words"),
        migrations.RunSQL(_CREATE, _DROP),
    ]
