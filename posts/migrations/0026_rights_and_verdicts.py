"""Whether the team may publish a picture; and what quality gates found, which nobody rewrites."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# Asked at the end of the transaction: verdicts go together with their post, never alone. That a
# channel is gone is the one thing that may be noted on them.
FORWARD = """
CREATE FUNCTION posts_verdict_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.channel_id IS NULL AND row(NEW.id, NEW.post_id, NEW.revision_id, NEW.gate, NEW.outcome,
      NEW.words, NEW."when", NEW.rules, NEW.at) IS NOT DISTINCT FROM
      row(OLD.id, OLD.post_id, OLD.revision_id, OLD.gate, OLD.outcome, OLD.words, OLD."when",
      OLD.rules, OLD.at) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a verdict is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER posts_verdict_fixed BEFORE UPDATE ON posts_verdict
  FOR EACH ROW EXECUTE FUNCTION posts_verdict_fixed();
CREATE FUNCTION posts_verdict_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM posts_revision r WHERE r.id = OLD.revision_id) THEN
    RAISE EXCEPTION 'a verdict is never deleted' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posts_verdict_stays AFTER DELETE ON posts_verdict
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posts_verdict_stays();
"""
BACK = """
DROP TRIGGER posts_verdict_stays ON posts_verdict;
DROP FUNCTION posts_verdict_stays();
DROP TRIGGER posts_verdict_fixed ON posts_verdict;
DROP FUNCTION posts_verdict_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0025_lean_indexes"),
        ("publishers", "0006_grant_subscribe_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="mediaasset",
            name="rights",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not said yet"),
                    ("ours", "Made by us"),
                    ("licensed", "Licensed, or by permission"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="mediaasset",
            name="credit",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="mediaasset",
            name="rights_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gate", models.CharField(max_length=20)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("passed", "Passed"),
                            ("warned", "Look at it"),
                            ("blocked", "Stops it"),
                            ("skipped", "Not looked at"),
                        ],
                        max_length=7,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "when",
                    models.CharField(
                        choices=[
                            ("review", "Before review"),
                            ("schedule", "Before scheduling"),
                            ("ahead", "In the hour before it is due"),
                        ],
                        max_length=8,
                    ),
                ),
                ("rules", models.BigIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="publishers.channel",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verdicts",
                        to="posts.post",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verdicts",
                        to="posts.revision",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["post", "-at"], name="verdict_of_post")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ["warned", "blocked"]), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="verdict_says_why",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
