"""An attempt is written once and closed once; after a success there is no further one."""

from django.db import migrations

ATTEMPTS = """
CREATE FUNCTION delivery_keep_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT 1 FROM delivery_attempt a
               WHERE a.delivery_id = NEW.delivery_id AND a.item = NEW.item AND a.outcome = 'ok') THEN
      RAISE EXCEPTION 'delivery % is live already', NEW.delivery_id
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
  ELSIF OLD.outcome IS NOT NULL OR NEW.outcome IS NULL OR
        (NEW.id, NEW.delivery_id, NEW.item, NEW.attempt_no, NEW.content_hash, NEW.idempotent, NEW.worker, NEW.intent_at)
        IS DISTINCT FROM
        (OLD.id, OLD.delivery_id, OLD.item, OLD.attempt_no, OLD.content_hash, OLD.idempotent, OLD.worker, OLD.intent_at) THEN
    RAISE EXCEPTION 'attempt % can only be closed, once', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

-- Asked at the end of the transaction: an attempt may go together with its delivery, never alone.
CREATE FUNCTION delivery_attempt_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM posts_delivery d WHERE d.id = OLD.delivery_id) THEN
    RAISE EXCEPTION 'attempt % cannot be deleted while its delivery exists', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER attempt_kept BEFORE INSERT OR UPDATE ON delivery_attempt
  FOR EACH ROW EXECUTE FUNCTION delivery_keep_attempt();
CREATE CONSTRAINT TRIGGER attempt_stays AFTER DELETE ON delivery_attempt
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION delivery_attempt_stays();
"""

NO_ATTEMPTS = """
DROP TRIGGER attempt_kept ON delivery_attempt;
DROP TRIGGER attempt_stays ON delivery_attempt;
DROP FUNCTION delivery_keep_attempt();
DROP FUNCTION delivery_attempt_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]

    operations = [migrations.RunSQL(ATTEMPTS, NO_ATTEMPTS)]
