"""Text that no row can keep, that never ends, or that is no date: refused or answered soon."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from tests.security.inert import inert

pytestmark = pytest.mark.django_db


# -- what cannot be stored

NUL = "a\x00b"


def forms_of(world) -> list[tuple[str, dict[str, object], list[str]]]:
    """Each form of ours: its address, a body that would be taken, and its fields of text."""

    def at(name, **more):
        return reverse(name, kwargs={"team": world.team.slug, **more})

    channel, asset, post = world.channel.pk, world.asset.pk, {"post_id": world.post.pk}
    words = [
        "title", "body", "summary", "hashtags", "tags", "campaign", "assignee", "kind", "expires",
        "when", "date", "time", "version", "token", f"text_{channel}", f"alt_{asset}",
    ]  # fmt: skip
    writing = {"body": "Words", "channels": channel, "media": asset}
    saved = {**writing, "version": world.post.version}
    outline = {
        "name": "New", "category": "Sea", "title": "T", "body": "{{ x }}", "first_comment": "C",
        "hashtags": "#sea", "tags": "sea", "channels": channel, "kind": "post",
    }  # fmt: skip
    stage = {"stage_id": world.reviewer.stage_id}
    rule = {"name": "A", "reach": "team", "asks": "yes", "at_once": "no"}
    rule |= {"lead_hours": 4, "remind_hours": 0}
    decision = {"decision": "approve", "content_hash": world.review.content_hash}
    return [
        (at("posts:create"), writing, words),
        (at("posts:edit", **post), saved, words),
        (at("posts:autosave", **post), saved, words),
        (at("posts:autosave_new"), writing, words),
        (at("posts:post_schedule", **post), {}, ["date", "time"]),
        (at("posts:comments", **post), {"text": "Words"}, ["text"]),
        (at("posts:comment", **post, comment_id=world.comment.pk), {"text": "Words"}, ["text"]),
        (at("posts:media_alt", media_id=asset), {}, ["alt"]),
        (at("posts:hashtag_group_new"), {"name": "Sea", "tags": "#sea"}, ["name", "tags"]),
        (
            at("posts:hashtag_group", group_id=world.group.pk),
            {"name": "Sea", "tags": "#sea", "version": 1},
            ["name", "tags", "version"],
        ),
        (at("posts:hashtags_add"), {"post": world.post.pk}, ["tag"]),
        (at("posts:template_new"), outline, [*outline, f"text_{channel}", "label_x", "default_x"]),
        (
            at("posts:template_edit", template_id=world.template.pk),
            {**outline, "version": 1},
            [*outline, "version"],
        ),
        (
            at("posts:template_use", template_id=world.template.pk),
            {"value_buoy": "41"},
            ["value_buoy", "token"],
        ),
        (
            at("posts:import_columns", import_id=world.importing.pk),
            {"column_0": "text", "column_1": "tags", "zone": "UTC", "slashes": "day"},
            ["column_0", "column_1", "zone", "slashes"],
        ),
        (at("approvals:post_review", **post), {}, ["note"]),
        (
            at("approvals:gates"),
            {"gate": "banned", "banned-mode": "warn"},
            ["gate", "banned-mode", "banned-words"],
        ),
        (at("approvals:workflows"), {"pattern": "one"}, ["pattern", "name"]),
        (
            at("approvals:workflow", workflow_id=world.reviewer.stage.workflow_id),
            rule,
            ["name", "reach", "tags", "asks", "channels", "lead_hours", "backup"],
        ),
        (at("approvals:stages", workflow_id=world.reviewer.stage.workflow_id), {}, ["name"]),
        (at("approvals:stage", **stage), {"rule": "any", "position": 1}, ["name", "needed"]),
        (
            at("approvals:stage_reviewers", **stage),
            {"email": "x@y.test"},
            ["name", "email", "membership", "role"],
        ),
        (at("accounts:team_settings"), {"name": "T", "time_zone": "UTC"}, ["name", "time_zone"]),
        (
            at("accounts:team_retries"),
            {"retry_strategy": "custom", "retry_first_seconds": 15, "retry_tries": 5},
            ["retry_pauses", "late_after_minutes"],
        ),
        (at("accounts:invitation_new"), {"role": "viewer"}, ["email", "role"]),
        (at("accounts:member_role", pk=world.member.pk), {}, ["role"]),
        (at("publishers:connect", platform="bluesky"), {"secret": "x"}, ["identifier", "secret"]),
        (at("delivery:delivery_confirm", pk=world.delivery.pk), {}, ["permalink"]),
        (at("calendar_app:card_move", **post), {"to": "idea"}, ["group", "lane"]),
        (at("calendar_app:card_move", **post), {}, ["to"]),
        (
            at("calendar_app:card_edit", **post),
            {},
            ["title", "assignee", "campaign", "tags", "day"],
        ),
        (at("calendar_app:board_limits"), {}, ["draft"]),
        (
            at("calendar_app:slot_add", pk=channel),
            {"at": "9:30", "weekdays": "0"},
            ["at", "weekdays"],
        ),
        (at("calendar_app:slot_copy", pk=channel), {"weekdays": "1"}, ["source"]),
        (at("calendar_app:queue_pause", pk=channel), {"paused": "1"}, ["reason"]),
        (at("calendar_app:gap"), {}, ["gap_minutes"]),
        (at("calendar_app:blackout_add"), {"starts_on": "2031-01-01"}, ["name", "starts_on"]),
        (at("calendar_app:post_move", **post), {}, ["day", "time", "of"]),
        (at("calendar_app:saved_views"), {"view": "month"}, ["name"]),
        (at("calendar_app:saved_view", pk=world.view.pk), {}, ["name"]),
        (reverse("accounts:team_create"), {"time_zone": "UTC"}, ["name", "time_zone"]),
        (reverse("accounts:profile"), {"name": "A"}, ["name", "time_zone", "theme"]),
        (reverse("accounts:theme"), {}, ["theme"]),
        (at("approvals:review", review_id=world.review.pk), decision, ["comment", "content_hash"]),
    ]


def test_a_character_that_cannot_be_stored_is_refused(world, as_user, unchanged, subtests):
    browser = as_user(world.member.user)
    Membership.objects.filter(pk=world.member.pk).update(role="owner")
    unchanged.again()
    for path, body, fields in forms_of(world):
        for field in fields:
            with subtests.test(f"{field} at {path}"):
                response = browser.post(path, {**body, field: NUL})
                assert response.status_code == 422
                unchanged(f"NUL in {field} at {path}")


def test_half_a_character_is_refused_or_replaced(world, as_user, subtests):
    """Bytes that are no text at all, as no browser sends them."""
    browser = as_user(world.owner)
    for path, _body, fields in forms_of(world):
        for field in fields:
            with subtests.test(f"{field} at {path}"):
                raw = f"{field}=".encode() + b"%ED%A0%80%FF%C0%80" + b"&body=x"
                kind = "application/x-www-form-urlencoded"
                assert browser.post(path, raw, content_type=kind).status_code < 500


def test_half_a_character_is_not_stored_in_a_post(world, as_user, unchanged):
    path = reverse("posts:create", args=[world.team.slug])
    kind = "application/x-www-form-urlencoded"
    response = as_user(world.owner).post(path, b"body=a%ED%A0%80b", content_type=kind)
    assert response.status_code == 422
    unchanged("Half a character")


def test_nobody_breaks_the_front_door(client, alice):
    for name in ("account_login", "account_signup", "account_reset_password"):
        for value in (NUL, "x" * 100_000, "a" + "\u0301" * 10_000, "\u202e", "'\"><"):
            body = dict.fromkeys(("login", "password", "email", "password1", "name", "next"), value)
            assert client.post(reverse(name), body).status_code < 500
    strange = ["\u00e9" * 64, "x" * 64, "\x00" * 64, "%", "..", "a/b", "\u0661" * 64, "x" * 5000]
    for token in strange:
        for prefix in ("a", "a/p", "invitations", "a/r/1", "connect", "accounts/confirm-email"):
            assert Client().get(f"/{prefix}/{token}/").status_code < 500


def test_the_callback_takes_any_nonsense(as_user, alice):
    browser = as_user(alice)
    for value in ("", NUL, "x" * 100_000, "\u00e9", "\u202e"):
        for name in ("x", "linkedin", "bluesky"):
            query = {"state": value, "code": value, "error": value}
            path = reverse("publishers:callback", args=[name])
            assert browser.get(path, query).status_code == 400


def test_the_simulated_platforms_take_any_nonsense(db, client):
    for path in ("x/%00/", "bluesky/%00/", "x/%00/picture.png", "faults/x/%00/", "x/%C3%A9/"):
        assert client.get(f"/sandbox/{path}").status_code < 500


# -- much of it

LONG = {
    "ats": "@" * 100_000,
    "tags": "#a" * 50_000,
    "addresses": "http://a." * 11_000,
    "domains": "a." * 50_000,
    "dots": "http://a" + "." * 99_000,
    "brackets": "(" * 50_000 + ")" * 50_000,
    "marks": "a" + "\u0301" * 99_000,
    "joined": "\U0001f468\u200d" * 50_000,
    "flags": "\U0001f1e6" * 100_000,
    "spaces": " " * 99_999 + "x",
    "markup": "\"><img src=x onerror=attack()>' onfocus=attack() x='<script>attack(1)</script>",
    "dollars": "$A" * 50_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_text_is_answered_soon(world, as_user, text):
    browser = as_user(world.owner)
    body = {"body": text, "channels": world.channel.pk, "hashtags": text[:2900]}
    began = time.process_time()
    response = browser.post(reverse("posts:preview", args=[world.team.slug]), body)
    assert response.status_code == 200
    assert time.process_time() - began < 3
    inert(response.content.decode())


def test_text_beyond_the_limit_is_refused(world, as_user, unchanged):
    path = reverse("posts:create", args=[world.team.slug])
    assert as_user(world.owner).post(path, {"body": "x" * 100_001}).status_code == 422
    assert as_user(world.owner).post(path, {"body": "x" * 3_000_000}).status_code in (400, 413)
    unchanged("Text beyond the limit")


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "9999-12-31", "2026-02-30"])
def test_impossible_dates_are_refused(world, as_user, unchanged, day):
    browser = as_user(world.owner)
    slug, pk = world.team.slug, world.post.pk
    body = {"body": "Words", "version": world.post.version, "time": "12:00"}
    for name, fields in (
        ("posts:edit", {**body, "expires": day}),
        ("posts:edit", {**body, "when": "pick", "date": day}),
        ("posts:post_schedule", {"date": day, "time": "12:00"}),
        ("calendar_app:post_move", {"day": day, "time": "12:00"}),
    ):
        assert browser.post(reverse(name, args=[slug, pk]), fields).status_code == 422
        unchanged(f"{day} in {name}")
