"""Posts that answer others: threads and comments."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0002_faults_in_answers")]

    operations = [
        migrations.AddField(
            model_name="remotepost",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="answers",
                to="sandbox.remotepost",
            ),
        ),
    ]
