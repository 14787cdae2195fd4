import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0017_blackouts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="variant",
            index=models.Index(
                django.db.models.functions.text.MD5("text"),
                condition=models.Q(("text__isnull", False)),
                name="variant_text",
            ),
        ),
    ]
