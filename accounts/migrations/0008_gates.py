from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_audit_kept")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="gates",
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
    ]
