"""The page of the audit log: who may see it, what narrows it, how it ends, and its file."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import trail
from accounts.models import AuditEntry
from accounts.trail import Place, Wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(team):
    return lambda name="audit": reverse(f"accounts:{name}", kwargs={"team": team.slug})


@pytest.fixture
def said(team):
    """`said("Low tide", by=bob)`: an entry of the team."""

    def made(subject, by=None, hours=0, **fields):
        return AuditEntry.objects.create(
            **{
                "team_id": team.pk,
                "verb": "post.create",
                "kind": "content",
                "actor_id": by and by.pk,
                "actor_name": str(by or ""),
                "subject_type": "post",
                "subject_id": 7,
                "subject": subject,
                "at": timezone.now() - timedelta(hours=hours),
                "via": "page",
                **fields,
            }
        )

    return made


def subjects(response):
    return [row.entry.subject for row in response.context["found"].rows]


# -- who


def test_owners_and_admins_see_it_others_do_not(as_user, at, alice, adam, bob, vera, mallory):
    for user, status in ((alice, 200), (adam, 200), (bob, 403), (vera, 403), (mallory, 404)):
        browser = as_user(user)
        assert browser.get(at()).status_code == status
        expected = status if status != 200 else 405
        assert browser.get(at("audit_export")).status_code == expected


def test_entries_of_other_teams_are_not_there(as_user, at, alice, other_team, said):
    said("Theirs", team_id=other_team.pk)
    said("Nobody's", team_id=None)
    said("Ours")
    assert subjects(as_user(alice).get(at())) == ["Ours"]
    file = as_user(alice).post(at("audit_export")).getvalue().decode()
    assert "Ours" in file
    assert "Theirs" not in file
    assert "Nobody" not in file


def test_before_anything_happened(as_user, at, alice):
    page = as_user(alice).get(at()).content.decode()
    assert "Nothing has happened yet" in page
    assert "Nothing is like this" in as_user(alice).get(f"{at()}?kind=key").content.decode()


# -- what it says


def test_an_entry_in_words_with_what_changed(as_user, at, alice, bob, said):
    said(
        "Bob",
        by=alice,
        verb="member.role",
        kind="people",
        before={"role": "viewer"},
        after={"role": "editor", "shared": True},
        ip="203.0.113.7",
        agent="Firefox <b>",
    )
    response = as_user(alice).get(at())
    [row] = response.context["found"].rows
    assert row.sentence == "changed the role of Bob"
    assert [(c.name, c.before, c.after) for c in row.changes] == [
        ("Role", "viewer", "editor"),
        ("Shared", "", "yes"),
    ]
    page = response.content.decode()
    assert "203.0.113.7" in page
    assert "Firefox &lt;b&gt;" in page


def test_many_at_once_are_counted_in_words(as_user, at, alice, said):
    said("", verb="post.trash", subject_id=None, after={"count": 12, "ids": [1, 2]})
    [row] = as_user(alice).get(at()).context["found"].rows
    assert row.sentence == "moved 12 posts to the trash"


def test_markup_in_names_is_shown_as_text(as_user, at, alice, said):
    said("<img src=x onerror=alert(1)>", actor_name="<script>", after={"<i>": "<u>"})
    page = as_user(alice).get(at()).content.decode()
    assert not [tag for tag in ("<img src=x", "<script>a", "<i>", "<u>") if tag in page]


def test_in_german(as_user, at, alice, said):
    said("Ebbe", by=alice)
    alice.language = "de"
    alice.save()
    page = as_user(alice).get(at()).content.decode()
    assert "started" not in page


# -- narrowed


def test_filters_of_the_address(as_user, at, alice, bob, said):
    said("First", by=alice, hours=100)
    said("Second", by=bob, subject_id=8)
    said("Third", by=bob, kind="people", verb="member.join", subject_type="user")
    said("Fourth", hours=30)
    browser = as_user(alice)

    def found(query):
        return subjects(browser.get(f"{at()}?{query}"))

    assert found("") == ["Third", "Second", "Fourth", "First"]
    assert found(f"who={bob.pk}") == ["Third", "Second"]
    assert found("who=0") == ["Fourth"]
    assert found("kind=people") == ["Third"]
    assert found("about=post:8") == ["Second"]
    assert found("days=1") == ["Third", "Second"]
    assert found(f"who={alice.pk}&days=7&kind=content") == ["First"]


@pytest.mark.parametrize(
    "query",
    [
        "who=x", "who=-1", f"who={10**30}", "who=%00", "kind=nothing", "kind=%00", "about=post",
        "about=:1", f"about=post:{10**30}", "about=%00:1", "days=0", "days=99999", "after=x",
        "after=2026-01-01T00:00:00_1", "after=2026-99-01T00:00:00%2B00:00_1",
        f"after=2026-01-01T00:00:00%2B00:00_{10**30}", "after=_", "who=%D9%A1",
    ],
)  # fmt: skip
def test_what_is_not_understood_narrows_nothing_and_breaks_nothing(as_user, at, alice, said, query):
    said("Here")
    response = as_user(alice).get(f"{at()}?{query}")
    assert response.status_code == 200
    if not query.startswith("after=2026-01-01T00:00:00%2B"):
        assert subjects(response) == ["Here"]


def test_somebody_who_left_can_still_be_asked_for(as_user, at, alice, team, bob, said):
    said("Low tide", by=bob)
    pk = bob.pk
    bob.delete()
    response = as_user(alice).get(f"{at()}?who={pk}")
    assert (pk, "Bob") in response.context["people"]
    assert subjects(response) == ["Low tide"]


# -- a page at a time


def test_pages_follow_each_other_without_gap_or_repeat(as_user, at, alice, said):
    moment = timezone.now()
    for n in range(120):
        said(f"Post {n}", at=moment - timedelta(seconds=n // 30))
    browser, seen, query = as_user(alice), [], "?kind=content"
    while query:
        response = browser.get(at() + query)
        seen += subjects(response)
        found = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
        query = html.unescape(found[1]) if found else ""
        assert len(subjects(response)) == trail.PER_PAGE or not query
    assert len(seen) == len(set(seen)) == 120
    assert "Newest" in response.content.decode()


def test_a_place_survives_the_address():
    place = Place(timezone.now(), 41)
    assert trail.parse_place(str(place)) == place


def test_a_page_asks_little_of_the_database(
    as_user, at, alice, bob, said, django_assert_max_num_queries
):
    for n in range(60):
        said(f"Post {n}", by=bob, hours=n)
    browser = as_user(alice)
    browser.get(at())
    with django_assert_max_num_queries(10):
        browser.get(f"{at()}?who={bob.pk}&days=365")


def test_many_entries_are_read_by_an_index(team, subtests):
    """None but those of the page, whatever narrows it: the plan is the same for a million."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditentry (team_id, at, verb, kind, actor_id, actor_name, "
            "subject_type, subject_id, subject, before, after, via, agent) "
            "SELECT %s + n %% 3, now() - n * interval '1 minute', 'post.create', "
            "CASE n %% 7 WHEN 0 THEN 'people' ELSE 'content' END, n %% 11, 'A', 'post', n %% 500, "
            "'S', '{}', '{}', 'page', '' FROM generate_series(1, 60000) n",
            [team.pk],
        )
        cursor.execute("ANALYZE accounts_auditentry")
    place = Place(timezone.now() - timedelta(hours=2), 10**9)
    ways = [
        Wanted(),
        Wanted(days=30),
        Wanted(who=3),
        Wanted(kind="people", days=30),
        Wanted(about=("post", 17)),
    ]
    for wanted in ways:
        with subtests.test(str(wanted)):
            rows = trail._after(trail.entries(team, wanted), place)[: trail.PER_PAGE + 1]
            plan = rows.explain(analyze=True)
            assert " audit_of_" in plan
            assert "Seq Scan" not in plan
            # The few about one thing may be sorted.
            assert "Sort" not in plan or wanted.about


