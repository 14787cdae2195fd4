"""What a restored database has forgotten; and that an attempt was erased, so that it is not lost."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

ERASED = """
CREATE FUNCTION delivery_note_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO delivery_erased (delivery_no, item, attempt_no, content_hash, at)
  VALUES (OLD.delivery_id, OLD.item, OLD.attempt_no, OLD.content_hash, now());
  RETURN NULL;
END $$;
CREATE TRIGGER attempt_erased AFTER DELETE ON delivery_attempt
  FOR EACH ROW EXECUTE FUNCTION delivery_note_erased();
"""
NOT_ERASED = """
DROP TRIGGER attempt_erased ON delivery_attempt;
DROP FUNCTION delivery_note_erased();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("delivery", "0004_tally"),
        ("publishers", "0003_instance"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Erased",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("delivery_no", models.BigIntegerField(db_index=True)),
                ("item", models.PositiveSmallIntegerField()),
                ("attempt_no", models.PositiveIntegerField()),
                ("content_hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Rewind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("noticed_at", models.DateTimeField(unique=True)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("calls", models.PositiveIntegerField(default=0)),
                ("doubted", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-noticed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(done_at=None),
                        fields=["done_at"],
                        name="rewind_one_at_a_time",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stray",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("delivery_no", models.BigIntegerField()),
                ("post_no", models.BigIntegerField()),
                ("item", models.PositiveSmallIntegerField(default=0)),
                ("attempt_no", models.PositiveIntegerField()),
                ("content_hash", models.CharField(max_length=64)),
                ("account", models.CharField(max_length=240)),
                ("noticed_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="publishers.channel",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(
                        condition=Q(noted_at__isnull=True),
                        fields=["team", "-at"],
                        name="stray_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("delivery_no", "item", "attempt_no", "at"), name="stray_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(ERASED, NOT_ERASED),
    ]
