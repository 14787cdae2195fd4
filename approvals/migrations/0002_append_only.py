"""Decisions are evidence: the database lets nobody rewrite or remove one by itself."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION approvals_decision_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a decision is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER approvals_decision_fixed BEFORE UPDATE ON approvals_decision
  FOR EACH ROW EXECUTE FUNCTION approvals_decision_fixed();
-- Asked at the end of the transaction: a decision may go together with its review, never alone.
CREATE FUNCTION approvals_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM approvals_review r WHERE r.id = OLD.review_id) THEN
    RAISE EXCEPTION 'a decision is never deleted' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER approvals_decision_stays AFTER DELETE ON approvals_decision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_decision_stays();
"""
BACK = """
DROP TRIGGER approvals_decision_stays ON approvals_decision;
DROP FUNCTION approvals_decision_stays();
DROP TRIGGER approvals_decision_fixed ON approvals_decision;
DROP FUNCTION approvals_decision_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
