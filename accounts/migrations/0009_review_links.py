from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_gates")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="links_ask_code",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="team",
            name="links_sign_in",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
