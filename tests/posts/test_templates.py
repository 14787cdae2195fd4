"""The list of templates, and the form in which one is written."""

import pytest
from django.urls import reverse
from django.utils import timezone

from posts import outline
from posts.models import Template, TemplateUse
from posts.services import templates as services
from tests.factories.posts import (
    DeliveryFactory,
    PostFactory,
    TagFactory,
    TemplateFactory,
    TemplateUseFactory,
    VariantFactory,
)
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
LIST = reverse("posts:templates", args=["tidewater"])
NEW = reverse("posts:template_new", args=["tidewater"])
FIELDS = reverse("posts:template_fields", args=["tidewater"])
HTMX = {"HX-Request": "true"}


def edit(template: Template, team: str = "tidewater") -> str:
    return reverse("posts:template_edit", args=[team, template.pk])


def form(**fields):
    return {"name": "Back on station", "body": "{{ buoy }} is back.", "kind": "post", **fields}


def said(template: Template) -> outline.Outline:
    template.refresh_from_db()
    return outline.read(template.versions.get(number=template.version).document)


# -- the list


def test_list_shows_text_gaps_and_use(as_user, vera, bob, team, other_team):
    template = TemplateFactory(team=team, name="Back on station")
    TemplateFactory(team=other_team, name="Of others")
    use = TemplateUseFactory(template=template)
    DeliveryFactory(
        post=use.post, queued=True, state="published", remote_id="1", published_at=timezone.now()
    )
    TemplateUseFactory(template=template)
    page = as_user(vera).get(LIST)
    html = page.content.decode()
    assert page.status_code == 200
    assert '<span class="gap">buoy</span> is back on station.' in html
    assert "2 posts</span>, <span" in html
    assert "1 published" in html
    assert "Of others" not in html
    assert "New template" not in html
    assert "New template" in as_user(bob).get(LIST).content.decode()
    fragment = as_user(vera).get(LIST, headers=HTMX).content.decode()
    assert fragment.lstrip().startswith('<div id="templates"')


def test_found_by_words_category_and_in_the_archive(as_user, vera, team):
    one = TemplateFactory(team=team, name="Storm warning", category="Safety")
    other = TemplateFactory(team=team, name="Weekly", said={"body": "Winter storm, {{ wind }}"})
    gone = TemplateFactory(team=team, name="Storm of old", archived_at=timezone.now())

    def found(**query):
        return [row.template for row in as_user(vera).get(LIST, query).context["rows"]]

    assert found() == [one, other]
    assert found(q="storm") == [one, other]
    assert found(q="WINTER storm") == [other]
    assert found(q="storm safety") == [one]
    assert found(q="thunder") == []
    assert found(category="Safety") == [one]
    assert found(show="archived") == [gone]
    assert found(q="a\x00b") == [one, other]


def test_list_is_paged_with_a_bounded_number_of_queries(
    as_user, vera, team, django_assert_max_num_queries
):
    for n in range(26):
        template = TemplateFactory(team=team, name=f"T {n:02}")
        TemplateUseFactory(template=template)
    client = as_user(vera)
    with django_assert_max_num_queries(10):
        assert len(client.get(LIST).context["rows"]) == 24
    second = client.get(LIST, {"page": 2})
    assert [row.template.name for row in second.context["rows"]] == ["T 24", "T 25"]


# -- writing one


