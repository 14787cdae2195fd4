"""Videos and what comes in pieces, apps that register themselves, and what was told to apps."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0003_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientApp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform", models.CharField(max_length=20)),
                ("client_id", models.CharField(max_length=100, unique=True)),
                ("client_secret", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=200)),
                ("redirect_uris", models.JSONField(default=list)),
                ("scopes", models.TextField(blank=True)),
                ("website", models.CharField(blank=True, max_length=2000)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="account",
            name="day_limit",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="processing_seconds",
            field=models.FloatField(default=1.0),
        ),
        migrations.AddField(
            model_name="credential",
            name="way",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="picture",
            name="kept",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="picture",
            name="poster",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="sandbox.picture",
            ),
        ),
        migrations.AddField(
            model_name="picture",
            name="ready_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="picture",
            name="seconds",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="remotepost",
            name="canonical_url",
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="remotepost",
            name="cover",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="covered",
                to="sandbox.picture",
            ),
        ),
        migrations.AddField(
            model_name="remotepost",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="remotepost",
            name="shows_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="remotepost",
            name="tags",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="remotepost",
            name="title",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name="call",
            name="does",
            field=models.CharField(
                choices=[
                    ("publish", "Publishing a post"),
                    ("upload", "Uploading a picture or video"),
                    ("remove", "Deleting a post"),
                    ("token", "Signing in or refreshing"),
                    ("read", "Reading back"),
                    ("other", "Anything else"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="fault",
            name="does",
            field=models.CharField(
                choices=[
                    ("publish", "Publishing a post"),
                    ("upload", "Uploading a picture or video"),
                    ("remove", "Deleting a post"),
                    ("token", "Signing in or refreshing"),
                    ("read", "Reading back"),
                    ("other", "Anything else"),
                ],
                default="publish",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="fault",
            name="kind",
            field=models.CharField(
                choices=[
                    ("delay", "Answer late"),
                    ("error_before", "Server error, nothing accepted"),
                    ("error_after", "Accept, then server error"),
                    ("hang", "Accept, then silence"),
                    ("hang_before", "Silence, nothing accepted"),
                    ("reset_after_accept", "Accept, then cut the connection"),
                    ("half_answer", "Accept, then half an answer"),
                    ("drip", "Accept, then a byte a second"),
                    ("empty_answer", "Accept, then an empty answer"),
                    ("no_id", "Accept, then an answer without the post's id"),
                    ("web_page", "Accept, then a page for people"),
                    ("refused_after", "Accept, then refuse the content"),
                    ("unauthorized", "Token refused"),
                    ("rate_limited", "Too many requests"),
                    ("rejected", "Refuse the content"),
                    ("media_error", "Refuse the picture or video"),
                    ("stale", "Answer as it was some time ago"),
                    ("processing_failed", "Take the file, then fail at working on it"),
                    ("processing_slow", "Take the file, then work on it for long"),
                    ("fetch_failed", "Cannot fetch the file from its address"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="picture",
            name="remote_id",
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name="picture",
            name="size",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="remotepost",
            name="remote_id",
            field=models.CharField(max_length=200),
        ),
        migrations.CreateModel(
            name="HookCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("url", models.CharField(max_length=500)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField()),
                ("forged", models.BooleanField(default=False)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("answer", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hook_calls",
                        to="sandbox.account",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("remote_id", models.CharField(max_length=200)),
                ("mime", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("received", models.JSONField(default=list)),
                ("said", models.JSONField(default=dict)),
                ("kept", models.CharField(max_length=64)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("expires_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uploads",
                        to="sandbox.account",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="sandbox.picture",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "remote_id"), name="sandbox_upload_id"
                    )
                ],
            },
        ),
    ]
