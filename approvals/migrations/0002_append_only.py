"""Decisions are evidence: the database lets nobody rewrite or remove one by itself."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION approvals_decision_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a decision is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER approvals_decision_fixed BEFORE UPDATE ON approvals_decision
  FOR EACH ROW EXECUTE FUNCTION approvals_decision_fixed();
"""
BACK = """
DROP TRIGGER approvals_decision_fixed ON approvals_decision;
DROP FUNCTION approvals_decision_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
