"""What the database itself refuses, whatever the code above it believes.

Deliveries take legal steps only, nothing is sent without a valid approval of exactly its content or
before its time, and what was said, approved and done stays as it was.
"""

from django.db import migrations

# The edges of posts/states.py at this migration; a test compares them with what the database does.
EDGES = {
    "draft": ["queued", "cancelled"],
    "queued": ["claimed", "draft", "missed", "failed", "published", "cancelled"],
    "claimed": ["sending", "queued", "draft", "failed", "published", "cancelled"],
    "sending": ["published", "accepted", "queued", "failed", "unknown"],
    "accepted": ["published", "failed", "unknown"],
    "unknown": ["published", "queued", "needs_human"],
    "needs_human": ["published", "queued", "cancelled"],
    "missed": ["queued", "draft", "cancelled"],
    "failed": ["queued", "draft", "cancelled"],
}
_PAIRS = ", ".join(f"'{source}>{target}'" for source, row in EDGES.items() for target in row)

DELIVERY = f"""
CREATE FUNCTION posts_guard_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  why text := NULL;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state IN ('claimed', 'sending') THEN
      why := 'begins ' || NEW.state;
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    IF OLD.state IN ('claimed', 'sending', 'accepted', 'unknown') THEN
      why := 'is being published and cannot be deleted';
    END IF;
  ELSIF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({_PAIRS}) THEN
    why := 'cannot go from ' || OLD.state || ' to ' || NEW.state;
  ELSIF NEW.state = 'published' AND OLD.state IN ('queued', 'claimed') AND NEW.remote_id IS NULL THEN
    why := 'cannot be live without proof';
  ELSIF NEW.attempt_no < OLD.attempt_no THEN
    why := 'cannot have fewer attempts';
  ELSIF (NEW.post_id, NEW.channel_id, NEW.team_id) IS DISTINCT FROM (OLD.post_id, OLD.channel_id, OLD.team_id) THEN
    why := 'cannot change its post or channel';
  ELSIF (NEW.revision_id, NEW.content_hash, NEW.client_token)
        IS DISTINCT FROM (OLD.revision_id, OLD.content_hash, OLD.client_token)
        AND OLD.state <> 'draft' AND NEW.state <> 'draft' THEN
    why := 'cannot change its content while committed';
  ELSIF OLD.state IN ('published', 'cancelled') AND (
        (NEW.attempt_no, NEW.due_at, NEW.published_at) IS DISTINCT FROM (OLD.attempt_no, OLD.due_at, OLD.published_at)
        OR (OLD.remote_id IS NOT NULL AND NEW.remote_id IS DISTINCT FROM OLD.remote_id)) THEN
    why := 'has ended';
  ELSIF NEW.state = 'sending' AND OLD.state <> 'sending' THEN
    IF NEW.due_at > clock_timestamp() + interval '1 second' THEN
      why := 'is not due yet';
    ELSE
      -- The lock makes a revocation wait until the intent is either there or not.
      PERFORM 1 FROM posts_approval a
      WHERE a.post_id = NEW.post_id AND a.content_hash = NEW.content_hash AND a.revoked_at IS NULL
        AND (a.not_before IS NULL OR a.not_before <= clock_timestamp())
      FOR SHARE;
      IF NOT FOUND THEN
        why := 'is not approved as it is';
      END IF;
    END IF;
  END IF;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'delivery % %', coalesce(NEW.id, OLD.id), why
      USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_guard';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER delivery_guard BEFORE INSERT OR UPDATE OR DELETE ON posts_delivery
  FOR EACH ROW EXECUTE FUNCTION posts_guard_delivery();

ALTER TABLE posts_delivery ADD CONSTRAINT delivery_content_is_of_revision
  FOREIGN KEY (revision_id, content_hash) REFERENCES posts_revision (id, content_hash)
  DEFERRABLE INITIALLY DEFERRED;
"""

NO_DELIVERY = """
ALTER TABLE posts_delivery DROP CONSTRAINT delivery_content_is_of_revision;
DROP TRIGGER delivery_guard ON posts_delivery;
DROP FUNCTION posts_guard_delivery();
"""

# Arguments of posts_keep(): columns that may become null, as a deleted account's does.
RECORDS = """
CREATE FUNCTION posts_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb := to_jsonb(OLD);
  becomes jsonb := to_jsonb(NEW);
  name text;
BEGIN
  FOREACH name IN ARRAY TG_ARGV LOOP
    IF becomes -> name = 'null'::jsonb THEN
      was := was - name;
      becomes := becomes - name;
    END IF;
  END LOOP;
  IF TG_TABLE_NAME = 'posts_approval' AND was -> 'revoked_at' = 'null'::jsonb THEN
    was := was - 'revoked_at';
    becomes := becomes - 'revoked_at';
  END IF;
  IF was IS DISTINCT FROM becomes THEN
    RAISE EXCEPTION '% % cannot be changed', TG_TABLE_NAME, OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

-- Asked at the end of the transaction: a record may go together with its post, never alone.
CREATE FUNCTION posts_goes_with_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM posts_post p WHERE p.id = OLD.post_id) THEN
    RAISE EXCEPTION '% % cannot be deleted while its post exists', TG_TABLE_NAME, OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER revision_kept BEFORE UPDATE ON posts_revision
  FOR EACH ROW EXECUTE FUNCTION posts_keep('author_id');
CREATE TRIGGER approval_kept BEFORE UPDATE ON posts_approval
  FOR EACH ROW EXECUTE FUNCTION posts_keep('granted_by_id');
CREATE TRIGGER activity_kept BEFORE UPDATE ON posts_activity
  FOR EACH ROW EXECUTE FUNCTION posts_keep('actor_id');
CREATE CONSTRAINT TRIGGER revision_stays AFTER DELETE ON posts_revision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posts_goes_with_post();
CREATE CONSTRAINT TRIGGER approval_stays AFTER DELETE ON posts_approval
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posts_goes_with_post();
CREATE CONSTRAINT TRIGGER activity_stays AFTER DELETE ON posts_activity
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posts_goes_with_post();
"""

NO_RECORDS = """
DROP TRIGGER revision_kept ON posts_revision;
DROP TRIGGER approval_kept ON posts_approval;
DROP TRIGGER activity_kept ON posts_activity;
DROP TRIGGER revision_stays ON posts_revision;
DROP TRIGGER approval_stays ON posts_approval;
DROP TRIGGER activity_stays ON posts_activity;
DROP FUNCTION posts_keep();
DROP FUNCTION posts_goes_with_post();
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial")]

    operations = [
        migrations.RunSQL(DELIVERY, NO_DELIVERY),
        migrations.RunSQL(RECORDS, NO_RECORDS),
    ]
