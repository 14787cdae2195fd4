from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_review_links")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="restored_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
