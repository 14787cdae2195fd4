"""Two teams with everything in them, every address of ours, and what the database says."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Membership
from accounts.services import invitations, keys
from approvals.models import Review
from approvals.services.ask import ask
from calendar_app.models import QueuePause, SavedView, Slot
from posts.models import Blackout, BulkAct
from publishers.models import OAuthState
from tests.architecture import tree
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.notifications import MessageFactory, endpoint_for
from tests.factories.posts import (
    ActivityFactory,
    CampaignFactory,
    CommentFactory,
    DeliveryFactory,
    FolderFactory,
    HashtagGroupFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    RevisionFactory,
    TagFactory,
    TemplateFactory,
    UploadFactory,
    refresh_hash,
)
from tests.factories.publishers import ChannelFactory, grant_for
from tests.posts.importing import checked


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def furnish(team, owner) -> SimpleNamespace:
    """One of everything that an address or a form can name."""
    person = UserFactory(email=f"member@{team.slug}.test", name=f"Member of {team}")
    member = MembershipFactory(team=team, user=person)
    stage = StageFactory(workflow__team=team)
    reviewer = ReviewerFactory(stage=stage, membership=member)
    outside = ReviewerFactory(
        stage=stage, membership=None, email=f"out@{team.slug}.test", name="Out"
    )
    channel = ChannelFactory(team=team, name=f"Channel of {team}")
    grant_for(channel)
    asset = MediaAssetFactory(team=team)
    post = PostFactory(team=team, author=owner, title=f"Post of {team}", channels=[channel])
    PostMediaFactory(post=post, asset=asset)
    refresh_hash(post)
    RevisionFactory(post=post)
    ActivityFactory(post=post)
    comment = CommentFactory(post=post, author=person, text=f"Comment of {team}")
    post.tags.add(TagFactory(team=team, name=f"tag of {team.slug}"))
    CampaignFactory(team=team, name=f"Campaign of {team.slug}")
    asked = PostFactory(team=team, author=owner, title=f"Asked of {team}", channels=[channel])
    review = ask(post=asked, by=owner)
    sent = PostFactory(team=team, author=owner, title=f"Sent of {team}", stage="scheduled")
    invitation = invitations.invite(
        team=team,
        email=f"new@{team.slug}.test",
        role="viewer",
        by=Membership.objects.get(team=team, user=owner),
    )
    return SimpleNamespace(
        team=team,
        owner=owner,
        member=member,
        reviewer=reviewer,
        outside=outside,
        channel=channel,
        asset=asset,
        act=BulkAct.objects.create(
            team=team, by=owner, kind="tags", said=f"Act of {team}", undone_at=timezone.now()
        ),
        folder=FolderFactory(team=team, name=f"Folder of {team}"),
        group=HashtagGroupFactory(team=team, name=f"Group of {team}"),
        template=TemplateFactory(team=team, name=f"Template of {team}"),
        upload=UploadFactory(team=team, by=owner, name=f"Upload of {team}"),
        post=post,
        comment=comment,
        review=review,
        delivery=DeliveryFactory(queued=True, post=sent, channel=channel),
        invitation=invitation,
        key=keys.make(
            membership=Membership.objects.get(team=team, user=owner),
            name=f"Key of {team}",
            scopes=["view"],
            expires_at=None,
        )[0],
        slot=Slot.objects.create(team=team, channel=channel, weekday=0, at="09:30"),
        pause=QueuePause.objects.create(team=team, channel=channel, reason=f"Rest of {team}"),
        blackout=Blackout.objects.create(
            team=team, name=f"Days of {team}", starts_on="2031-05-01", ends_on="2031-05-02"
        ),
        message=MessageFactory(team=team, user=owner),
        endpoint=endpoint_for(team, owner),
        importing=checked(team, owner, ("text", "tags"), (f"Row of {team}", "sea"), ("", "x")),
        view=SavedView.objects.create(
            team=team, owner=person, name=f"View of {team.slug}", page="month", shared=True
        ),
        consent=OAuthState.objects.create(
            state_hash=f"state of {team.slug}",
            team=team,
            user=owner,
            session_hash="no session",
            platform="bluesky",
            tokens="sealed",
            used_at=timezone.now(),
        ),
    )


@pytest.fixture
def world(team, alice) -> SimpleNamespace:
    return furnish(team, alice)


@pytest.fixture
def abroad(other_team, mallory) -> SimpleNamespace:
    return furnish(other_team, mallory)


def filled(name: str, route: str, there: SimpleNamespace) -> dict[str, Any]:
    """The arguments of an address, all of them objects of that team. Unknown ones fail the test."""
    return {
        argument: _argument(name, argument, there)
        for argument in re.findall(r"<(?:\w+:)?(\w+)>", route)
    }


def _argument(name: str, argument: str, there: SimpleNamespace) -> Any:
    special = {
        ("accounts:member_role", "pk"): there.member.pk,
        ("accounts:member_remove", "pk"): there.member.pk,
        ("accounts:invitation_resend", "pk"): there.invitation.pk,
        ("accounts:invitation_revoke", "pk"): there.invitation.pk,
        ("accounts:api_key_revoke", "pk"): there.key.pk,
        ("publishers:choose", "pk"): there.consent.pk,
        ("publishers:channel_disconnect", "pk"): there.channel.pk,
        ("publishers:channel_pause", "pk"): there.channel.pk,
        ("publishers:channel_check", "pk"): there.channel.pk,
        ("calendar_app:board_column", "key"): "draft",
        ("calendar_app:saved_view", "pk"): there.view.pk,
        ("calendar_app:saved_view_remove", "pk"): there.view.pk,
        ("calendar_app:slot_add", "pk"): there.channel.pk,
        ("calendar_app:slot_copy", "pk"): there.channel.pk,
        ("calendar_app:slot_remove", "pk"): there.slot.pk,
        ("calendar_app:queue_pause", "pk"): there.channel.pk,
        ("calendar_app:queue_reshuffle", "pk"): there.channel.pk,
        ("calendar_app:blackout_remove", "pk"): there.blackout.pk,
        ("posts:selection_done", "pk"): there.act.pk,
        ("posts:selection_undo", "pk"): there.act.pk,
    }
    general = {
        "team": there.team.slug,
        "post_id": there.post.pk,
        "comment_id": there.comment.pk,
        "number": 1,
        "media_id": there.asset.pk,
        "folder_id": there.folder.pk,
        "group_id": there.group.pk,
        "template_id": there.template.pk,
        "upload_id": there.upload.pk,
        "review_id": there.review.pk,
        "reviewer_id": there.reviewer.pk,
        "workflow_id": there.reviewer.stage.workflow_id,
        "stage_id": there.reviewer.stage_id,
        "import_id": there.importing.pk,
        "ending": "csv",
        "platform": "bluesky",
    }
    if name.startswith("delivery:") and argument == "pk":
        return there.delivery.pk
    if name.startswith("notifications:webhook") and argument == "pk":
        return there.endpoint.pk
    known = special.get((name, argument), general.get(argument))
    assert known is not None, f"Say in tests/security which object {name} gets as {argument!r}."
    return known


AT_SIGN_IN = {"last_login", "password"}
# What was refused is told in the audit log.
TOLD = {AuditEntry: "kind <> 'refusal'"}


@lru_cache(1)
def _models() -> tuple[type[Model], ...]:
    models = tuple(
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in tree.ROOMS
        and not model.__module__.startswith("publishers.sandbox")
    )
    assert models
    return models


def _digest(model: type[Model]) -> str:
    fields = [f for f in model._meta.concrete_fields if f.name not in AT_SIGN_IN]
    columns = ", ".join(f't."{field.column}"' for field in fields)
    row = f"md5(ROW({columns})::text)"
    return f"""SELECT '{model._meta.label}', count(*),
      string_agg({row}, '' ORDER BY t."{model._meta.pk.column}")
      FROM "{model._meta.db_table}" t WHERE {TOLD.get(model, "true")}"""


def digests(models: Iterable[type[Model]] = ()) -> dict[str, Any]:
    """Of every row of every room, by model, so that nothing can change unseen."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(_digest, models or _models())))
        return {label: said for label, *said in cursor.fetchall()}