def test_saved_with_everything(as_user, bob, team):
    channel, other = ChannelFactory(team=team), ChannelFactory(team=team)
    fields = form(
        category="Buoys", title="{{ buoy }} again", kind="thread", hashtags="#opendata ocean",
        first_comment="Ask {{ who }}.", tags="Launch, sea", channels=[channel.pk, other.pk],
        seen=["buoy"], label_buoy="Which buoy", default_buoy="Buoy 41",
        **{f"text_{channel.pk}": "Short: {{ buoy }}", f"text_{other.pk}": " "},
    )  # fmt: skip
    answer = as_user(bob).post(NEW, fields)
    template = Template.objects.get()
    assert answer.url == reverse("posts:template", args=["tidewater", template.pk])
    found = said(template)
    assert (template.name, template.category, template.version) == (
        "Back on station", "Buoys", 1,
    )  # fmt: skip
    assert (found.title, found.body, found.kind) == (
        "{{ buoy }} again", "{{ buoy }} is back.", "thread",
    )  # fmt: skip
    assert (found.hashtags, found.tags) == (["opendata", "ocean"], ["Launch", "sea"])
    assert found.channels == {channel.pk: "Short: {{ buoy }}", other.pk: None}
    assert [(g.name, g.shown, g.default, g.required) for g in found.placeholders] == [
        ("buoy", "Which buoy", "Buoy 41", False),
        ("who", "Who", "", True),
    ]
    assert template.versions.get().author == bob
    html = as_user(bob).get(edit(template)).content.decode()
    assert "Short: {{ buoy }}</textarea>" in html
    assert 'value="Which buoy"' in html


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Give the template a name"),
        ({"name": "\u202e"}, "Give the template a name"),
        ({"name": "n" * 121}, "120"),
        ({"category": "c" * 61}, "60"),
        ({"body": " \n", "title": ""}, "Write the text"),
        ({"body": "b" * 100_001}, "100000"),
        ({"body": "as {{ a.b }}"}, "is no placeholder"),
        ({"body": " ".join(f"{{{{ p{n} }}}}" for n in range(31))}, "At most 30"),
        ({"body": "{{ p }}" * 201}, "At most 200"),
        ({"hashtags": "#a-b"}, "cannot be a hashtag"),
        ({"hashtags": "{{ tag }}"}, "cannot be a hashtag"),
        ({"tags": "t" * 41}, "tags of 40"),
        ({"kind": "poem"}, "valid choice"),
        ({"channels": ["999999"]}, "Unknown channel"),
        ({"channels": ["1 OR 1"]}, "Unknown channel"),
        ({"default_buoy": "d" * 1001}, "1000"),
        ({"label_buoy": "l" * 81}, "80"),
        ({"body": "a\x00b"}, "cannot be stored"),
        ({"version": "9" * 30}, "less than or equal"),
    ],
)
def test_bad_fields_are_named_and_everything_typed_stays(as_user, bob, team, fields, words):
    answer = as_user(bob).post(NEW, form(first_comment="Kept words", **{"tags": "", **fields}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "Kept words</textarea>" in html
    assert not Template.objects.exists()


def test_a_name_is_given_once_and_there_is_an_end(as_user, bob, team, monkeypatch):
    TemplateFactory(team=team, name="back ON station")
    answer = as_user(bob).post(NEW, form())
    assert answer.status_code == 409
    assert "There is a template" in answer.content.decode()
    assert "{{ buoy }} is back.</textarea>" in answer.content.decode()
    monkeypatch.setattr(services, "MOST", 1)
    answer = as_user(bob).post(NEW, form(name="Another"))
    assert answer.status_code == 409
    assert "at most 1 templates" in answer.content.decode()
    assert Template.objects.count() == 1


def test_every_change_is_a_version_and_none_is_lost(as_user, alice, bob, team):
    template = TemplateFactory(team=team, name="Weekly")
    same = {"name": "Weekly", "category": "Launch", "body": "{{ buoy }} is back on station."}
    as_user(bob).post(edit(template), form(**same, version=1))
    template.refresh_from_db()
    assert template.version == 1
    answer = as_user(bob).post(edit(template), form(name="Weekly", body="Bob's words", version=1))
    assert answer.status_code == 302
    assert said(template).body == "Bob's words"

    refused = as_user(alice).post(edit(template), form(name="Weekly", body="Mine", version=1))

    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Mine</textarea>" in html
    assert "<del>Bob" in html
    assert 'name="version" value="2"' in html
    assert said(template).body == "Bob's words"
    as_user(alice).post(edit(template), form(name="Weekly", body="Mine", version=2))
    assert (said(template).body, template.versions.count()) == ("Mine", 3)


def test_an_archived_one_is_not_changed(as_user, bob, team):
    template = TemplateFactory(team=team, archived_at=timezone.now())
    answer = as_user(bob).post(edit(template), form(version=1))
    assert answer.status_code == 409
    assert "Bring it back first" in answer.content.decode()
    assert template.versions.count() == 1


def test_placeholders_are_found_while_one_types(as_user, bob, vera, team):
    typed = form(seen=["buoy"], label_buoy="Which one", body="{{ buoy }}, {{ day }}")
    html = as_user(bob).post(FIELDS, typed, headers=HTMX).content.decode()
    assert html.lstrip().startswith("<section")
    assert html.count('name="seen"') == 2
    assert 'value="Which one"' in html
    assert 'name="required_buoy">' in html
    assert 'name="required_day" checked>' in html
    assert not Template.objects.exists()
    assert as_user(vera).post(FIELDS, typed).status_code == 403


def test_a_post_becomes_the_beginning_of_one(as_user, bob, mallory, team, other_team):
    channel = ChannelFactory(team=team)
    post = PostFactory(team=team, title="Open day", body="Come at {{ hour }}", hashtags=["sea"])
    post.tags.add(TagFactory(team=team, name="Events"))
    VariantFactory(post=post, channel=channel, text="Short", first_comment="See you")
    html = as_user(bob).get(f"{NEW}?post={post.pk}").content.decode()
    for words in (
        'name="name" maxlength="120" dir="auto" required value="Open day"',
        "Come at {{ hour }}</textarea>",
        "Short</textarea>",
        "See you</textarea>",
        'value="Events"',
        'value="#sea"',
        'name="seen" value="hour"',
        f'name="channels" value="{channel.pk}" checked',
    ):
        assert words in html
    theirs = reverse("posts:template_new", args=["harbour"])
    assert as_user(mallory).get(f"{theirs}?post={post.pk}").status_code == 404
    assert as_user(bob).get(f"{NEW}?post=x").status_code == 404


def test_who_may(as_user, bob, vera, mallory, team):
    template = TemplateFactory(team=team)
    for url in (NEW, edit(template), FIELDS):
        assert as_user(vera).post(url, form(version=1)).status_code == 403
        assert as_user(mallory).post(url, form(version=1)).status_code == 404
    assert as_user(mallory).get(LIST).status_code == 404
    assert as_user(mallory).get(edit(template, "harbour")).status_code == 404
    assert as_user(bob).get(edit(template)).status_code == 200
    assert not TemplateUse.objects.exists()
    assert template.versions.count() == 1
