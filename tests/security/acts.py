"""What people can do by POST, as a form that is taken: by the name of its address.

test_audit_acts.py compares the list with the resolver, so that a new act cannot be forgotten.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from calendar_app.services import fill, reshuffle
from calendar_app.services.card import mark_of
from posts.services import importer
from posts.states import DeliveryState as D
from tests.architecture.test_urls import ours
from tests.factories.accounts import MembershipFactory
from tests.factories.posts import picture
from tests.security.arranged import (
    Said,
    World,
    answered,
    archived,
    at_step,
    awake,
    day_and_time,
    done_before,
    dropped,
    edited,
    gone,
    in_doubt,
    missed_in_outage,
    moved,
    one_live,
    planned,
    queued,
    reached,
    resolved,
    second_version,
    shelved,
    spare,
    stored,
    unreviewed,
)
from tests.security.conftest import filled

ADDRESSES = {a.name: a for a in ours() if "<slug:team>" in a.route}


@dataclass(frozen=True)
class Act:
    """`arrange` changes the copy of the world that it gets; `marked` is looked at before it is
    confirmed; `who` does it, else the owner.
    """

    body: Callable[[World], Said] = lambda w: {}
    arrange: Callable[[World], None] = lambda w: None
    marked: bool = False
    who: Callable[[World], Any] = lambda w: w.owner


def copied(world: World) -> World:
    return copy.copy(world)


def sent(browser: Client, name: str, there: World, act: Act, body: Said) -> HttpResponse:
    """Looked at first, where an act is."""
    path = getattr(there, "path", "")
    if not path:
        path = reverse(name, kwargs=filled(name, ADDRESSES[name].route, there))
    if name == "delivery:undo":
        path = reverse(name, args=[there.team.slug, there.undo.pk])
    if act.marked:
        body = {"id": there.post.pk, **body}
        looked = browser.post(path, body)
        seen = [line.mark for line in looked.context["changes"]]
        body = {**body, "seen": seen, "confirm": "1"}
    return browser.post(path, body)


def by_member(body: Callable[[World], Said] = lambda w: {}, **more: Any) -> Act:
    return Act(body, who=lambda w: w.member.user, **more)


OUTLINE = {"name": "New", "category": "Sea", "body": "Words", "kind": "post"}
ACTS: dict[str, Act] = {
    "accounts:leave": by_member(),
    "accounts:team_settings": Act(lambda w: {"name": "New", "time_zone": "UTC"}),
    "accounts:team_retries": Act(
        lambda w: {
            "late_after_minutes": 45,
            "retry_strategy": "linear",
            "retry_first_seconds": 30,
            "retry_tries": 3,
        }
    ),
    "accounts:team_holidays": Act(lambda w: {"holiday_country": "PT"}),
    "accounts:member_role": Act(lambda w: {"role": "viewer"}),
    "accounts:member_remove": Act(),
    "accounts:invitation_new": Act(lambda w: {"email": "x@demo.test", "role": "viewer"}),
    "accounts:invitation_resend": Act(),
    "accounts:invitation_revoke": Act(),
    "accounts:audit_export": Act(),
    "accounts:audit_retention": Act(lambda w: {"audit_days": 90}),
    "accounts:api_keys": Act(lambda w: {"name": "Report", "scopes": "view", "expiry": "30"}),
    "accounts:api_key_revoke": Act(),
    "approvals:review": by_member(
        lambda w: {"decision": "approve", "content_hash": w.review.content_hash}
    ),
    "approvals:review_delegate": by_member(
        lambda w: {"to": MembershipFactory(team=w.team, role="editor").pk}
    ),
    "approvals:review_withdraw": Act(),
    "approvals:review_undo": by_member(arrange=answered),
    "approvals:post_review": Act(),
    "approvals:selection_submit": Act(marked=True),
    "approvals:selection_approve": by_member(lambda w: {"id": w.review.post_id}, marked=True),
    "approvals:selection_changes": by_member(
        lambda w: {"id": w.review.post_id, "comment": "Not yet"}, marked=True
    ),
    "approvals:selection_reject": by_member(
        lambda w: {"id": w.review.post_id, "comment": "Never"}, marked=True
    ),
    "approvals:gates": Act(lambda w: {"gate": "banned", "banned-mode": "warn"}),
    "approvals:workflows": Act(lambda w: {"pattern": "legal"}),
    "approvals:workflow": Act(
        lambda w: {
            "name": "New",
            "reach": "team",
            "asks": "yes",
            "at_once": "no",
            "lead_hours": 4,
            "remind_hours": 24,
        }
    ),
    "approvals:workflow_remove": Act(),
    "approvals:stages": Act(lambda w: {"name": "Legal"}),
    "approvals:stage": Act(lambda w: {"name": "Legal", "rule": "all", "position": 1}),
    "approvals:stage_remove": Act(),
    "approvals:stage_reviewers": Act(lambda w: {"email": "x@y.test", "name": "X"}),
    "approvals:reviewer_remove": Act(),
    "notifications:webhooks": Act(
        lambda w: {
            "name": "Chat",
            "url": "https://a.test/x",
            "style": "slack",
            "events": ["comment.written"],
        }
    ),
    "notifications:webhook": Act(
        lambda w: {"name": "Chat", "style": "slack", "events": ["comment.written"]}
    ),
    "notifications:webhook_test": Act(),
    "notifications:webhook_rotate": Act(),
    "notifications:webhook_pause": Act(),
    "notifications:webhook_replay": Act(lambda w: {"hours": "24"}),
    "notifications:webhook_remove": Act(),
    "posts:create": Act(lambda w: {"body": "Words", "channels": w.channel.pk}),
    "posts:autosave_new": Act(lambda w: {"body": "Words", "channels": w.channel.pk}),
    "posts:edit": Act(lambda w: {"body": "New words", "version": w.post.version}),
    "posts:autosave": Act(lambda w: {"body": "New words", "version": w.post.version}),
    "posts:post_schedule": Act(day_and_time, unreviewed),
    "posts:post_publish": Act(arrange=unreviewed),
    "posts:post_unschedule": Act(arrange=planned),
    "posts:post_duplicate": Act(),
    "posts:post_delete": Act(),
    "posts:comments": Act(lambda w: {"text": "Hello"}),
    "posts:comment": by_member(lambda w: {"text": "Other words"}),
    "posts:comment_remove": by_member(),
    "posts:comment_resolve": Act(),
    "posts:comment_reopen": Act(arrange=resolved),
    "posts:revision_restore": Act(lambda w: {"version": w.post.version}, edited),
    "posts:import_new": Act(lambda w: {"file": SimpleUploadedFile("a.csv", b"text\nHello\n")}),
    "posts:import_columns": Act(
        lambda w: {"column_0": "text", "column_1": "tags", "zone": "UTC", "slashes": "day"}
    ),
    "posts:import_confirm": Act(lambda w: {"mark": importer.mark_of(w.importing)}),
    "posts:import_stop": Act(arrange=at_step("running")),
    "posts:import_undo": Act(arrange=at_step("done")),
    "posts:import_discard": Act(),
    "posts:media_upload": Act(
        lambda w: {"files": SimpleUploadedFile("a.jpg", picture(colour="red"), "image/jpeg")}
    ),
    "posts:media_alt": Act(lambda w: {"alt": "A pier"}),
    "posts:library_move": Act(lambda w: {"id": w.asset.pk, "folder": w.folder.pk}),
    "posts:library_tag": Act(lambda w: {"id": w.asset.pk, "tags": "sea"}),
    "posts:library_remove": Act(lambda w: {"id": w.asset.pk}, spare),
    "posts:library_restore": Act(lambda w: {"id": w.asset.pk}, gone),
    "posts:library_attach": Act(lambda w: {"media": w.asset.pk, "post": w.post.pk}, spare),
    "posts:library_folders": Act(lambda w: {"name": "New"}),
    "posts:library_folder": Act(lambda w: {"name": "Other"}),
    "posts:library_folder_remove": Act(),
    "posts:library_edit": Act(lambda w: {"name": "Pier", "alt": "A pier"}),
    "posts:library_delete": Act(arrange=spare),
    "posts:selection_tags": Act(lambda w: {"tags": "tide", "do": "add"}, marked=True),
    "posts:selection_channels": Act(
        lambda w: {"channel": w.channel.pk, "do": "remove"}, marked=True
    ),
    "posts:selection_assign": Act(lambda w: {"person": w.member.user_id}, marked=True),
    "posts:selection_delete": Act(marked=True),
    "posts:selection_undo": Act(arrange=done_before),
    "posts:template_new": Act(lambda w: OUTLINE),
    "posts:template_edit": Act(lambda w: {**OUTLINE, "version": 1}),
    "posts:template_archive": Act(),
    "posts:template_unarchive": Act(arrange=archived),
    "posts:template_use": Act(lambda w: {"value_buoy": "41"}),
    "posts:template_version_restore": Act(lambda w: {"version": 2}, second_version),
    "posts:hashtag_group_new": Act(lambda w: {"name": "Sea", "tags": "#sea"}),
    "posts:hashtag_group": Act(lambda w: {"name": "Sea", "tags": "#sea", "version": 1}),
    "posts:hashtag_group_remove": Act(),
    "posts:hashtags_add": Act(lambda w: {"post": w.post.pk, "tag": "#tide"}),
    "calendar_app:saved_views": Act(lambda w: {"view": "month", "name": "Mine", "query": ""}),
    "calendar_app:saved_view": by_member(lambda w: {"name": "Other"}),
    "calendar_app:saved_view_remove": by_member(),
    "calendar_app:post_move": Act(day_and_time, awake),
    "calendar_app:post_move_undo": Act(arrange=moved),
    "calendar_app:feeds": Act(lambda w: {"act": "give", "mine": "1"}),
    "calendar_app:board_limits": Act(lambda w: {"draft": 5}),
    "calendar_app:card_move": Act(lambda w: {"to": "idea"}),
    "calendar_app:card_move_undo": Act(arrange=shelved),
    "calendar_app:card_edit": Act(lambda w: {"title": "New", "mark": mark_of(stored(w.post))}),
    "calendar_app:selection_move": Act(day_and_time, awake, marked=True),
    "calendar_app:selection_shift": Act(lambda w: {"days": 1, "hours": 0}, planned, marked=True),
    "calendar_app:selection_stage": Act(lambda w: {"to": "idea"}, marked=True),
    "calendar_app:selection_unschedule": Act(arrange=planned, marked=True),
    "calendar_app:slots_fill": Act(
        lambda w: {
            "posts": w.post.pk,
            "seen": fill.preview(team=w.team, ids=[w.post.pk]).digest,
        },
        awake,
    ),
    "calendar_app:gap": Act(lambda w: {"gap_minutes": 30}),
    "calendar_app:blackout_add": Act(
        lambda w: {"name": "Easter", "starts_on": "2031-04-13", "ends_on": "2031-04-14"}
    ),
    "calendar_app:blackout_remove": Act(),
    "calendar_app:slot_add": Act(lambda w: {"at": "10:30", "weekdays": "1"}),
    "calendar_app:slot_copy": Act(lambda w: {"source": "0", "weekdays": "1"}),
    "calendar_app:slot_remove": Act(),
    "calendar_app:queue_pause": Act(lambda w: {"paused": "0"}),
    "calendar_app:queue_reshuffle": Act(
        lambda w: {"seen": reshuffle.preview(channel=w.channel).digest}, planned
    ),
    "calendar_app:queue_add": Act(arrange=awake),
    "calendar_app:queue_remove": Act(arrange=queued),
    "delivery:delivery_retry": Act(arrange=reached(D.FAILED)),
    "delivery:delivery_cancel": Act(),
    "delivery:delivery_drop": Act(arrange=reached(D.FAILED)),
    "delivery:delivery_confirm": Act(arrange=in_doubt),
    "delivery:delivery_reschedule": Act(day_and_time),
    "delivery:delivery_stop": Act(arrange=one_live),
    "delivery:selection_retry": Act(lambda w: {"id": w.delivery.pk}, reached(D.FAILED)),
    "delivery:selection_live": Act(lambda w: {"id": w.delivery.pk}, in_doubt),
    "delivery:selection_reschedule": Act(lambda w: {"id": w.delivery.pk, **day_and_time(w)}),
    "delivery:selection_cancel": Act(lambda w: {"id": w.delivery.pk}),
    "delivery:selection_hold": Act(lambda w: {"id": w.delivery.pk}),
    "delivery:selection_resume": Act(
        lambda w: {"id": w.delivery.pk},
        lambda w: type(w.channel).objects.filter(pk=w.channel.pk).update(paused=True) and None,
    ),
    "delivery:outage_paced": Act(arrange=missed_in_outage),
    "delivery:outage_reschedule": Act(day_and_time, missed_in_outage),
    "delivery:outage_drop": Act(arrange=missed_in_outage),
    "delivery:undo": Act(arrange=dropped),
    "publishers:channel_disconnect": Act(),
    "publishers:channel_pause": Act(lambda w: {"paused": "1"}),
}
# Nothing of the team's is changed by these, or it is told elsewhere.
NO_ACTS = {
    "delivery:stray_noted": "somebody has looked; what the list shows is no act of the team",
    "notifications:read": "one's own bell",
    "posts:library_uploads": "begins an upload; the file is told of once it is there",
    "posts:library_upload": "a piece of an upload",
    "posts:library_upload_link": "where a piece of an upload goes",
    "posts:library_upload_cancel": "ends an upload that has made nothing",
    "posts:library_upload_finish": "stores the file as posts:media_upload does",
    "posts:presence": "who is looking",
    "posts:preview": "changes nothing",
    "posts:template_fields": "changes nothing",
    "publishers:channels_check": "the machine looks",
    "publishers:channel_check": "the machine looks",
    "publishers:choose": "test_audit_channels.py: a choice belongs to one session",
    "publishers:connect": "test_audit_channels.py: the platform answers",
}
