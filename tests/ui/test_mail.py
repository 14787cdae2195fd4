import pytest
from django.template import TemplateDoesNotExist

from ui import mail


@pytest.fixture
def letters(settings, tmp_path):
    """Templates of one kind, as a room would write them."""
    folder = tmp_path / "emails"
    folder.mkdir()
    (folder / "note.subject.txt").write_text("{{ who }}\nasks")
    (folder / "note.txt").write_text("Hello, see {{ url }}\n")
    (folder / "note.html").write_text(
        '{% extends "emails/_layout.html" %}'
        "{% block card %}<p>{{ who }} {{ url }}</p>{% endblock %}"
    )
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [engine]
    settings.SITE_URL = "https://social.example"


def test_a_message_has_a_written_text_and_an_html_part(letters):
    message = mail.render("note", to=["ruth@example.org"], context={"who": "Maya", "url": "/r/7/"})
    assert message.subject == "Maya asks"
    assert message.body == "Hello, see https://social.example/r/7/\n"
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert "https://social.example/r/7/" in html
    assert "prefers-color-scheme: dark" in html


def test_a_subject_stays_on_one_line(letters):
    message = mail.render(
        "note", to=["r@example.org"], context={"who": "Maya\r\nBcc: all@x.example"}
    )
    assert "\n" not in message.subject
    assert message.message()["Bcc"] is None


def test_html_escapes_what_people_wrote(letters):
    message = mail.render("note", to=["r@example.org"], context={"who": "<script>"})
    assert "<script>" not in str(message.alternatives[0][0])


def test_an_unknown_kind_is_a_mistake(letters):
    with pytest.raises(TemplateDoesNotExist):
        mail.render("nothing", to=["r@example.org"], context={})


@pytest.mark.parametrize("path", ["/r/7/", "r/7/", "https://social.example/r/7/"])
def test_absolute(settings, path):
    settings.SITE_URL = "https://social.example"
    assert mail.absolute(path) == "https://social.example/r/7/"
