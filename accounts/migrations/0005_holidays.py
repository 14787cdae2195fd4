from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_density"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="holiday_country",
            field=models.CharField(blank=True, db_default="", default="", max_length=2),
        ),
        migrations.AddField(
            model_name="team",
            name="holiday_region",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holiday_country", ""), _negated=True),
                    ("holiday_region", ""),
                    _connector="OR",
                ),
                name="team_region_of_a_country",
            ),
        ),
    ]
