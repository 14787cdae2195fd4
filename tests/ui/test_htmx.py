import json

from django.http import HttpResponse
from django.test import RequestFactory

from ui import htmx

page = RequestFactory().get("/x/")
swap = RequestFactory().get("/x/", headers={"HX-Request": "true"})


def test_fragment_only_for_a_swap():
    boosted = RequestFactory().get("/x/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    restored = RequestFactory().get(
        "/x/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert [htmx.wants_fragment(r) for r in (page, swap, boosted, restored)] == [
        False,
        True,
        False,
        False,
    ]


def test_toast_joins_other_events():
    response = htmx.trigger(HttpResponse(), "moved", {"to": 1})
    htmx.toast(response, "Moved", undo_url="/back/")
    events = json.loads(response["HX-Trigger"])
    assert events["moved"] == {"to": 1}
    assert events["drum:toast"] == {"message": "Moved", "undo": "/back/", "tone": "good"}


def test_toast_survives_any_letters():
    response = htmx.toast(HttpResponse(), "“Café”\nnew line")
    assert json.loads(response["HX-Trigger"])["drum:toast"]["message"] == "“Café”\nnew line"


def test_go_leaves_by_header_or_redirect():
    assert htmx.go(page, "/there/").headers["Location"] == "/there/"
    assert htmx.go(swap, "/there/").headers["HX-Redirect"] == "/there/"


def test_refresh_swaps_nothing():
    response = htmx.refresh("Saved")
    assert response.status_code == 204
    assert response["HX-Refresh"] == "true"
