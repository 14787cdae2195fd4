"""Every act of a team: the state in which it is illegal and what it is answered with then, or why
it is right in any. The delivery room asks each of its acts in every state: tests/delivery.
"""

from typing import NamedTuple

from tests.addresses.states import (
    THEN,
    State,
    asked_only,
    closed_for_long,
    deleted_file,
    full_week,
    many_imports,
    many_keys,
    many_stages,
    many_tags,
    many_uploads,
    many_webhooks,
    many_workflows,
    moved_since,
    named_as,
    newer,
    newer_template,
    nothing,
    older_group,
    only_owner,
    other_folder,
    own_comment,
    own_view,
    published,
    review_ended,
    review_to_hand_on_ended,
    row,
    tomorrow,
    under_way,
    unseen,
)


class Refused(NamedTuple):
    """`status` to a form and `by_htmx` to htmx; who is led back there (302, 204) reads why."""

    state: State
    status: int = 409
    by_htmx: int = 409
    in_address: bool = False


BAD_FORM = (422, 422)
LED_BACK = (302, 204)

ILLEGAL: dict[str, Refused] = {
    "accounts:invitation_new": Refused(
        lambda w: {"email": w.member.user.email, "role": "viewer"}, *BAD_FORM
    ),
    "accounts:invitation_resend": Refused(row("invitation", accepted_at=THEN)),
    "accounts:invitation_revoke": Refused(row("invitation", accepted_at=THEN)),
    "accounts:leave": Refused(only_owner, 302, 302),
    "accounts:member_remove": Refused(only_owner),
    "accounts:member_role": Refused(only_owner),
    "accounts:api_keys": Refused(many_keys, *BAD_FORM),
    "approvals:post_review": Refused(published),
    "approvals:review": Refused(review_ended),
    "approvals:review_delegate": Refused(review_to_hand_on_ended),
    "approvals:review_withdraw": Refused(row("review", state="approved", ended_at=THEN)),
    "approvals:review_undo": Refused(asked_only),
    "approvals:selection_approve": Refused(unseen()),
    "approvals:selection_changes": Refused(unseen(comment="Not yet")),
    "approvals:selection_reject": Refused(unseen(comment="Never")),
    "approvals:selection_submit": Refused(unseen()),
    "approvals:stage": Refused(
        lambda _w: {"name": "New", "rule": "number", "needed": 50, "position": 1}, *BAD_FORM
    ),
    "approvals:stage_reviewers": Refused(lambda w: {"membership": w.member.pk}, *BAD_FORM),
    "approvals:stages": Refused(many_stages, *BAD_FORM),
    "approvals:workflow": Refused(
        lambda _w: {"name": "New", "reach": "channels", "asks": "yes", "at_once": "no"}, *BAD_FORM
    ),
    "approvals:workflows": Refused(many_workflows, *BAD_FORM),
    "calendar_app:blackout_add": Refused(closed_for_long),
    "calendar_app:card_edit": Refused(newer),
    "calendar_app:card_move": Refused(tomorrow(published, to="draft")),
    "calendar_app:card_move_undo": Refused(
        moved_since("calendar_app:card_move_undo"), in_address=True
    ),
    "calendar_app:post_move": Refused(tomorrow(under_way)),
    "calendar_app:post_move_undo": Refused(
        moved_since("calendar_app:post_move_undo"), in_address=True
    ),
    "calendar_app:queue_add": Refused(published),
    "calendar_app:queue_remove": Refused(moved_since("calendar_app:queue_remove"), in_address=True),
    "calendar_app:queue_reshuffle": Refused(lambda _w: {"seen": "old"}),
    "calendar_app:saved_view": Refused(own_view),
    "calendar_app:saved_views": Refused(own_view),
    "calendar_app:selection_move": Refused(unseen(day="2031-01-01")),
    "calendar_app:selection_shift": Refused(unseen(days="1")),
    "calendar_app:selection_stage": Refused(unseen(to="draft")),
    "calendar_app:selection_unschedule": Refused(unseen()),
    "calendar_app:slot_add": Refused(full_week),
    "calendar_app:slot_copy": Refused(full_week),
    "calendar_app:slots_fill": Refused(lambda w: {"posts": w.post.pk, "seen": "old"}),
    "notifications:webhook_replay": Refused(nothing, 400, 400),
    "notifications:webhooks": Refused(many_webhooks, *BAD_FORM),
    "posts:autosave": Refused(newer),
    "posts:comment": Refused(own_comment(text="", deleted_at=THEN)),
    "posts:comment_remove": Refused(own_comment(text="", deleted_at=THEN)),
    "posts:comment_reopen": Refused(own_comment()),
    "posts:comment_resolve": Refused(own_comment(resolved_at=THEN)),
    "posts:comments": Refused(lambda _w: {"parent": 2**40, "text": "An answer"}),
    "posts:edit": Refused(newer),
    "posts:hashtag_group": Refused(older_group),
    "posts:hashtag_group_new": Refused(named_as("group", tags="sea")),
    "posts:hashtags_add": Refused(
        lambda w: {**under_way(w), "post": w.post.pk, "group": w.group.pk}
    ),
    "posts:import_columns": Refused(row("importing", step="running")),
    "posts:import_confirm": Refused(row("importing", step="done")),
    "posts:import_discard": Refused(row("importing", step="running")),
    "posts:import_new": Refused(many_imports),
    "posts:import_stop": Refused(row("importing", step="done")),
    "posts:import_undo": Refused(row("importing", step="undone")),
    "posts:library_attach": Refused(deleted_file, *BAD_FORM),
    "posts:library_delete": Refused(lambda _w: {"sure": "yes"}, by_htmx=204),
    "posts:library_folder": Refused(other_folder, *BAD_FORM),
    "posts:library_folders": Refused(named_as("folder"), *BAD_FORM),
    "posts:library_move": Refused(lambda w: {"id": w.asset.pk, "folder": 2**40}, *LED_BACK),
    "posts:library_remove": Refused(lambda w: {"id": w.asset.pk}, *LED_BACK),
    "posts:library_restore": Refused(lambda w: {"id": w.asset.pk}, *LED_BACK),
    "posts:library_tag": Refused(many_tags, *LED_BACK),
    "posts:library_upload_finish": Refused(nothing),
    "posts:library_upload_link": Refused(nothing),
    "posts:library_uploads": Refused(many_uploads),
    "posts:post_delete": Refused(under_way),
    "posts:post_publish": Refused(nothing),
    "posts:post_schedule": Refused(tomorrow(published)),
    "posts:post_unschedule": Refused(under_way),
    "posts:revision_restore": Refused(newer),
    "posts:selection_assign": Refused(unseen(person="none")),
    "posts:selection_channels": Refused(lambda w: unseen(do="add", channel=w.channel.pk)(w)),
    "posts:selection_delete": Refused(unseen()),
    "posts:selection_tags": Refused(unseen(do="add", tags="sea")),
    "posts:selection_undo": Refused(nothing),
    "posts:template_archive": Refused(row("template", archived_at=THEN)),
    "posts:template_edit": Refused(newer_template),
    "posts:template_new": Refused(named_as("template", body="Words")),
    "posts:template_unarchive": Refused(nothing),
    "posts:template_use": Refused(row("template", archived_at=THEN)),
    "posts:template_version_restore": Refused(newer_template),
    "publishers:channel_check": Refused(row("channel", state="disconnected"), 302, 200),
}

