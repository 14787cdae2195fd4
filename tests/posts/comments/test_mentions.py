"""Who is named in a comment, and who is told of it."""

import pytest
from django.urls import reverse

from notifications.models import Message, Sending
from posts.models import Comment, Post
from posts.services import comments as service
from posts.services.comments import Words
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.posts.post_page import url

pytestmark = pytest.mark.django_db


def told() -> set[tuple[str, str]]:
    return {(message.user.name, message.kind) for message in Message.objects.all()}


def test_mentions_are_kept_by_id_and_shown_by_name(as_user, alice, bob, carol, vera, post):
    text = "@carol and @Alice, write to me@bob.test, @nobody. @CAROL"
    as_user(bob).post(url(post, "posts:comments"), {"text": text})
    comment = Comment.objects.get()
    of = {m.user.name: m.pk for m in post.team.memberships.select_related("user")}
    assert set(comment.mentions) == {of["Carol"], of["Alice"]}
    assert comment.text.startswith(f"<@{of['Carol']}> and <@{of['Alice']}>, write to me@bob.test")
    page = as_user(bob).get(url(post, "posts:comments")).text
    assert '<span class="mention">@Carol</span>' in page
    assert "@Carol and @Alice, write to me@bob.test, @nobody. @Carol</textarea>" in page
    assert told() == {("Carol", "comment_mention"), ("Alice", "comment_mention")}
    carol.memberships.all().delete()
    assert "@a former member" in as_user(bob).get(url(post, "posts:comments")).text


def test_names_that_several_have_are_told_apart(as_user, team, bob, post):
    ids = [MembershipFactory(team=team, user=UserFactory(name="Alex Kim")).pk for _ in range(2)]
    talk = url(post, "posts:comments")
    as_user(bob).post(talk, {"text": "@Alex Kim, @Alex and @alex kim (2)"})
    assert Comment.objects.get().mentions == [ids[1]]
    listed = as_user(bob).get(reverse("posts:mentions", args=["tidewater"]), {"q": "kim"}).json()
    assert [one["handle"] for one in listed["people"]] == ["Alex Kim (1)", "Alex Kim (2)"]


def test_the_list_names_members_of_this_team_only(as_user, alice, bob, carol, vera, mallory):
    path = reverse("posts:mentions", args=["tidewater"])
    everybody = as_user(bob).get(path).json()["people"]
    assert [one["handle"] for one in everybody] == ["Alice", "Carol", "Vera"]
    assert as_user(bob).get(path, {"q": "mall"}).json() == {"people": []}
    assert as_user(mallory).get(path).status_code == 404


def test_everybody_concerned_is_told_once_and_nobody_of_themselves(
    as_user, alice, bob, carol, vera, mallory, post
):
    Post.objects.filter(pk=post.pk).update(assignee=vera)
    post.refresh_from_db()
    first = service.write(post=post, by=bob, words=Words("@Carol @Carol @Bob look. @Mallory"))
    assert told() == {
        ("Alice", "comment_written"),
        ("Vera", "comment_written"),
        ("Carol", "comment_mention"),
    }
    assert Sending.objects.count() == 3
    Message.objects.all().delete()
    service.write(post=post, by=carol, words=Words("Yes"), parent=first.pk)
    assert told() == {(name, "comment_written") for name in ("Alice", "Vera", "Bob")}
    message = Message.objects.get(user=bob)
    assert message.sentence == "<b>Carol</b> commented on “Open water day”: Yes"
    assert message.data["url"] == f"{url(post)}#talk"


def test_who_has_left_is_told_nothing(alice, bob, post):
    alice.memberships.all().delete()
    service.write(post=post, by=bob, words=Words("Hello"))
    assert not Message.objects.exists()


def test_an_edit_tells_those_who_were_not_told(alice, bob, carol, post):
    said = service.write(post=post, by=bob, words=Words("@Alice look"))
    service.edit(comment=said, by=bob, words=Words("@Alice @Carol look"))
    service.edit(comment=said, by=bob, words=Words("look"))
    service.edit(comment=said, by=bob, words=Words("@Alice @Carol look again"))
    kinds = Message.objects.order_by("pk").values_list("user__name", "kind")
    assert list(kinds) == [("Alice", "comment_mention"), ("Carol", "comment_mention")]


def test_a_crowd_is_not_called_at_once(as_user, team, bob, post):
    people = [MembershipFactory(team=team, user=UserFactory(name=f"P{n}")) for n in range(21)]
    text = " ".join(f"@{one.user.name}" for one in people)
    answer = as_user(bob).post(url(post, "posts:comments"), {"text": text})
    assert answer.status_code == 422
    assert "at most 20 people" in answer.text
    assert not Message.objects.exists()


def test_the_activity_says_it_in_plain_words(as_user, alice, bob, said):
    service.write(post=said.post, by=alice, words=Words("Done"), parent=said.pk)
    service.resolve(comment=said, by=bob)
    page = as_user(bob).get(url(said.post)).context["page"]
    lines = [(str(entry.who), entry.text) for entry in page.timeline]
    assert lines == [("Bob", "resolved a comment"), ("Alice", "answered a comment")]
