import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishers", "0005_grant_warned")]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="subscribe_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
