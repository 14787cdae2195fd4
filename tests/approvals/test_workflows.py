"""Building workflows: the page of all, of one, of a stage, and who will be asked."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from approvals.limits import MOST_WORKFLOWS
from approvals.models import Stage, Workflow
from approvals.patterns import PATTERNS
from approvals.services.workflows import create
from tests.factories.approvals import ReviewerFactory, StageFactory, WorkflowFactory
from tests.factories.posts import CampaignFactory, PostFactory, TagFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def at(team):
    def path(name, **kwargs):
        return reverse(f"approvals:{name}", kwargs={"team": team.slug, **kwargs})

    return path


@pytest.fixture
def browser(alice, as_user):
    return as_user(alice)


RULE = {
    "name": "Press",
    "reach": "team",
    "asks": "yes",
    "at_once": "no",
    "active": "on",
    "lead_hours": 4,
    "remind_hours": 24,
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_each_pattern_makes_a_workflow_that_works(browser, team, at, pattern):
    response = browser.post(at("workflows"), {"pattern": pattern.id, "name": ""})
    made = Workflow.objects.for_team(team).get()
    assert response["Location"] == at("workflow", workflow_id=made.pk)
    assert made.name == str(pattern.title)
    assert made.asks is pattern.asks
    roles = [[one.role for one in stage.reviewers.order_by("pk")] for stage in made.stages.all()]
    assert roles == [list(sketch.roles) for sketch in pattern.sketches]
    assert browser.get(response["Location"]).status_code == 200
    assert str(pattern.title) in browser.get(at("workflows")).content.decode()
    assert AuditEntry.objects.filter(verb="workflow.create", subject_id=made.pk).count() == 1


def test_an_unknown_pattern_and_one_too_many(browser, team, at):
    assert browser.post(at("workflows"), {"pattern": "x"}).status_code == 422
    WorkflowFactory.create_batch(MOST_WORKFLOWS, team=team)
    response = browser.post(at("workflows"), {"pattern": "one"})
    assert response.status_code == 422
    assert "at most 30 workflows" in response.content.decode()


def test_to_what_it_applies(browser, team, carol, at):
    workflow = WorkflowFactory(team=team)
    campaign, channel = CampaignFactory(team=team), ChannelFactory(team=team)
    tag = TagFactory(team=team, name="Press")
    path = at("workflow", workflow_id=workflow.pk)
    response = browser.post(
        path,
        {
            **RULE,
            "reach": "channels",
            "channels": channel.pk,
            "campaigns": campaign.pk,
            "tags": "press",
            "when_link": "on",
            "backup": carol.memberships.get(team=team).pk,
            "at_once": "yes",
        },
    )
    assert response["Location"] == at("workflows")
    workflow.refresh_from_db()
    assert (workflow.reach, workflow.when_link, workflow.at_once) == ("channels", True, True)
    assert not workflow.when_media
    assert workflow.active
    assert [*workflow.channels.all(), *workflow.campaigns.all()] == [channel, campaign]
    assert list(workflow.tags.all()) == [tag]
    told = AuditEntry.objects.get(verb="workflow.change")
    assert told.after["channels"] == [str(channel)]
    assert told.after["backup"] == "Carol"
    page = browser.get(path).content.decode()
    assert 'value="Press"' in page
    shown = browser.get(at("workflows")).content.decode()
    assert str(channel) in shown
    assert "a link" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "required"),
        ({"reach": "campaigns"}, "Choose at least one"),
        ({"reach": "everywhere"}, "everywhere"),
        ({"tags": "unheard of"}, "has no tag “unheard of”"),
        ({"asks": "maybe"}, "maybe"),
        ({"lead_hours": 337}, "336"),
    ],
)
def test_what_cannot_be_so_is_said_and_nothing_changes(browser, team, at, wrong, said):
    workflow = WorkflowFactory(team=team, name="Before")
    response = browser.post(at("workflow", workflow_id=workflow.pk), {**RULE, **wrong})
    assert response.status_code == 422
    assert said in response.content.decode()
    workflow.refresh_from_db()
    assert workflow.name == "Before"


def test_stages_are_added_changed_moved_and_removed(browser, team, at):
    workflow = WorkflowFactory(team=team)
    stages = at("stages", workflow_id=workflow.pk)
    for name in ("Editor", "Legal", "Client"):
        assert browser.post(stages, {"name": name}).status_code == 302

    def order():
        return list(workflow.stages.values_list("name", "position"))

    assert order() == [("Editor", 1), ("Legal", 2), ("Client", 3)]
    client = Stage.objects.get(name="Client")
    path = at("stage", stage_id=client.pk)
    changed = {"name": "Our client", "rule": "all", "position": 1}
    assert browser.post(path, changed).status_code == 302
    assert order() == [("Our client", 1), ("Editor", 2), ("Legal", 3)]
    client.refresh_from_db()
    assert client.everybody
    assert browser.post(path, {**changed, "rule": "number"}).status_code == 422
    assert browser.post(at("stage_remove", stage_id=client.pk)).status_code == 302
    assert order() == [("Editor", 1), ("Legal", 2)]
    assert browser.post(stages, {"name": ""}).status_code == 422
    browser.post(at("workflow_remove", workflow_id=workflow.pk))
    assert not Workflow.objects.exists()
    assert AuditEntry.objects.filter(verb="workflow.remove").count() == 1


def test_who_will_be_asked_about_a_post(browser, team, bob, carol, at):
    workflow = WorkflowFactory(team=team, name="Press")
    member = carol.memberships.get(team=team)
    ReviewerFactory(stage=StageFactory(workflow=workflow, name="Editor"), membership=member)
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    whole = browser.get(at("workflows"), {"post": post.pk}).content.decode()
    assert "Carol" in whole
    assert "<main" in whole
    part = browser.get(at("workflows"), {"post": post.pk}, headers=HX).content.decode()
    assert "Carol" in part
    assert "<main" not in part
    assert "Another workflow" not in part


def test_a_workflow_that_is_not_in_force_asks_nobody(browser, team, bob, alice, at):
    stage = StageFactory(workflow__team=team, workflow__active=False)
    ReviewerFactory(stage=stage, outside=True)
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    page = browser.get(at("workflows"), {"post": post.pk}, headers=HX).content.decode()
    assert "Ruth" not in page
    assert str(alice) in page


def test_roles_and_outsiders(team, other_team, bob, mallory, at, as_user):
    stage = StageFactory(workflow__team=team)
    for name, kwargs in (
        ("workflows", {}),
        ("workflow", {"workflow_id": stage.workflow_id}),
        ("workflow_remove", {"workflow_id": stage.workflow_id}),
        ("stages", {"workflow_id": stage.workflow_id}),
        ("stage_remove", {"stage_id": stage.pk}),
    ):
        assert as_user(bob).post(at(name, **kwargs)).status_code == 403
        assert as_user(mallory).post(at(name, **kwargs)).status_code == 404
        foreign = reverse(f"approvals:{name}", kwargs={"team": other_team.slug, **kwargs})
        if kwargs:
            assert as_user(mallory).post(foreign).status_code == 404
    assert Stage.objects.count() == 1


def test_four_eyes_without_enough_people_is_said_before_anybody_is_asked(
    team, post, alice, bob, carol, as_user
):
    create(team=team, pattern=PATTERNS["eyes"], name="")
    page = reverse("approvals:post_review", args=[team.slug, post.pk])
    assert "This stage wants" not in as_user(bob).get(page).text
    team.memberships.filter(user=carol).update(role="viewer")
    said = as_user(bob).get(page).text
    assert "This stage wants 2 approvals, but besides the author one person can give one" in said


def test_where_the_author_may_approve_it_counts_them(team, post, bob, as_user):
    """Bob wrote it, and nobody else is in the only stage."""
    stage = StageFactory(workflow__team=team, needed=2)
    ReviewerFactory(stage=stage, membership=team.memberships.get(user=bob))
    type(team).objects.filter(pk=team.pk).update(allow_self_approval=True)
    said = as_user(bob).get(reverse("approvals:post_review", args=[team.slug, post.pk])).text
    assert "This stage wants 2 approvals, but one person can give one: theirs is enough." in said