def written() -> int:
    """Rows that this transaction has written so far: also those that are as they were before."""
    tables = [model._meta.db_table for model in _models() if model not in TOLD]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)
            FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)""",
            [tables],
        )
        return cursor.fetchone()[0]


@pytest.fixture
def everything(db) -> Callable[[], dict[str, Any]]:
    """`digests`, asked of all rows only after something was written: it is after every address."""
    known: dict[str, Any] = {}

    def ask() -> dict[str, Any]:
        count = written() if connection.in_atomic_block else None
        if count is None or known.get("written") != count:
            known.update(written=count, said=digests())
        return known["said"] | digests(TOLD)

    return ask


@pytest.fixture
def unchanged(everything) -> Iterator[Callable[..., None]]:
    """`unchanged()`: every row is as it was when the fixture was asked, or when last asked."""
    before = everything()

    def ask_again(what: str = "") -> None:
        now = everything()
        changed = {label for label in now if now[label] != before[label]}
        assert not changed, f"{what} changed {changed}"

    ask_again.again = lambda: before.update(everything())
    return ask_again


@pytest.fixture
def strict() -> Callable[..., Client]:
    """A browser whose forms are checked for their token, as in production."""

    def browser(user=None) -> Client:
        client = Client(enforce_csrf_checks=True)
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


@pytest.fixture
def open_review(world) -> Review:
    return world.review


def words(response) -> str:
    """A page without what differs at every request; nothing of the stream that never ends."""
    if response.streaming:
        return ""
    return re.sub(r'"X-CSRFToken": "\w+"|value="\w{64}"', "", response.content.decode())
