"""The audit log is append-only, whatever the code above it believes.

Nothing changes an entry. Only the sweep deletes, in a transaction that says so, and only what is
older than its team keeps entries: never younger than 90 days, and nothing of a team that keeps them
for ever or is gone. Refusals without a team, which strangers can cause, end after a year.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  days integer := NULL;
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('drumbeat.audit_sweep', true) = 'on' THEN
    IF OLD.team_id IS NOT NULL THEN
      SELECT greatest(audit_days, 90) INTO days FROM accounts_team t
      WHERE t.id = OLD.team_id AND t.audit_days IS NOT NULL;
    ELSIF OLD.kind = 'refusal' THEN
      days := 365;
    END IF;
    IF OLD.at < clock_timestamp() - make_interval(days => days) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'audit entry % is kept', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_kept';
END $$;
CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON accounts_auditentry
  FOR EACH ROW EXECUTE FUNCTION accounts_audit_kept();
"""
BACK = """
DROP TRIGGER audit_kept ON accounts_auditentry;
DROP FUNCTION accounts_audit_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_audit_and_keys")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
