"""When an answer is wanted, who is asked if it does not come, and what people were told of that."""

from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models

# Of times that have passed before this was told nobody is told now.
PASSED = """
UPDATE approvals_review r SET held_for = p.planned_at
FROM posts_post p WHERE p.id = r.post_id AND r.state = 'open' AND p.planned_at <= now()
"""


def number(name, value):
    return migrations.AddField(
        model_name="workflow",
        name=name,
        field=models.PositiveSmallIntegerField(db_default=value, default=value),
    )


def moment(model, name):
    return migrations.AddField(
        model_name=model, name=name, field=models.DateTimeField(blank=True, null=True)
    )


def span(name):
    return migrations.AddField(
        model_name="round", name=name, field=models.DurationField(default=timedelta(0))
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_gates"),
        ("approvals", "0004_workflows"),
        ("posts", "0026_rights_and_verdicts"),
    ]

    operations = [
        number("lead_hours", 0),
        number("remind_hours", 24),
        migrations.AddField(
            model_name="workflow",
            name="backup",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddConstraint(
            model_name="workflow",
            constraint=models.CheckConstraint(
                condition=models.Q(("lead_hours__lte", 336), ("remind_hours__lte", 336)),
                name="workflow_hours_sane",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="backup",
            field=models.JSONField(blank=True, null=True),
        ),
        span("lead"),
        span("remind"),
        moment("round", "reminded_for"),
        moment("round", "late_for"),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(
                condition=models.Q(("began_at__isnull", False), ("ended_at", None)),
                fields=["review"],
                name="round_waiting",
            ),
        ),
        moment("review", "held_for"),
        migrations.RunSQL(PASSED, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="reviewrequest",
            name="former_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="reviewrequest",
            index=models.Index(
                condition=models.Q(("former_hash", ""), _negated=True),
                fields=["former_hash"],
                name="request_former",
            ),
        ),
    ]
