"""The week and the day by the hour: their addresses, and what stands in an hour."""

from django.urls import reverse


def week(team, day="", **query):
    return reverse(
        "calendar_app:week", kwargs={"team": team.slug}, query={"week": day, **query} if day else {}
    )


def day(team, on=""):
    return reverse("calendar_app:day", kwargs={"team": team.slug}, query={"day": on} if on else {})


def cell(html, key):
    """What stands in an hour: "2026-12-11-16"."""
    start = html.split(f'id="hour-{key}"')
    assert len(start) == 2, key
    return start[1].split('role="gridcell"')[0].split('role="row"')[0].split("drawer")[0]
