"""The board in lanes: its addresses, and what a page of it shows."""

from django.urls import reverse

from tests.calendar_app.december import HX


def url(team, **query):
    return reverse("calendar_app:board", kwargs={"team": team.slug}, query=query)


def move(team, post, **query):
    kwargs = {"team": team.slug, "post_id": post.pk}
    return reverse("calendar_app:card_move", kwargs=kwargs, query=query)


def shown(response):
    """The titles in each lane, by its name and column; lanes without cards are there as well."""
    return {
        lane.name: {
            cell.key: [item.card.post.title for item in cell.cards]
            for cell in lane.cells
            if cell.cards
        }
        for lane in response.context["lanes"].lanes
    }


def from_board(team, **query):
    return {**HX, "HX-Current-URL": f"http://testserver{url(team, **query)}"}