# Asked in tests of their own: what they need is more than rows.
ELSEWHERE = {
    "accounts:invitation_accept": "accounts/test_invitation.py::test_a_closed_invitation_looks",
    "accounts:invitation_signup": "accounts/test_invitation.py::test_a_closed_invitation_looks",
    "approvals:link_fresh": "approvals/test_link.py::test_cookie_of_one_request_opens_no_other",
    "approvals:link_undo": "approvals/test_undo.py::test_an_approval_is_taken_back_by_the_link",
    "approvals:link_page": "approvals/test_link_answers.py::test_approving_decides_once",
    "posts:library_upload": "posts/test_library_uploads.py::test_begun_carried_on_and_finished",
    "publishers:choose": "publishers/test_choose.py::test_only_the_same_session_chooses",
    "publishers:connect": "publishers/test_oauth.py::test_an_unset_platform_says_what_to_set",
}

_LAST = "What was sent last counts, whatever was there."
_NEW = "It begins something new."
_TWICE = "Done twice it is as done once; what is not there is 404, as of every number."
_LOOKS = "It keeps nothing."
ALWAYS = {
    "accounts:api_key_revoke": _TWICE,
    "accounts:audit_export": _LOOKS,
    "accounts:audit_retention": _LAST,
    "accounts:profile": _LAST,
    "accounts:switch": _LAST,
    "accounts:team_create": _NEW,
    "accounts:team_holidays": _LAST,
    "accounts:team_retries": _LAST,
    "accounts:team_settings": _LAST,
    "accounts:theme": _LAST,
    "approvals:gates": _LAST,
    "approvals:reviewer_remove": _TWICE,
    "approvals:stage_remove": _TWICE,
    "approvals:workflow_remove": _TWICE,
    "calendar_app:blackout_remove": _TWICE,
    "calendar_app:board_limits": _LAST,
    "calendar_app:feeds": _LAST,
    "calendar_app:gap": _LAST,
    "calendar_app:queue_pause": _LAST,
    "calendar_app:saved_view_remove": _TWICE,
    "calendar_app:slot_remove": _TWICE,
    "notifications:browser_remove": _TWICE,
    "notifications:browsers": _LAST,
    "notifications:preferences": _LAST,
    "notifications:read": _TWICE,
    "notifications:unsubscribe": _TWICE,
    "notifications:webhook": _LAST,
    "notifications:webhook_pause": _LAST,
    "notifications:webhook_remove": _TWICE,
    "notifications:webhook_rotate": _NEW,
    "notifications:webhook_test": _NEW,
    "posts:autosave_new": _NEW,
    "posts:create": _NEW,
    "posts:hashtag_group_remove": _TWICE,
    "posts:library_edit": _LAST,
    "posts:library_folder_remove": _TWICE,
    "posts:library_upload_cancel": _TWICE,
    "posts:media_alt": _LAST,
    "posts:media_upload": _NEW,
    "posts:post_duplicate": _NEW,
    "posts:presence": _LAST,
    "posts:preview": _LOOKS,
    "posts:template_fields": _LOOKS,
    "publishers:channel_disconnect": _TWICE,
    "publishers:channel_pause": _LAST,
    "publishers:channels_check": _LOOKS,
    "publishers:hook": _TWICE,
}
