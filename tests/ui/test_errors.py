import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from ui import errors


@pytest.fixture
def page():
    request = RequestFactory().get("/x/")
    request.user = AnonymousUser()
    return request


@pytest.fixture
def swap():
    return RequestFactory().get("/x/", headers={"HX-Request": "true"})


ANSWERS = [
    (400, lambda r: errors.bad_request(r, Exception())),
    (403, lambda r: errors.forbidden(r, PermissionDenied("This needs the role editor."))),
    (404, lambda r: errors.not_found(r, Http404())),
    (409, lambda r: errors.conflict(r, "Bob was first.")),
    (500, errors.server_error),
]


@pytest.mark.parametrize(("status", "answer"), ANSWERS)
def test_a_page_names_the_next_step(page, status, answer):
    response = answer(page)
    html = response.content.decode()
    assert response.status_code == status
    assert f'<p class="card__code">{status}</p>' in html
    assert 'class="btn btn--primary"' in html


@pytest.mark.parametrize(("status", "answer"), ANSWERS)
def test_htmx_gets_words_and_swaps_nothing(swap, status, answer):
    response = answer(swap)
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/plain")
    assert response["HX-Reswap"] == "none"
    said = json.loads(response["HX-Trigger"])["drum:toast"]
    assert said["tone"] == "bad"
    assert said["message"] == response.content.decode()


def test_forbidden_says_why(page):
    html = errors.forbidden(page, PermissionDenied("This needs the role editor.")).content.decode()
    assert "This needs the role editor." in html


def test_a_member_learns_which_role_it_takes(as_user, vera, team):
    path = reverse("accounts:invitation_new", kwargs={"team": team.slug})
    response = as_user(vera).post(path, {"email": "new@demo.test", "role": "viewer"})
    html = response.content.decode()
    assert response.status_code == 403
    assert "This needs the role admin or owner." in html
    assert "In Tidewater you are: Viewer." in html


def test_server_error_reads_no_rows(page, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        errors.server_error(page)


def test_not_found_does_not_repeat_the_address(client, db):
    response = client.get("/<script>alert(1)</script>/")
    assert response.status_code == 404
    assert "<script>alert" not in response.content.decode()


def test_a_stale_form_is_told_to_reload(client, db):
    strict = type(client)(enforce_csrf_checks=True)
    response = strict.post(reverse("account_login"), {"login": "a"})
    assert response.status_code == 403
    assert "reload it and try again" in response.content.decode()
