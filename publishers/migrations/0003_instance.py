from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("publishers", "0002_rate_windows")]

    operations = [
        migrations.CreateModel(
            name="Instance",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(max_length=200)),
                ("since", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(id=1), name="instance_one_row"),
                    models.CheckConstraint(condition=~Q(key=""), name="instance_named"),
                ],
            },
        ),
    ]
