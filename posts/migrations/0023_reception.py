import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_density"),
        ("posts", "0022_direct_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reception",
            fields=[
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reception",
                        serialize=False,
                        to="posts.delivery",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("impressions", models.PositiveBigIntegerField(blank=True, null=True)),
                ("engagements", models.PositiveBigIntegerField(blank=True, null=True)),
                ("measured_at", models.DateTimeField(blank=True, null=True)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
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
                "ordering": ["-at", "delivery"],
                "indexes": [
                    models.Index(fields=["team", "at"], name="reception_of_team"),
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="reception_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("measured_at__isnull", False),
                            models.Q(("engagements", None), ("impressions", None)),
                            _connector="OR",
                        ),
                        name="reception_figures_were_measured",
                    )
                ],
            },
        ),
    ]
