"""Kinds that have no place under the bell: until now the list left them out as it was read."""

from django.db import migrations

KINDS = ["review_receipt", "team_invitation"]


def leave_out(apps, schema_editor):
    messages = apps.get_model("notifications", "Message").objects
    messages.filter(kind__in=KINDS).update(in_app=False)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_wishes")]

    operations = [migrations.RunPython(leave_out, migrations.RunPython.noop)]
