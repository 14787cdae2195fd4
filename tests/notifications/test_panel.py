import pytest
from django.urls import reverse

from notifications.models import LiveEvent, Message
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def at(team):
    return lambda name: reverse(name, kwargs={"team": team.slug})


@pytest.fixture
def notice(team, alice):
    return MessageFactory(team=team, user=alice)


@pytest.mark.parametrize("name", ["notifications:panel", "notifications:list"])
def test_a_page_without_a_script_and_a_fragment_with_one(as_user, alice, notice, at, name):
    page, fragment = as_user(alice).get(at(name)), as_user(alice).get(at(name), headers=HTMX)
    assert page.text.startswith("<!doctype html>")
    assert "<html" not in fragment.text
    for answer in (page, fragment):
        assert "<b>Ines</b> approved “Two more years”" in answer.text
        assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "name",
    ["notifications:panel", "notifications:list", "notifications:live", "notifications:changes"],
)
def test_not_for_others(client, as_user, mallory, notice, at, name):
    assert as_user(mallory).get(at(name)).status_code == 404
    assert client.get(at(name)).status_code == 302


@pytest.mark.parametrize("name", ["notifications:panel", "notifications:list"])
def test_everybody_sees_their_own(as_user, bob, vera, notice, at, name):
    for user in (bob, vera):
        assert "Two more years" not in as_user(user).get(at(name)).text


def test_other_teams_messages_of_the_same_person_stay_there(as_user, alice, other_team, notice, at):
    MessageFactory(team=other_team, user=alice, data={**notice.data, "title": "Elsewhere"})
    assert "Elsewhere" not in as_user(alice).get(at("notifications:list")).text


def test_a_kind_that_only_travels_by_mail_is_not_in_the_list(as_user, alice, team, at):
    MessageFactory(team=team, user=alice, kind="review_receipt")
    assert "You decided" not in as_user(alice).get(at("notifications:list")).text


def test_text_of_people_is_shown_as_text(as_user, alice, team, at):
    evil = {"by": "<i>x</i>", "title": "<script>alert(1)</script>{0}{by.__class__}", "url": "/"}
    MessageFactory(team=team, user=alice, data=evil)
    page = as_user(alice).get(at("notifications:list")).text
    assert "<script>alert" not in page
    assert "&lt;i&gt;x&lt;/i&gt;" in page
    assert "{by.__class__}" in page


def test_opening_one_reads_it_and_goes_there(as_user, alice, notice, at):
    response = as_user(alice).post(at("notifications:read"), {"id": notice.pk})
    assert response.url == notice.data["url"]
    notice.refresh_from_db()
    assert notice.read_at
    assert LiveEvent.objects.get().topic == f"notifications:{alice.pk}"
    by_htmx = as_user(alice).post(at("notifications:read"), {"id": notice.pk}, headers=HTMX)
    assert by_htmx.headers["HX-Redirect"] == notice.data["url"]
    assert LiveEvent.objects.count() == 1


@pytest.mark.parametrize("url", ["//evil.example", "https://evil.example", "javascript:x", ""])
def test_a_message_leads_nowhere_else(as_user, alice, notice, at, url):
    Message.objects.update(data={**notice.data, "url": url})
    assert as_user(alice).post(at("notifications:read"), {"id": notice.pk}).url == at(
        "notifications:list"
    )


def test_reading_all(as_user, alice, bob, team, notice, at):
    theirs = MessageFactory(team=team, user=bob)
    MessageFactory(team=team, user=alice)
    browser = as_user(alice)
    assert "2 unread" in browser.get(at("notifications:list")).text
    assert browser.post(at("notifications:read")).url == at("notifications:list")
    assert browser.post(at("notifications:read"), headers=HTMX).status_code == 204
    assert list(Message.objects.filter(read_at=None)) == [theirs]
    assert "Everything is read" in browser.get(at("notifications:list"), {"show": "unread"}).text


def test_nobody_reads_for_another(as_user, bob, mallory, notice, at):
    for number in (notice.pk, 0, -1, "x", 10**30):
        assert as_user(bob).post(at("notifications:read"), {"id": number}).status_code == 404
    assert as_user(mallory).post(at("notifications:read")).status_code == 404
    assert as_user(bob).get(at("notifications:read")).status_code == 405
    notice.refresh_from_db()
    assert notice.read_at is None


def test_pages_are_bounded_and_cheap(as_user, alice, team, at, django_assert_max_num_queries):
    MessageFactory.create_batch(70, team=team, user=alice)
    browser = as_user(alice)
    with django_assert_max_num_queries(5):
        panel = browser.get(at("notifications:panel"), headers=HTMX)
    with django_assert_max_num_queries(8):
        page = browser.get(at("notifications:list"))
    assert panel.text.count('class="notice"') == 8
    assert page.text.count('class="notice"') == 30
    assert browser.get(at("notifications:list"), {"page": "3"}).text.count('class="notice"') == 10
    for odd in ("-1", "x", "1e9"):
        assert browser.get(at("notifications:list"), {"page": odd}).status_code == 200
