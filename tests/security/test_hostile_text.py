"""Text that is a program somewhere else: shown as text on every page, in every mail."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from approvals.models import Decision, ReviewRequest
from approvals.services.ask import ask
from calendar_app.models import SavedView
from notifications import outbox
from notifications.models import Message
from notifications.sealing import unseal
from posts.models import Post
from posts.outline import Placeholder
from publishers.models import Channel
from publishers.sandbox import accounts as sandbox_accounts
from publishers.sandbox.models import RemotePost
from tests.factories.delivery import AttemptFactory
from tests.factories.posts import (
    CampaignFactory,
    CommentFactory,
    PostFactory,
    PostMediaFactory,
    RevisionFactory,
    TagFactory,
    TemplateFactory,
    refresh_hash,
)
from tests.posts.importing import checked
from tests.security.inert import inert

pytestmark = pytest.mark.django_db

# Short enough for the shortest names; what is longer than a tag may be is cut there.
PROGRAMS = {
    "markup": "\"><img src=x onerror=attack()>' onfocus=attack() x='<script>attack(1)</script>",
    "htmx": '<b hx-get="/attack" hx-on:load="1"><i data-hx-post="/attack" hx-trigger=load>',
    "raw text": "</title></textarea></script></style><svg/onload=attack()>{{7*7}}{% load x %}",
    "signs": "javascript:attack() data:text/html,x \u202eexe.gnp\u2066\u200b a" + "\u0301" * 20,
}


@pytest.fixture(params=PROGRAMS.values(), ids=PROGRAMS.keys())
def evil(request) -> str:
    return request.param


@pytest.fixture
def infected(world, evil):
    """The world, with the text wherever text of people or platforms is kept."""
    team, owner = world.team, world.owner
    type(team).objects.filter(pk=team.pk).update(name=evil)
    type(owner).objects.filter(pk=owner.pk).update(name=evil)
    type(owner).objects.filter(pk=world.member.user_id).update(name=evil)
    Channel.objects.filter(pk=world.channel.pk).update(
        name=evil, handle=evil, problem=evil, state="reconnect", avatar_url="javascript:attack()"
    )
    type(world.asset).objects.filter(pk=world.asset.pk).update(name=evil, alt=evil)
    type(world.invitation).objects.filter(pk=world.invitation.pk).update(
        email='"<script>attack()</script>"@x.test'
    )
    type(world.outside).objects.filter(pk=world.outside.pk).update(name=evil)
    stage = world.reviewer.stage
    type(stage).objects.filter(pk=stage.pk).update(name=evil[:80])
    type(stage.workflow).objects.filter(pk=stage.workflow_id).update(name=evil[:80])
    for row in (team, owner, world.member.user, world.channel, world.asset):
        row.refresh_from_db()
    post = PostFactory(
        team=team, author=owner, title=evil, body=evil, summary=evil, hashtags=["a"],
        channels=[world.channel], assignee=owner,
        campaign=CampaignFactory(team=team, name=evil),
        planned_at=timezone.now(),
    )  # fmt: skip
    post.tags.add(TagFactory(team=team, name=evil[:40]))
    post.variants.update(text=evil, first_comment=evil)
    PostMediaFactory(post=post, asset=world.asset, alt=evil)
    RevisionFactory(post=refresh_hash(post))
    said = CommentFactory(
        post=post, author=owner, text=f"{evil}<@{world.member.pk}>", mentions=[world.member.pk]
    )
    CommentFactory(parent=said, text=evil)
    Channel.objects.filter(pk=world.channel.pk).update(state="connected")
    asked = PostFactory(team=team, author=owner, title=evil, body=evil, channels=[world.channel])
    PostMediaFactory(post=asked, asset=world.asset, alt=evil)
    world.review = ask(post=refresh_hash(asked), by=owner, note=evil)
    Channel.objects.filter(pk=world.channel.pk).update(state="reconnect")
    rows = [("text", "channels", evil, "tags"), (evil, evil, evil, ""), (evil, "", "", evil[:40])]
    world.importing = checked(team, owner, *rows, chosen=["text", "channels", "", "tags"])
    type(world.importing).objects.filter(pk=world.importing.pk).update(name=evil)
    said = {"title": evil, "body": evil, "first_comment": evil, "tags": [evil[:40]]}
    asked = [Placeholder("gap", label=evil, default=evil)]
    world.outlined = TemplateFactory(
        team=team, name=evil[:120], category=evil[:60],
        said={**said, "placeholders": asked, "channels": {world.channel.pk: evil}},
    )  # fmt: skip
    type(world.group).objects.filter(pk=world.group.pk).update(name=evil[:60], tags=[evil[:100]])
    world.draft = PostFactory(team=team, author=owner, title=evil, channels=[world.channel])
    type(world.blackout).objects.filter(pk=world.blackout.pk).update(name=evil[:80])
    type(world.pause).objects.filter(pk=world.pause.pk).update(reason=evil)
    delivery = world.delivery
    AttemptFactory(delivery=delivery, detail=evil, remote_id=evil, worker=evil)
    type(delivery).objects.filter(pk=delivery.pk).update(problem=evil, remote_id=evil)
    SavedView.objects.filter(pk=world.view.pk).update(
        name=evil[:60], query=urlencode({"q": evil[:60]})
    )
    world.post, world.evil = post, evil
    return world


def pages_of(world) -> list[str]:
    def at(name, **more):
        return reverse(name, kwargs={"team": world.team.slug, **more})

    post, delivery = {"post_id": world.post.pk}, {"pk": world.delivery.pk}
    return [
        at("posts:create"),
        at("posts:edit", **post),
        at("posts:post", **post),
        at("posts:post_delete", **post),
        at("posts:comments", **post),
        at("posts:post_activity", **post),
        at("posts:revision", **post, number=1),
        at("posts:imports"),
        at("posts:import_new"),
        at("posts:import", import_id=world.importing.pk) + "?show=noted",
        at("posts:import", import_id=world.importing.pk) + "?show=bad",
        at("posts:import_columns", import_id=world.importing.pk),
        at("posts:import_undo", import_id=world.importing.pk),
        at("posts:templates") + f"?{urlencode({'q': world.evil, 'category': world.evil})}",
        at("posts:templates"),
        at("posts:template_new") + f"?post={world.post.pk}",
        at("posts:template", template_id=world.outlined.pk),
        at("posts:template_edit", template_id=world.outlined.pk),
        at("posts:template_use", template_id=world.outlined.pk),
        at("posts:template_version", template_id=world.outlined.pk, number=1),
        at("posts:hashtags"),
        at("posts:hashtags_pick"),
        at("calendar_app:board"),
        at("calendar_app:board_column", key="draft"),
        at("calendar_app:card_move", **post),
        at("calendar_app:month"),
        at("calendar_app:week"),
        at("calendar_app:day"),
        at("calendar_app:list") + "?sort=changed",
        at("calendar_app:filters") + f"?{urlencode({'q': world.evil})}",
        at("calendar_app:saved_views") + "?view=month",
        at("calendar_app:saved_view", pk=world.view.pk),
        at("calendar_app:post_move", **post),
        at("calendar_app:post_conflicts", **post),
        at("calendar_app:post_peek", **post),
        at("calendar_app:conflicts") + f"?channels={world.channel.pk}&date=2030-01-01&time=9:00",
        at("calendar_app:slots"),
        at("calendar_app:blackouts"),
        at("calendar_app:queue_add", **post),
        at("calendar_app:queue_next") + f"?channels={world.channel.pk}",
        at("calendar_app:queue_reshuffle", pk=world.channel.pk),
        at("calendar_app:slots_fill"),
        at("calendar_app:slots_fill") + f"?posts={world.draft.pk}",
        at("approvals:queue"),
        at("approvals:review", review_id=world.review.pk),
        at("approvals:gates"),
        at("approvals:workflows"),
        at("approvals:workflows") + f"?post={world.post.pk}",
        at("approvals:workflow", workflow_id=world.reviewer.stage.workflow_id),
        at("approvals:stage", stage_id=world.reviewer.stage_id),
        at("approvals:post_review", **post),
        at("publishers:channels"),
        at("publishers:channel_disconnect", pk=world.channel.pk),
        at("publishers:connect", platform="bluesky") + f"?reconnects={world.channel.pk}",
        at("delivery:list"),
        at("delivery:delivery", **delivery),
        at("notifications:list"),
        at("notifications:panel"),
        at("accounts:team_settings"),
        reverse("accounts:profile"),
        reverse("usersessions_list"),
    ]


def test_pages_show_it_as_text(infected, as_user, subtests):
    browser = as_user(infected.owner)
    for path in pages_of(infected):
        for headers in ({}, {"HX-Request": "true"}):
            with subtests.test(f"{path} {'by htmx' if headers else ''}"):
                response = browser.get(path, headers=headers)
                assert response.status_code == 200
                inert(response.content.decode())


def test_the_composer_keeps_what_was_typed_as_text(infected, as_user, evil):
    browser = as_user(infected.owner)
    typed = {
        "title": evil, "body": evil, "summary": evil, "tags": evil, "campaign": evil, "note": evil,
        "hashtags": evil, "channels": infected.channel.pk, f"text_{infected.channel.pk}": evil,
        "media": infected.asset.pk, f"alt_{infected.asset.pk}": evil, "date": evil, "time": evil,
        "when": evil, "kind": evil, "version": evil, "token": evil, "stage": evil, "arrange": evil,
    }  # fmt: skip
    for name in ("posts:create", "posts:autosave_new", "posts:preview"):
        response = browser.post(reverse(name, args=[infected.team.slug]), typed)
        assert response.status_code in (200, 422)
        inert(response.content.decode())


def test_mail_and_the_page_behind_its_link_show_it_as_text(infected, client):
    asked = ReviewRequest.objects.get(review=infected.review, for_member=False)
    told = Message.objects.filter(kind="review_asked", email=asked.email).latest("pk")
    link = unseal(told.sealed)["link"]
    page = client.get(client.get(re.sub(r"^https?://[^/]+", "", link))["Location"])
    inert(page.content.decode())
    shown = re.search(r'name="content_hash" value="(\w+)"', page.content.decode())[1]
    form = {"decision": "changes", "comment": infected.evil, "content_hash": shown}
    answered = client.post(page.request["PATH_INFO"], form)
    inert(client.get(answered["Location"]).content.decode())
    assert Decision.objects.get().comment == infected.evil.strip()
    outbox.drain()
    assert len(mail.outbox) >= 4
    for message in mail.outbox:
        [html] = [part for part, kind in message.alternatives if kind == "text/html"]
        inert(html)
        assert "\n" not in message.subject
        message.message()


@pytest.mark.parametrize("evil", ["{{7|add:654321}}{% now 'Y' %}"], indirect=True)
def test_no_text_is_a_template(infected, as_user):
    """Shown to the letter, as Django would write it in HTML."""
    path = reverse("posts:post", args=[infected.team.slug, infected.post.pk])
    page = as_user(infected.owner).get(path).content.decode()
    assert page.count("{{7|add:654321}}{% now &#x27;Y&#x27; %}") >= 5
    assert "654328" not in page


@pytest.mark.parametrize("address", ["javascript:attack()", "data:text/html,x", "ftp://a.test/"])
def test_a_post_is_live_at_a_web_address_only(world, as_user, unchanged, address):
    path = reverse("delivery:delivery_confirm", args=[world.team.slug, world.delivery.pk])
    assert as_user(world.owner).post(path, {"permalink": address}).status_code == 422
    unchanged("An address that is none of the web")


def test_invitations_show_it_as_text(infected, client):
    told = Message.objects.filter(kind="team_invitation")
    outbox.tell_invited()
    path = unseal(told.latest("pk").sealed)["url"]
    inert(client.get(path).content.decode())


@pytest.mark.parametrize("evil", [PROGRAMS["markup"]], ids=["markup"], indirect=True)
def test_the_administrators_view_shows_it_as_text(infected, as_user, subtests):
    owner = infected.owner
    owner.is_staff = owner.is_superuser = True
    owner.save()
    browser = as_user(owner)
    for model, site in admin.site._registry.items():
        info = (model._meta.app_label, model._meta.model_name)
        first = model._base_manager.order_by("pk").first()
        with subtests.test(".".join(info)):
            listed = browser.get(reverse("admin:{}_{}_changelist".format(*info)), {"q": "x"})
            assert listed.status_code == 200
            inert_admin(browser.get(reverse("admin:{}_{}_changelist".format(*info))))
            if first is not None and site.has_view_permission(listed.wsgi_request):
                inert_admin(
                    browser.get(reverse("admin:{}_{}_change".format(*info), args=[first.pk]))
                )


def inert_admin(response) -> None:
    """The pages of Django's admin carry scripts as data, which is not ours to judge."""
    html = response.content.decode()
    for alive in ("<script>attack", "<img src=x", "<svg/onload", '<b hx-get="/attack"'):
        assert alive not in html
    assert not re.search(r"""href=["']\s*javascript:attack""", html)
    assert not re.search(r"""<[a-z]+[^>"']*\sonfocus=attack""", html)


def test_the_simulated_platform_shows_it_as_text(db, client, evil):
    account = sandbox_accounts.create("bluesky", "attack.sandbox.test", evil)
    RemotePost.objects.create(
        account=account, remote_id="3kattack", text=evil, card_url="javascript:attack()",
        card_title=evil, card_description=evil, body={"text": evil},
    )  # fmt: skip
    page = client.get("/sandbox/bluesky/attack.sandbox.test/")
    assert page.status_code == 200
    inert(page.content.decode())


def test_links_are_web_addresses_only(infected, as_user):
    text = (
        "javascript:attack() JAVASCRIPT:attack() java\tscript:attack() data:text/html,x "
        'vbscript:x http://ok.test/a?b=1&c="><img src=x onerror=attack()> https://\x01evil'
    )
    Post.objects.filter(pk=infected.post.pk).update(body=text)
    infected.post.variants.update(text=None)
    path = reverse("posts:post", args=[infected.team.slug, infected.post.pk])
    inert(as_user(infected.owner).get(path).content.decode())
