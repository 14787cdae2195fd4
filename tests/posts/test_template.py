"""One template: its page, its versions, and the posts that are made from it."""

import threading

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from posts import outline
from posts.errors import Outdated
from posts.models import Post, Template, TemplateUse
from posts.outline import Outline, Placeholder
from posts.services import templates as services
from posts.states import Stage
from tests.factories.posts import TemplateFactory, TemplateUseFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.post_page import url as post_url

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TOKEN = "a" * 32


def url(template: Template, name: str = "posts:template", *more, team: str = "tidewater") -> str:
    return reverse(name, args=[team, template.pk, *more])


def rewritten(template: Template, by, **fields) -> Template:
    """With one more version."""
    before = outline.read(template.versions.get(number=template.version).document)
    said = Outline(**{**before.__dict__, **fields})
    services.save(template=template, outline=said, version=template.version, by=by)
    template.refresh_from_db()
    return template


# -- the page


def test_page_shows_text_versions_and_posts(as_user, vera, bob, team):
    template = rewritten(TemplateFactory(team=team, name="Weekly"), bob, body="Now {{ wind }}")
    use = TemplateUseFactory(template=template)
    html = as_user(vera).get(url(template)).content.decode()
    assert 'Now <span class="gap">wind</span>' in html
    assert str(use.post) in html
    assert reverse("posts:template_edit", args=[team.slug, template.pk]) not in html
    assert "Use it" not in html
    fragment = as_user(vera).get(url(template), headers=HTMX).content.decode()
    assert fragment.lstrip().startswith('<div class="split" id="template"')
    assert "Use it" in as_user(bob).get(url(template)).content.decode()


def test_page_costs_a_bounded_number_of_queries(
    as_user, vera, bob, team, django_assert_max_num_queries
):
    template = TemplateFactory(team=team)
    for n in range(25):
        rewritten(template, bob, body=f"Text {n}")
        TemplateUseFactory(template=template)
    client = as_user(vera)
    with django_assert_max_num_queries(12):
        page = client.get(url(template))
    assert len(page.context["page"]) == 20
    assert len(page.context["posts"]) == 8


def test_outsiders_find_nothing(as_user, mallory, vera, team):
    template = TemplateFactory(team=team)
    names = [
        ("posts:template",),
        ("posts:template_use",),
        ("posts:template_archive",),
        ("posts:template_unarchive",),
        ("posts:template_version", 1),
        ("posts:template_version_restore", 1),
    ]
    for name, *more in names:
        for team_slug in ("tidewater", "harbour"):
            path = url(template, name, *more, team=team_slug)
            assert as_user(mallory).post(path).status_code in (404, 405)
            assert as_user(mallory).get(path).status_code in (404, 405)
        changing = as_user(vera).post(url(template, name, *more))
        assert changing.status_code in (403, 405)
    assert as_user(vera).get(url(template, "posts:template_version", 9)).status_code == 404


# -- versions


def test_a_version_shows_what_it_changed_in_words(as_user, vera, bob, team):
    channel = ChannelFactory(team=team, name="Tide")
    template = rewritten(
        TemplateFactory(team=team),
        bob,
        body="{{ buoy }} is off station.",
        channels={channel.pk: "Off"},
        placeholders=[Placeholder("buoy", "Which buoy", required=False)],
    )
    second = as_user(vera).get(url(template, "posts:template_version", 2)).content.decode()
    assert "<del>back on </del><ins>off </ins>" in second
    assert "<ins>Off</ins>" in second
    assert "Which buoy" in second
    assert "Bring this one back" not in second
    first = url(template, "posts:template_version", 1)
    assert "the first one" in as_user(vera).get(first).content.decode()
    now = as_user(bob).get(f"{first}?with=0", headers=HTMX).content.decode()
    assert "<html" not in now
    assert "<del>off </del><ins>back on </ins>" in now
    assert "Bring this one back" in now


def test_an_older_version_comes_back_as_a_new_one(as_user, bob, team):
    template = rewritten(TemplateFactory(team=team), bob, body="Other words")
    back = url(template, "posts:template_version_restore", 1)
    assert as_user(bob).post(back, {"version": 1}).status_code == 409
    assert as_user(bob).post(back, {"version": 2}).status_code == 302
    template.refresh_from_db()
    assert template.version == 3
    assert template.versions.get(number=3).document == template.versions.get(number=1).document
    missing = url(template, "posts:template_version_restore", 9)
    assert as_user(bob).post(missing, {"version": 3}).status_code == 404


def test_into_the_archive_and_back(as_user, bob, team):
    template = TemplateFactory(team=team)
    client = as_user(bob)
    assert client.post(url(template, "posts:template_archive")).status_code == 302
    assert client.post(url(template, "posts:template_archive")).status_code == 409
    page = client.get(url(template)).content.decode()
    assert "Archived" in page
    assert "Use it" not in page
    for method in (client.get, client.post):
        assert method(url(template, "posts:template_use")).status_code == 409
    assert not Post.objects.exists()
    assert client.post(url(template, "posts:template_unarchive")).status_code == 302
    assert client.post(url(template, "posts:template_unarchive")).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_next_version(team, alice, bob):
    template = TemplateFactory(team=team)
    ready, outcomes = threading.Barrier(2), []

    def write(by, words):
        said = Outline(name=template.name, category="Launch", body=words)
        ready.wait(5)
        try:
            services.save(template=template, outline=said, version=1, by=by)
            outcomes.append("saved")
        except Outdated:
            outcomes.append("outdated")
        finally:
            connections.close_all()

    both = [threading.Thread(target=write, args=(p, str(p))) for p in (alice, bob)]
    for one in both:
        one.start()
    for one in both:
        one.join(10)
    assert sorted(outcomes) == ["outdated", "saved"]
    assert template.versions.count() == 2


