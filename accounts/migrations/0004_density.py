from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_gap"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="density",
            field=models.CharField(
                blank=True, choices=[("", "Comfortable"), ("compact", "Compact")], max_length=8
            ),
        ),
    ]
