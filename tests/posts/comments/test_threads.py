"""Talking about a post: who may, what is kept, who is told, and what several do at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import LiveEvent, Message
from posts.models import Activity, Comment, Post
from posts.services import comments as service
from posts.services.comments import Words
from posts.views.comments import PER_MINUTE
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.posts import CommentFactory
from tests.posts.post_page import HTMX, url

pytestmark = pytest.mark.django_db
# What somebody is writing there stays in the page.
NEW_IS_KEPT = '<div id="comment-new" hx-preserve>'


def at(comment: Comment, name: str = "posts:comment") -> str:
    return url(comment.post, name, comment_id=comment.pk)


def told() -> set[tuple[str, str]]:
    return {(message.user.name, message.kind) for message in Message.objects.all()}


# -- reading


def test_everybody_in_the_team_reads_and_nobody_else(as_user, vera, mallory, said, client):
    talk = url(said.post, "posts:comments")
    page = as_user(vera).get(talk)
    fragment = as_user(vera).get(talk, headers=HTMX)
    assert page.status_code == fragment.status_code == 200
    assert page.text.startswith("<!doctype html>")
    assert "<html" not in fragment.text
    for answer in (page.text, fragment.text):
        assert "Give the year instead." in answer
        assert "<textarea" not in answer
    assert as_user(mallory).get(talk).status_code == 404
    assert as_user(mallory).get(f"/t/harbour/posts/{said.post_id}/comments/").status_code == 404
    assert client.get(talk).status_code == 302


def test_the_post_page_leads_there_and_counts(as_user, bob, said):
    CommentFactory(parent=said)
    page = as_user(bob).get(url(said.post)).text
    assert 'id="comment-count">2<' in page
    assert f'href="{url(said.post, "posts:comments")}"' in page
    assert f'data-live="comments:{said.post_id}"' in page


def test_many_threads_come_in_pages_with_few_statements(as_user, vera, team, post, bob):
    member = MembershipFactory(team=team, user=UserFactory(name="Tomás"))
    for n in range(25):
        first = CommentFactory(
            post=post, text=f"Thread {n:02} <@{member.pk}>", mentions=[member.pk]
        )
        for _ in range(3):
            CommentFactory(parent=first, author=bob)
    client, talk = as_user(vera), url(post, "posts:comments")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        latest = client.get(talk, headers=HTMX)
    assert len(asked) <= 8
    assert "Thread 24" in latest.text
    assert "Thread 05" in latest.text
    assert "Thread 04" not in latest.text
    older = latest.context["talk"].older
    earlier = client.get(f"{talk}?before={older}", headers=HTMX).text
    assert "Thread 00" in earlier
    assert "Thread 05" not in earlier
    assert "Latest comments" in earlier
    for odd in ("x", "-1", "9" * 30, ""):
        assert client.get(f"{talk}?before={odd}").status_code == 200


def test_text_is_text_with_lines_and_links(as_user, vera, post):
    CommentFactory(post=post, text="<b>no</b>\nhttps://ok.example/?a=1&b=2, <@99> javascript:x")
    page = as_user(vera).get(url(post, "posts:comments")).text
    assert "&lt;b&gt;no&lt;/b&gt;\n" in page
    assert 'href="https://ok.example/?a=1&amp;b=2"' in page
    assert "&lt;@99&gt; javascript:x" in page


# -- writing


def test_a_comment_by_htmx_and_by_a_plain_form(as_user, bob, post):
    client, talk = as_user(bob), url(post, "posts:comments")
    fragment = client.post(talk, {"text": "One\r\ntwo 🌊"}, headers=HTMX)
    assert fragment.status_code == 200
    assert "One\ntwo 🌊" in fragment.text
    assert 'id="comment-new"' in fragment.text
    assert 'id="comment-new" hx-preserve' not in fragment.text
    assert 'id="comment-count" hx-swap-oob="true">1<' in fragment.text
    plain = client.post(talk, {"text": "Three"})
    assert plain.url == f"{talk}#talk"
    assert list(Comment.objects.order_by("pk").values_list("text", flat=True)) == [
        "One\ntwo 🌊",
        "Three",
    ]
    topics = set(LiveEvent.objects.values_list("topic", flat=True))
    assert {f"comments:{post.pk}", f"post:{post.pk}", "board"} <= topics


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, "a\x00b", "a\ufffdb"])
def test_what_cannot_be_kept_stays_in_the_form(as_user, bob, post, text):
    for headers in ({}, HTMX):
        answer = as_user(bob).post(
            url(post, "posts:comments"), {"text": text, "external": "on"}, headers=headers
        )
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert answer.context["refused"].text == text
        assert 'name="external" checked' in answer.text
    assert not Comment.objects.exists()


def test_viewers_write_nothing(as_user, vera, mallory, said):
    body = {"text": "Mine"}
    for path in (
        url(said.post, "posts:comments"),
        at(said),
        at(said, "posts:comment_remove"),
        at(said, "posts:comment_resolve"),
        at(said, "posts:comment_reopen"),
    ):
        assert as_user(vera).post(path, body).status_code == 403
        assert as_user(mallory).post(path, body).status_code == 404
    mentions = reverse("posts:mentions", args=["tidewater"])
    assert as_user(vera).get(mentions).status_code == 403
    assert list(Comment.objects.values_list("text", "resolved_at")) == [(said.text, None)]


def test_the_same_words_twice_in_a_moment_are_one(as_user, bob, post):
    for _ in range(2):
        as_user(bob).post(url(post, "posts:comments"), {"text": "Once"})
    as_user(bob).post(url(post, "posts:comments"), {"text": "Twice"})
    assert Comment.objects.count() == 2


def test_too_many_are_held_back_and_kept(as_user, bob, post):
    client, talk = as_user(bob), url(post, "posts:comments")
    for n in range(PER_MINUTE):
        assert client.post(talk, {"text": f"No {n}"}).status_code == 302
    refused = client.post(talk, {"text": "One more"})
    assert refused.status_code == 429
    assert "One more</textarea>" in refused.text
    by_htmx = client.post(talk, {"text": "One more"}, headers=HTMX)
    assert "Wait a minute" in by_htmx.headers["HX-Trigger"]
    assert Comment.objects.count() == PER_MINUTE


# -- answers


def test_an_answer_hangs_on_its_thread_and_opens_it_again(as_user, bob, alice, said):
    service.resolve(comment=said, by=bob)
    talk = url(said.post, "posts:comments")
    as_user(alice).post(talk, {"text": "Done", "parent": said.pk})
    said.refresh_from_db()
    answer = said.answers.get()
    assert (answer.text, said.resolved_at) == ("Done", None)
    nested = as_user(alice).post(talk, {"text": "Deeper", "parent": answer.pk})
    assert nested.status_code == 409
    assert "Deeper</textarea>" in nested.text
    assert Comment.objects.count() == 2


def test_answers_to_what_is_elsewhere_or_gone_are_kept_in_the_form(as_user, bob, said, mallory):
    other = CommentFactory(author=mallory)
    for parent in (other.pk, 10**17):
        answer = as_user(bob).post(
            url(said.post, "posts:comments"), {"text": "But", "parent": parent}, headers=HTMX
        )
        assert answer.status_code == 409
        assert "was deleted" in answer.text
        assert "But</textarea>" in answer.text
        assert NEW_IS_KEPT in answer.text
    assert Comment.objects.count() == 2


def test_what_is_changed_after_it_was_deleted_leaves_a_new_comment_alone(as_user, bob, said):
    service.write(post=said.post, by=bob, words=Words("But"), parent=said.pk)
    service.remove(comment=said, by=bob)
    answer = as_user(bob).post(at(said), {"text": "Both years"}, headers=HTMX)
    assert answer.status_code == 409
    assert "Both years</textarea>" in answer.text
    assert NEW_IS_KEPT in answer.text


def test_a_thread_is_bounded(as_user, bob, said, monkeypatch):
    monkeypatch.setattr(service, "MOST_ANSWERS", 2)
    for n in range(3):
        last = as_user(bob).post(
            url(said.post, "posts:comments"), {"text": f"No {n}", "parent": said.pk}, headers=HTMX
        )
    assert last.status_code == 409
    assert said.answers.count() == 2
    assert f'id="answer-{said.pk}-text"' in last.text.split("No 2</textarea>")[0][-400:]
    assert NEW_IS_KEPT in last.text


# -- changing


def test_ones_own_is_changed_and_marked(as_user, alice, bob, said):
    as_user(bob).post(at(said), {"text": "Give both years."})
    page = as_user(bob).get(url(said.post, "posts:comments")).text
    assert "Give both years." in page
    assert ">edited<" in page
    assert as_user(alice).post(at(said), {"text": "Mine now"}).status_code == 403
    assert as_user(alice).post(at(said, "posts:comment_remove")).status_code == 403
    refused = as_user(bob).post(at(said), {"text": " "}, headers=HTMX)
    assert refused.status_code == 422
    assert f'id="edit-{said.pk}" open' in refused.text
    said.refresh_from_db()
    assert said.text == "Give both years."


def test_deleting_leaves_a_place_only_where_answers_hang(as_user, alice, bob, said):
    answer = CommentFactory(parent=said, author=alice)
    as_user(bob).post(at(said, "posts:comment_remove"))
    page = as_user(alice).get(url(said.post, "posts:comments"))
    assert "This comment was deleted." in page.text
    assert page.context["talk"].count == 1
    said.refresh_from_db()
    assert said.text == ""
    assert as_user(bob).post(at(said), {"text": "Back"}).status_code == 409
    as_user(alice).post(at(answer, "posts:comment_remove"))
    assert not Comment.objects.exists()
    assert as_user(bob).post(at(said, "posts:comment_remove")).status_code == 404


def test_resolving_says_who_and_twice_is_409(as_user, alice, bob, said):
    assert as_user(alice).post(at(said, "posts:comment_resolve")).status_code == 302
    again = as_user(bob).post(at(said, "posts:comment_resolve"), headers=HTMX)
    assert again.status_code == 409
    assert "resolved already" in again.text
    assert "Resolved by Alice" in again.text
    assert as_user(bob).post(at(said, "posts:comment_reopen")).status_code == 302
    assert as_user(bob).post(at(said, "posts:comment_reopen")).status_code == 409
    answer = CommentFactory(parent=said)
    assert as_user(bob).post(at(answer, "posts:comment_resolve")).status_code == 409


def test_another_posts_or_a_trashed_posts_comment_is_not_there(as_user, bob, said, team):
    other = CommentFactory(post__team=team)
    path = url(other.post, "posts:comment", comment_id=said.pk)
    assert as_user(bob).post(path, {"text": "x"}).status_code == 404
    Post.objects.filter(pk=said.post_id).update(trashed_at=said.created_at)
    assert as_user(bob).post(at(said), {"text": "x"}).status_code == 404
    assert as_user(bob).get(url(said.post, "posts:comments")).status_code == 404


# -- the rest of the activity


def test_activity_goes_on_where_the_page_ends(as_user, vera, mallory, post):
    Activity.objects.bulk_create(
        Activity(team=post.team, post=post, kind="post.save", actor_name=f"Person {n}")
        for n in range(130)
    )
    client = as_user(vera)
    page = client.get(url(post))
    earlier = page.context["page"].earlier
    path = url(post, "posts:post_activity")
    assert f'href="{path}?before={earlier}"' in page.text
    with CaptureQueriesContext(connection) as asked:
        part = client.get(f"{path}?before={earlier}", headers=HTMX)
    assert len(asked) <= 6
    assert "<html" not in part.text
    assert "Person 69<" in part.text
    assert "Person 70<" not in part.text
    last = client.get(f"{path}?before={part.context['earlier']}")
    assert last.text.startswith("<!doctype html>")
    assert "Person 0<" in last.text
    assert last.context["earlier"] is None
    assert client.get(f"{path}?before=x").status_code == 200
    assert as_user(mallory).get(path).status_code == 404
