"""Every page of the product: by the name of its address, who sees it, and where it lies.

The demo team fills the pages; `World` adds what it has not: links from mails, a second factor, a
choice under way. test_accessibility.py compares this list with the resolver.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from posts.models import Delivery
from tests.browser.ways import (
    as_staff,
    by_code,
    make_key,
    open_choice,
    open_edit,
    open_filter,
    open_hashtags,
    open_keys,
    open_mentions,
    open_move,
    open_move_all,
    open_notices,
    open_panel,
    open_shift,
    refused_composer,
    stale_composer,
    to_choice,
    to_consent,
    with_password,
    wrong_password,
)
from tests.browser.world import World


@dataclass(frozen=True)
class Stop:
    """Either an address to open (`at`), or what a person does to come there (`act`)."""

    name: str
    who: str
    at: Callable[[World], str] | None = None
    status: int = 200
    act: Callable[..., None] | None = None


def of_team(name: str, who: str = "alice", **kwargs: Callable[[World], object]) -> Stop:
    def at(world: World) -> str:
        return world.url(name, **{key: value(world) for key, value in kwargs.items()})

    return Stop(name, who, at)


def plain(name: str, who: str) -> Stop:
    return Stop(name, who, lambda world: reverse(name))


def crowded(view: str, query: str) -> Callable[[World], str]:
    return lambda w: w.url(f"calendar_app:{view}") + f"?{query}={w.crowded:%Y-%m-%d}&free=1"


STOPS = [
    # Nobody is signed in.
    plain("account_login", "nobody"),
    Stop("account_login", "nobody", act=wrong_password),
    plain("account_signup", "nobody"),
    plain("account_reset_password", "nobody"),
    plain("account_reset_password_done", "nobody"),
    Stop("account_reset_password_from_key", "nobody", lambda world: world.password_link()),
    plain("account_reset_password_from_key_done", "nobody"),
    plain("account_request_login_code", "nobody"),
    Stop("account_confirm_login_code", "nobody", act=by_code),
    plain("account_email_verification_sent", "nobody"),
    Stop("account_confirm_email", "nobody", lambda world: world.confirm_link()),
    plain("account_inactive", "nobody"),
    plain("socialaccount_login_cancelled", "nobody"),
    Stop(
        "socialaccount_login_error",
        "nobody",
        lambda w: "/accounts/3rdparty/login/error/",
        status=401,
    ),
    Stop("accounts:invitation", "nobody", lambda w: w.invitation_link("new@demo.test")),
    Stop("accounts:invitation", "nobody", lambda w: "/invitations/guessed/", status=410),
    Stop("notifications:unsubscribe", "nobody", lambda w: w.unsubscribe_link()),
    Stop("notifications:unsubscribe", "nobody", lambda w: "/unsubscribe/guessed/", status=410),
    Stop("approvals:link_page", "nobody", lambda world: world.review_link()),
    Stop("approvals:link", "nobody", lambda world: "/a/guessed/", status=410),
    Stop("sandbox:index", "nobody", lambda world: "/sandbox/"),
    Stop("sandbox:mail", "nobody", lambda world: "/sandbox/mail/"),
    Stop("sandbox:message", "nobody", lambda w: f"/sandbox/mail/{w.caught_mail().pk}/"),
    Stop("sandbox:faults", "nobody", lambda world: "/sandbox/faults/"),
    Stop("sandbox:hooks", "nobody", lambda world: "/sandbox/hooks/"),
    Stop(
        "sandbox:account_faults",
        "nobody",
        lambda w: f"/sandbox/faults/{w.account.platform}/{w.account.handle}/",
    ),
    Stop(
        "sandbox:timeline",
        "nobody",
        lambda w: f"/sandbox/{w.account.platform}/{w.account.handle}/",
    ),
    Stop(
        "sandbox:post",
        "nobody",
        lambda w: Delivery.objects.exclude(permalink="").latest("pk").permalink,
    ),
    # Alice, who owns the team.
    of_team("calendar_app:board"),
    of_team("calendar_app:month"),
    Stop(
        "calendar_app:month",
        "alice",
        lambda w: w.url("calendar_app:month") + f"?day={timezone.now() + timedelta(2):%Y-%m-%d}",
    ),
    of_team("calendar_app:week"),
    Stop(
        "calendar_app:week",
        "alice",
        lambda w: w.url("calendar_app:week") + "?week=2026-10-25",
    ),
    Stop(
        "calendar_app:week",
        "alice",
        lambda w: (
            w.url("calendar_app:week") + f"?week={timezone.now() + timedelta(7):%Y-%m-%d}&best=1"
        ),
    ),
    of_team("calendar_app:day"),
    of_team("calendar_app:list"),
    Stop(
        "calendar_app:list",
        "alice",
        lambda w: w.url("calendar_app:list") + "?sort=status&status=draft&status=idea&q=the",
    ),
    Stop("calendar_app:board", "alice", act=open_filter),
    # What speaks against a time, and the slots that are free.
    *(
        Stop(f"calendar_app:{view}", who, crowded(view, query))
        for view, query in (("month", "day"), ("week", "week"), ("day", "day"), ("list", "from"))
        for who in ("alice", "vera")
    ),
    of_team("calendar_app:filters"),
    of_team("calendar_app:saved_views"),
    of_team("calendar_app:saved_view", pk=lambda w: w.view.pk),
    of_team("calendar_app:board_column", key=lambda w: "draft"),
    of_team("calendar_app:post_move", post_id=lambda w: w.draft.pk),
    of_team("calendar_app:post_conflicts", post_id=lambda w: w.draft.pk),
    of_team("calendar_app:post_peek", post_id=lambda w: w.draft.pk),
    of_team("calendar_app:conflicts"),
    of_team("calendar_app:times"),
    Stop(
        "calendar_app:times",
        "alice",
        lambda w: w.url("calendar_app:times") + f"?post={w.draft.pk}",
    ),
    of_team("calendar_app:slots"),
    of_team("calendar_app:blackouts"),
    of_team("calendar_app:slots_fill"),
    Stop(
        "calendar_app:slots_fill",
        "alice",
        lambda w: w.url("calendar_app:slots_fill") + f"?posts={w.draft.pk}",
    ),
    of_team("calendar_app:queue_add", post_id=lambda w: w.draft.pk),
    of_team("calendar_app:queue_reshuffle", pk=lambda w: w.channel.pk),
    of_team("calendar_app:card_move", post_id=lambda w: w.draft.pk),
    Stop("calendar_app:card_move", "alice", act=open_move),
    Stop("calendar_app:board", "alice", lambda w: w.url("calendar_app:board") + "?group=assignee"),
    of_team("calendar_app:card_edit", post_id=lambda w: w.draft.pk),
    Stop("calendar_app:card_edit", "alice", act=open_edit),
    of_team("calendar_app:board_limits"),
    Stop("calendar_app:board", "alice", act=open_keys),
    Stop("calendar_app:selection_move", "alice", act=open_move_all),
    Stop("calendar_app:selection_shift", "alice", act=open_shift),
    of_team("posts:selection_done", pk=lambda w: w.swept.pk),
    of_team("approvals:queue"),
    Stop("approvals:queue", "alice", lambda w: w.url("approvals:queue") + "?view=decided"),
    of_team("approvals:review", review_id=lambda w: w.review.pk),
    of_team("approvals:gates"),
    of_team("approvals:workflow", workflow_id=lambda w: w.stage.workflow_id),
    of_team("approvals:stage", stage_id=lambda w: w.stage.pk),
    of_team("approvals:post_review", post_id=lambda w: w.draft.pk),
    Stop("approvals:workflows", "alice", lambda w: w.asked_about),
    of_team("posts:create"),
    Stop("posts:create", "alice", act=refused_composer, status=422),
    of_team("posts:edit", post_id=lambda w: w.draft.pk),
    Stop("posts:edit", "alice", act=stale_composer, status=409),
    of_team("posts:post", post_id=lambda w: w.post("done").pk),
    of_team("posts:post", post_id=lambda w: w.post("changes_requested").pk),
    of_team("posts:comments", post_id=lambda w: w.talked.pk),
    of_team("posts:post_activity", post_id=lambda w: w.talked.pk),
    Stop("posts:post", "alice", act=open_mentions),
    of_team("posts:revision", post_id=lambda w: w.post("in_review").pk, number=lambda w: 1),
    of_team("posts:post_delete", post_id=lambda w: w.draft.pk),
    of_team("posts:imports"),
    of_team("posts:import_new"),
    of_team("posts:import_columns", import_id=lambda w: w.importing("mapping").pk),
    of_team("posts:import", import_id=lambda w: w.importing("checked").pk),
    of_team("posts:import_undo", import_id=lambda w: w.importing("done").pk),
    of_team("posts:library"),
    of_team("posts:find"),
    of_team("calendar_app:feeds"),
    Stop("posts:library", "alice", act=open_panel),
    of_team("posts:library_asset", media_id=lambda w: w.asset.pk),
    of_team("posts:library_delete", media_id=lambda w: w.asset.pk),
    of_team("posts:library_folders"),
    of_team("posts:library_choose"),
    Stop("posts:library_choose", "alice", act=open_choice),
    of_team("posts:templates"),
    of_team("posts:template_new"),
    of_team("posts:template", template_id=lambda w: w.template.pk),
    of_team("posts:template_edit", template_id=lambda w: w.template.pk),
    of_team("posts:template_use", template_id=lambda w: w.template.pk),
    of_team("posts:template_version", template_id=lambda w: w.template.pk, number=lambda w: 2),
    of_team("posts:hashtags"),
    of_team("posts:hashtags_pick"),
    Stop("posts:hashtags_pick", "alice", act=open_hashtags),
    of_team("delivery:list"),
    Stop("delivery:list", "alice", lambda w: w.url("delivery:list") + "?state=due"),
    of_team("delivery:delivery", pk=lambda w: w.trouble.pk),
    Stop("delivery:restored", "alice", lambda world: world.restored_link()),
    of_team("notifications:list"),
    of_team("notifications:panel"),
    Stop("notifications:panel", "alice", act=open_notices),
    of_team("publishers:channels"),
    of_team("publishers:connect", platform=lambda w: "x"),
    of_team("publishers:connect", platform=lambda w: "bluesky"),
    of_team("publishers:channel_disconnect", pk=lambda w: w.channel.pk),
    Stop("sandbox:x consent", "alice", act=lambda world, page: to_consent(world, page, "X")),
    Stop("sandbox:linkedin consent", "alice", act=to_consent),
    Stop("publishers:choose", "alice", act=to_choice),
    Stop(
        "publishers:callback",
        "alice",
        lambda w: "/connect/x/callback/?state=guessed&code=c",
        status=400,
    ),
    Stop("accounts:team_settings", "alice", lambda w: "/t/tidewater/settings/"),
    of_team("accounts:audit"),
    of_team("accounts:api_keys"),
    Stop("accounts:api_keys", "alice", act=make_key, status=201),
    plain("accounts:team_create", "alice"),
    Stop("status", "alice", act=as_staff),
    plain("accounts:profile", "alice"),
    plain("notifications:preferences", "alice"),
    of_team("notifications:webhooks"),
    of_team("notifications:webhook", pk=lambda w: w.endpoint.pk),
    Stop("accounts:invitation", "alice", lambda w: w.invitation_link("else@demo.test")),
    plain("account_email", "alice"),
    plain("account_change_password", "alice"),
    plain("account_reauthenticate", "alice"),
    plain("account_logout", "alice"),
    plain("socialaccount_connections", "alice"),
    plain("usersessions_list", "alice"),
    plain("mfa_index", "alice"),
    plain("mfa_activate_totp", "alice"),
    plain("mfa_add_webauthn", "alice"),
    plain("ui:styleguide", "alice"),
    Stop("404", "alice", lambda world: "/t/tidewater/nowhere/", status=404),
    # Vera, who may only look, and who has a second factor.
    of_team("calendar_app:board", "vera"),
    of_team("calendar_app:month", "vera"),
    of_team("calendar_app:week", "vera"),
    of_team("posts:library", "vera"),
    of_team("posts:templates", "vera"),
    of_team("posts:template", "vera", template_id=lambda w: w.template.pk),
    of_team("posts:hashtags", "vera"),
    of_team("posts:library_asset", "vera", media_id=lambda w: w.asset.pk),
    of_team("calendar_app:list", "vera"),
    of_team("publishers:channels", "vera"),
    Stop("403", "vera", lambda world: world.url("posts:create"), status=403),
    plain("mfa_list_webauthn", "vera"),
    Stop(
        "mfa_edit_webauthn",
        "vera",
        lambda w: reverse(
            "mfa_edit_webauthn", args=[Authenticator.objects.get(type="webauthn").pk]
        ),
    ),
    Stop(
        "mfa_remove_webauthn",
        "vera",
        lambda w: reverse(
            "mfa_remove_webauthn", args=[Authenticator.objects.get(type="webauthn").pk]
        ),
    ),
    plain("mfa_view_recovery_codes", "vera"),
    plain("mfa_generate_recovery_codes", "vera"),
    plain("mfa_deactivate_totp", "vera"),
    plain("mfa_reauthenticate", "vera"),
    Stop("mfa_authenticate", "guest", act=with_password),
]
