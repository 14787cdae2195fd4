"""The pages of an import, from the file to the undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from posts.models import Import, Post
from posts.services import importer
from tests.factories.publishers import ChannelFactory
from tests.posts.importing import checked, confirm, done, taken_in, text, tomorrow, workbook, worked

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST = reverse("posts:imports", kwargs={"team": "tidewater"})
NEW = reverse("posts:import_new", kwargs={"team": "tidewater"})
ROWS = (("text", "channels", "date", "time"), ("Hello", "", "", ""), ("Lost", "Nowhere", "", ""))
PAGES = ("posts:import", "posts:import_columns", "posts:import_undo", "posts:import_left_out")
ACTS = ("posts:import_columns", "posts:import_confirm", "posts:import_stop", "posts:import_undo",
        "posts:import_discard")  # fmt: skip


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """The imports that a worker was woken for."""
    found = []
    monkeypatch.setattr(
        "posts.tasks.work_on_import.apply_async", lambda args, **_options: found.extend(args)
    )
    return found


def of(importing: Import, name="posts:import", team="tidewater") -> str:
    return reverse(name, kwargs={"team": team, "import_id": importing.pk})


def columns(importing: Import, **changed):
    said = {f"column_{n}": target for n, target in enumerate(importing.columns)}
    return {**said, "zone": "Europe/Lisbon", "slashes": "day", **changed}


def test_numbers_are_of_the_readers_language(bob, as_user):
    assert b"20,000 rows" in as_user(bob).get(NEW).content
    bob.language = "de"
    bob.save(update_fields=["language"])
    assert "20.000 Zeilen" in as_user(bob).get(NEW).content.decode()


def test_from_the_file_to_the_posts(as_user, bob, team, woken):
    channel = ChannelFactory(team=team, name="Tidewater")
    client = as_user(bob)
    file = SimpleUploadedFile("plan.xlsx", workbook(
        ("Beitrag", "Kanal", "Datum", "Zeit", "Notes"),
        ("Hello <b>all</b>", "Tidewater", tomorrow(), "09:30", "x"),
        ("", "Tidewater", tomorrow(), "09:30", "x"),
    ))  # fmt: skip
    answer = client.post(NEW, {"file": file})
    importing = Import.objects.get()
    assert answer.url == of(importing, "posts:import_columns")
    assert client.get(of(importing)).url == answer.url
    page = client.get(answer.url).content.decode()
    assert "Hello &lt;b&gt;all&lt;/b&gt;" in page
    assert f'<option value="text:{channel.pk}">' in page
    answer = client.post(answer.url, columns(importing))
    assert (answer.url, woken) == (of(importing), [importing.pk])
    at_work = client.get(of(importing)).content.decode()
    assert "0 of 2 rows" in at_work
    assert "every 4s" in at_work
    worked(importing)
    page = client.get(of(importing)).content.decode()
    assert "One post will be made" in page
    assert "This team asks for a review" in page
    assert "There is no text." in page
    assert _yes(client, importing).url == of(importing)
    worked(importing)
    page = client.get(of(importing) + "?show=made").content.decode()
    assert f"/t/tidewater/posts/{Post.objects.get().pk}/" in page
    assert client.get(of(importing, "posts:import_undo")).status_code == 200
    assert client.post(of(importing, "posts:import_undo")).url == of(importing)
    worked(importing)
    assert not Post.objects.for_team(team).exists()


def test_the_fragment_is_what_changes_by_itself(as_user, bob, team):
    importing = checked(team, bob, *ROWS)
    answer = as_user(bob).get(of(importing) + "?show=ready", headers=HTMX)
    assert {"import_live"} <= {t.name for t in answer.templates}
    assert b"<html" not in answer.content
    assert f'data-live="import:{importing.pk}"' in answer.content.decode()
    answer = as_user(bob).get(LIST, headers=HTMX)
    assert b"<html" not in answer.content
    assert "Waits for your yes" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "empty"),
        (b"text\n", 422, "no rows below them"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, 415, "neither a CSV file nor"),
        (b"x" * (10 * 1024 * 1024 + 1), 413, "larger than 10 MB"),
    ],
)
def test_a_file_that_is_not_taken_says_why(as_user, bob, team, content, status, words):
    answer = as_user(bob).post(NEW, {"file": SimpleUploadedFile("plan.csv", content)})
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert not Import.objects.exists()


def test_no_file_at_all(as_user, bob, team):
    answer = as_user(bob).post(NEW)
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()
    assert as_user(bob).get(NEW).status_code == 200


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"column_1": "text"}, "“Text” is chosen for two columns."),
        ({"column_0": ""}, "Say which column has the text."),
        ({"column_0": "secret"}, "Select a valid choice"),
        ({"zone": "Mars/Base"}, "Select a valid choice"),
    ],
)
def test_columns_that_cannot_be_keep_what_was_chosen(as_user, bob, team, changed, words, woken):
    importing = taken_in(team, bob, text(*ROWS))
    typed = columns(importing, column_2="tags", **changed)
    answer = as_user(bob).post(of(importing, "posts:import_columns"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert '<option value="tags" selected>' in page
    assert not woken


def test_what_has_moved_on_is_409_and_shows_where_it_is(as_user, bob, team):
    importing = done(team, bob, *ROWS)
    for name in ("posts:import_columns", "posts:import_confirm", "posts:import_stop",
                 "posts:import_discard"):  # fmt: skip
        answer = as_user(bob).post(of(importing, name), columns(importing))
        assert answer.status_code == 409, name
        assert "Undo this import" in answer.content.decode()
    importing = checked(team, bob, ("text", "tags"), ("", "x"))
    answer = _yes(as_user(bob), importing)
    assert answer.status_code == 409
    assert "No row is ready." in answer.content.decode()


def test_only_writers_of_the_team(as_user, bob, vera, mallory, team, client):
    importing = checked(team, bob, *ROWS)
    pages = [LIST, NEW, *(of(importing, name) for name in PAGES)]
    for url in pages:
        assert as_user(vera).get(url).status_code == 403, url
        assert as_user(mallory).get(url).status_code == 404, url
        assert client.get(url).status_code == 302, url
    for name in PAGES:
        assert as_user(mallory).get(of(importing, name, "harbour")).status_code == 404, name
    for name in ACTS:
        assert as_user(vera).post(of(importing, name)).status_code == 403, name
        assert as_user(mallory).post(of(importing, name)).status_code == 404, name
        assert as_user(mallory).post(of(importing, name, "harbour")).status_code == 404, name
    assert as_user(vera).post(NEW).status_code == 403
    importing.refresh_from_db()
    assert importing.step == "checked"


def test_discard_and_stop(as_user, bob, team):
    client = as_user(bob)
    importing = taken_in(team, bob, text(*ROWS))
    assert client.post(of(importing, "posts:import_discard")).url == LIST
    assert not Import.objects.exists()
    importing = checked(team, bob, *ROWS)
    confirm(importing, bob)
    assert "Stop here" in client.get(of(importing)).content.decode()
    assert client.post(of(importing, "posts:import_stop")).url == of(importing)
    assert not Post.objects.exists()


def test_left_out_rows_come_back_harmless(as_user, bob, team):
    importing = checked(
        team, bob, ("text", "channels", "Formel"), ("=1+1", "Nowhere", "@x"), ("Fine", "", "y")
    )
    answer = as_user(bob).get(of(importing, "posts:import_left_out"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "text,channels,Formel,Row,Problem",
        "'=1+1,Nowhere,'@x,2,channels: “Nowhere” is not one of the team's channels.",
    ]
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_is_understood(as_user, bob, vera, mallory, team, ending):
    ChannelFactory(team=team, handle="tide.example")
    url = reverse("posts:import_template", kwargs={"team": "tidewater", "ending": ending})
    content = b"".join(as_user(bob).get(url).streaming_content)
    importing = taken_in(team, bob, content)
    assert [heading for heading in importing.headings if heading] == importing.columns
    importer.map_columns(
        importing=importing, chosen=importing.columns, zone="UTC", month_first=False
    )
    assert {row.outcome for row in worked(importing).rows.all()} == {"ready"}
    assert as_user(vera).get(url).status_code == 403
    assert as_user(mallory).get(url).status_code == 404
    assert as_user(bob).get(url.replace(ending, "pdf")).status_code == 404


def test_statements_do_not_grow(as_user, bob, team):
    client = as_user(bob)
    client.get(LIST)

    def statements(url):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    one = checked(team, bob, *ROWS)
    few = statements(LIST), statements(of(one))
    for n in range(6):
        many = checked(team, bob, ROWS[0], *[(f"{n} {m}", "Gone", "", "") for m in range(40)])
    assert (statements(LIST), statements(of(many))) <= (few[0], few[1] + 1)
    assert max(few) <= 14


def test_the_list_has_pages(as_user, bob, team):
    Import.objects.bulk_create(
        Import(team=team, by=bob, name=f"Plan {n}", zone="UTC") for n in range(32)
    )
    page = as_user(bob).get(LIST).content.decode()
    assert "1 of 2" in page
    assert "Plan 31<" in page
    assert "Plan 0<" in as_user(bob).get(LIST + "?page=2").content.decode()
    Import.objects.all().delete()
    assert "No imports yet" in as_user(bob).get(LIST).content.decode()


def test_the_board_leads_here(as_user, bob, vera, team):
    board = reverse("calendar_app:board", kwargs={"team": "tidewater"})
    assert f'href="{LIST}"' in as_user(bob).get(board).content.decode()
    shown = as_user(vera).get(board).content.decode()
    assert f'href="{LIST}"' not in shown
    assert "/t/tidewater/posts/export.csv?" in shown


def _yes(client, importing):
    sent = {"mark": importer.mark_of(importing)}
    return client.post(of(importing, "posts:import_confirm"), sent)
