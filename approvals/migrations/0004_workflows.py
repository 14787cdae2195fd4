"""Several workflows of a team, with stages, conditions and roles, and the rounds of a review."""

import django.db.models.deletion
from django.db import migrations, models

# Of several workflows only a team's first was asked. Those after it stay, but not in force.
ONE_IN_FORCE = """
UPDATE approvals_workflow w SET active = false
WHERE EXISTS (SELECT 1 FROM approvals_workflow f WHERE f.team_id = w.team_id AND f.id < w.id)
"""
ROLES = [("owner", "Owner"), ("admin", "Admin"), ("editor", "Editor"), ("viewer", "Viewer")]
REACHES = [
    ("team", "Every post of the team"),
    ("campaigns", "The posts of some campaigns"),
    ("channels", "Posts on some channels"),
]


def flag(name, *, on=False):
    return migrations.AddField(
        model_name="workflow",
        name=name,
        field=models.BooleanField(db_default=on, default=on),
    )


def some(name, of):
    return migrations.AddField(
        model_name="workflow",
        name=name,
        field=models.ManyToManyField(blank=True, related_name="+", to=of),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_gates"),
        ("approvals", "0003_gates"),
        ("posts", "0026_rights_and_verdicts"),
        ("publishers", "0006_grant_subscribe_at"),
    ]

    operations = [
        flag("active", on=True),
        migrations.RunSQL(ONE_IN_FORCE, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="workflow",
            name="reach",
            field=models.CharField(
                choices=REACHES, db_default="team", default="team", max_length=10
            ),
        ),
        some("campaigns", "posts.campaign"),
        some("channels", "publishers.channel"),
        flag("asks", on=True),
        flag("at_once"),
        flag("when_link"),
        flag("when_media"),
        flag("when_fresh"),
        some("tags", "posts.tag"),
        migrations.AddConstraint(
            model_name="workflow",
            constraint=models.CheckConstraint(
                condition=models.Q(("reach__in", ["team", "campaigns", "channels"])),
                name="workflow_reach_known",
            ),
        ),
        migrations.AddField(
            model_name="stage",
            name="name",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="stage",
            name="everybody",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="role",
            field=models.CharField(
                blank=True, choices=ROLES, db_default="", default="", max_length=10
            ),
        ),
        migrations.RemoveConstraint(model_name="reviewer", name="reviewer_reachable"),
        migrations.AddConstraint(
            model_name="reviewer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("membership__isnull", False),
                    models.Q(("email", ""), _negated=True),
                    models.Q(("role", ""), _negated=True),
                    _connector="OR",
                ),
                name="reviewer_reachable",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", ""), _negated=True),
                fields=("stage", "role"),
                name="reviewer_role_once",
            ),
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("track", models.PositiveSmallIntegerField(default=0)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("workflow", models.CharField(blank=True, max_length=80)),
                ("name", models.CharField(blank=True, max_length=80)),
                ("needed", models.PositiveSmallIntegerField(default=1)),
                ("people", models.JSONField(default=list)),
                ("began_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rounds",
                        to="approvals.review",
                    ),
                ),
            ],
            options={
                "ordering": ["track", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "track", "position"), name="round_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("needed__gte", 1)), name="round_needs_somebody"
                    ),
                ],
            },
        ),
    ]