# -- as a file


def test_the_file_holds_what_the_page_shows_and_no_formula(as_user, at, alice, bob, said):
    said("=cmd|' /C calc'!A0", by=bob, after={"title": "+1"}, agent="@agent")
    said("Elsewhere", by=alice)
    response = as_user(alice).post(f"{at('audit_export')}?who={bob.pk}")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    text = response.getvalue().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == list(trail.HEADINGS)
    [row] = rows
    named = dict(zip(head, row, strict=True))
    assert named["name"] == "'=cmd|' /C calc'!A0"
    assert named["agent"] == "'@agent"
    assert named["who"] == "Bob"
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_taking_the_file_is_an_entry_itself(as_user, at, alice, bob):
    as_user(alice).post(f"{at('audit_export')}?who={bob.pk}&days=7")
    entry = AuditEntry.objects.get(verb="audit.export")
    assert entry.after == {"who": bob.pk, "days": 7}


def test_a_long_file_is_read_in_pieces(team, said, monkeypatch):
    monkeypatch.setattr(trail, "_AT_ONCE", 7)
    moment = timezone.now()
    for n in range(20):
        said(f"Post {n}", at=moment - timedelta(seconds=n // 5))
    names = [line[8] for line in trail.lines(team, Wanted())]
    assert len(names) == len(set(names)) == 20
    monkeypatch.setattr(trail, "MOST_ROWS", 10)
    assert len(list(trail.lines(team, Wanted()))) == 10


# -- how long


@pytest.mark.parametrize(
    ("typed", "status", "kept"),
    [("365", 302, 365), ("", 302, None), ("89", 422, None), ("x", 422, None)],
)
def test_how_long_entries_are_kept(as_user, at, alice, team, typed, status, kept):
    response = as_user(alice).post(at("audit_retention"), {"audit_days": typed})
    assert response.status_code == status
    team.refresh_from_db()
    assert team.audit_days == kept
    changed = AuditEntry.objects.filter(verb="team.settings")
    assert [entry.after for entry in changed] == ([{"audit_days": kept}] if kept else [])


def test_another_number_of_days_is_offered_too(as_user, at, alice, team):
    team.audit_days = 200
    team.save()
    page = as_user(alice).get(at()).content.decode()
    assert "200 days" in page
