"""How posts did beside what their channels are used to, said of templates and hashtags."""

import pytest
from django.urls import reverse

from posts import hashtags
from posts.performance import Performance
from posts.queries import reception
from tests.factories.posts import PostFactory, TemplateFactory, TemplateUseFactory
from tests.factories.publishers import ChannelFactory
from tests.factories.reception import ReceptionFactory

with_rows = pytest.mark.django_db
LIST = reverse("posts:templates", args=["tidewater"])
PICK = reverse("posts:hashtags_pick", args=["tidewater"])
GROUPS = reverse("posts:hashtags", args=["tidewater"])


def test_what_did_better_weighs_more():
    said = {n: ["sea", "calm"] if n < 4 else ["sea", "storm"] for n in range(8)}
    did = {0: 1.0, 4: 3.0, 5: 3.0, 6: 3.0}
    found = hashtags.most_used(said, did)
    assert [(one.tag, one.posts) for one in found] == [("sea", 8), ("storm", 4), ("calm", 4)]
    assert [one.performance.posts for one in found] == [4, 3, 1]
    assert found[1].performance.share == 3.0


@pytest.mark.parametrize(
    ("posts", "share", "percent"),
    [(4, 2.0, None), (5, 1.3, 30), (5, 0.6, -40), (9, 1.04, 0), (9, 0.96, 0), (0, 1.0, None)],
)
def test_a_difference_is_said_from_five_posts_on_and_where_it_is_one(posts, share, percent):
    assert Performance(posts, share).percent == percent


@pytest.fixture
def received(team):
    """`received(30, hashtags=["sea"])`: a post after which thirty people did something."""
    channel = ChannelFactory(team=team)

    def make(engagements, on=channel, **fields):
        post = PostFactory(team=on.team, stage="done", **fields)
        ReceptionFactory(post=post, channel=on, engagements=engagements)
        return post

    return make


@pytest.fixture
def liked(team, received):
    """A template whose five posts did half as well again as the channel's other five."""
    template = TemplateFactory(team=team, name="Back on station")
    for _ in range(5):
        TemplateUseFactory(template=template, post=received(30, hashtags=["storm"]))
        received(10, hashtags=["calm"])
    return template


@with_rows
def test_each_is_compared_with_its_own_channel(team, other_team, received):
    large = ChannelFactory(team=team)
    good, bad = received(3000, on=large), received(1000, on=large)
    small = received(3)
    theirs = received(9, on=ChannelFactory(team=other_team))
    asked = [good.pk, bad.pk, small.pk, theirs.pk]
    assert reception.by_post(team, asked) == {good.pk: 1.5, bad.pk: 0.5, small.pk: 1.0}
    assert reception.by_post(team, []) == {}


@with_rows
def test_a_template_says_how_its_posts_did(as_user, vera, team, liked):
    TemplateUseFactory(template=TemplateFactory(team=team, name="Never out"))
    assert reception.by_template(team, [liked.pk]) == {liked.pk: Performance(5, 1.5)}
    html = as_user(vera).get(LIST).content.decode()
    assert html.count("better than usual") == 1
    assert "50 % better than usual" in html
    page = as_user(vera).get(reverse("posts:template", args=[team.slug, liked.pk]))
    html = page.content.decode()
    assert "50 % better than usual" in html
    assert "From 5 posts of the last 90 days, each beside what its channel is used to" in html


@with_rows
def test_too_few_posts_say_nothing(as_user, vera, team, received):
    template = TemplateFactory(team=team)
    TemplateUseFactory(template=template, post=received(30))
    received(10)
    page = as_user(vera).get(reverse("posts:template", args=[team.slug, template.pk]))
    assert "from five posts with figures on" in page.content.decode()
    assert "usual" not in as_user(vera).get(LIST).content.decode()


@with_rows
def test_another_teams_figures_are_not_in_it(team, other_team, received, liked):
    theirs = ChannelFactory(team=other_team)
    TemplateUseFactory(template=liked, post=received(1000, on=theirs))
    assert reception.by_template(team, [liked.pk]) == {liked.pk: Performance(5, 1.5)}


@with_rows
def test_hashtags_of_what_did_better_come_first(as_user, bob, team, liked, received):
    received(20, hashtags=["calm"])
    html = as_user(bob).get(GROUPS).content.decode()
    assert html.index("#storm") < html.index("#calm")
    assert "50 % better than usual" in html
    assert "42 % below usual" in html
    used = as_user(bob).get(PICK).context["learnt"].used
    assert [(one.tag, one.posts) for one in used] == [("storm", 5), ("calm", 6)]