# -- a post from it


@pytest.fixture
def template(team, channel) -> Template:
    return TemplateFactory(
        team=team,
        name="Back on station",
        said={
            "title": "{{ buoy }} is back",
            "body": "{{ buoy }} is back after {{ weeks }}.{{ thanks }}",
            "first_comment": "Ask about {{ buoy }}.",
            "kind": "thread",
            "hashtags": ["ocean"],
            "tags": ["Buoys"],
            "channels": {channel.pk: "{{ buoy }}!"},
            "placeholders": [
                Placeholder("buoy", "Which buoy", "Buoy 41"),
                Placeholder("weeks"),
                Placeholder("thanks", required=False),
            ],
        },
    )


def use(template: Template) -> str:
    return url(template, "posts:template_use")


def test_a_post_is_made_and_remembers_its_version(as_user, bob, vera, template, channel):
    html = as_user(bob).get(use(template)).content.decode()
    assert "Buoy 41</textarea>" in html
    assert "Which buoy" in html
    values = {"value_buoy": "Buoy <b>7</b> {{ weeks }}", "value_weeks": "two weeks"}

    answer = as_user(bob).post(use(template), {**values, "number": 1, "token": TOKEN})

    post = Post.objects.get()
    assert answer.url == reverse("posts:edit", args=["tidewater", post.pk])
    assert post.title == "Buoy <b>7</b> {{ weeks }} is back"
    assert post.body == "Buoy <b>7</b> {{ weeks }} is back after two weeks."
    assert (post.source, post.kind, post.stage) == ("template", "thread", Stage.DRAFTING)
    assert (post.hashtags, [tag.name for tag in post.tags.all()]) == (["ocean"], ["Buoys"])
    variant = post.variants.get()
    assert (variant.channel, variant.text) == (channel, "Buoy <b>7</b> {{ weeks }}!")
    assert post.author == bob
    assert post.made_from.version == template.versions.get()
    page = as_user(vera).get(post_url(post)).content.decode()
    assert "Made from" in page
    assert "Back on station</a>, version 1" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"value_weeks": " "}, "Say what to write for “Weeks”"),
        ({"value_buoy": "b" * 1001}, "1000"),
        ({"value_buoy": "b" * 195}, "title would be longer"),
        ({"value_weeks": "a\x00b"}, "cannot be stored"),
        ({"token": "x"}, "valid value"),
        ({"number": "x"}, "whole number"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_stays(as_user, bob, template, fields, words):
    values = {"value_buoy": "Buoy 9", "value_weeks": "a week", "value_thanks": "Kept words"}
    answer = as_user(bob).post(use(template), {**values, **fields})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "Kept words</textarea>" in html
    assert not Post.objects.exists()


def test_twice_at_once_is_one_post(as_user, bob, template):
    values = {"value_buoy": "Buoy 9", "value_weeks": "a week", "token": TOKEN, "number": 1}
    client = as_user(bob)
    first, second = (client.post(use(template), values) for _ in range(2))
    assert first.url == second.url
    assert TemplateUse.objects.count() == Post.objects.count() == 1


def test_the_version_that_was_looked_at_is_the_one_that_is_used(as_user, alice, bob, template):
    values = {"value_buoy": "Buoy 9", "value_weeks": "a week", "number": 1}
    rewritten(template, alice, body="Other words", placeholders=[])
    as_user(bob).post(use(template), values)
    assert Post.objects.get().body == "Buoy 9 is back after a week."
    assert Post.objects.get().made_from.version.number == 1
    assert as_user(bob).post(use(template), {**values, "number": 7}).status_code == 404


def test_without_channels_it_goes_to_all_that_are_connected(as_user, bob, team, channel):
    ChannelFactory(team=team, state="reconnect")
    template = TemplateFactory(team=team, said={"body": "As it is", "channels": {}})
    as_user(bob).post(use(template))
    assert [variant.channel for variant in Post.objects.get().variants.all()] == [channel]


def test_a_channel_that_is_gone_is_left_out(as_user, bob, template, channel):
    channel.delete()
    values = {"value_buoy": "Buoy 9", "value_weeks": "a week"}
    assert as_user(bob).post(use(template), values).status_code == 302
    assert not Post.objects.get().variants.exists()
    assert as_user(bob).get(url(template)).status_code == 200


def test_archived_meanwhile_makes_no_post(team, bob, template):
    version = template.versions.select_related("template__team").get()
    Template.objects.update(archived_at=timezone.now())
    draft = services.draft_of(team, Outline(body="x"), {})
    with pytest.raises(services.Archived):
        services.use(version=version, draft=draft, token=TOKEN, by=bob)
    assert not Post.objects.exists()
