"""Nothing begins on a channel that somebody has held or disconnected, whatever was claimed before."""

from django.db import migrations

OPEN = """
CREATE FUNCTION posts_needs_open_channel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
      SELECT 1 FROM publishers_channel c
      WHERE c.id = NEW.channel_id AND (c.paused OR c.state <> 'connected')) THEN
    RAISE EXCEPTION 'the channel of delivery % is closed', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER delivery_channel_open BEFORE UPDATE ON posts_delivery
  FOR EACH ROW WHEN (NEW.state = 'sending' AND OLD.state <> 'sending')
  EXECUTE FUNCTION posts_needs_open_channel();
"""

CLOSED = """
DROP TRIGGER delivery_channel_open ON posts_delivery;
DROP FUNCTION posts_needs_open_channel();
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_parts"), ("publishers", "0003_instance")]

    operations = [migrations.RunSQL(OPEN, CLOSED)]
