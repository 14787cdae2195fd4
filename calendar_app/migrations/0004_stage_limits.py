import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_gap"),
        ("calendar_app", "0003_slots"),
    ]

    operations = [
        migrations.CreateModel(
            name="StageLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("column", models.CharField(max_length=10)),
                ("most", models.PositiveSmallIntegerField()),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("team", "column"), name="stage_limit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("column__in", ("idea", "draft", "review", "approved", "scheduled"))
                        ),
                        name="stage_limit_column_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most__gte", 1), ("most__lte", 999)),
                        name="stage_limit_sane",
                    ),
                ],
            },
        ),
    ]
