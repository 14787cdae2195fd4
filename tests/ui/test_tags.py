from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone

from ui.templatetags.ui import linkify_text, status_key, status_label


def drawn(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_icon_is_decoration_from_the_sprite():
    html = drawn('{% icon "bell" "sm" %}')
    assert 'class="icon icon--sm"' in html
    assert 'aria-hidden="true"' in html
    assert "img/sprite.svg#i-bell" in html


def test_glyph_speaks_when_named():
    assert 'role="img" aria-label="A &amp; B"' in drawn(
        "{% glyph slug title=name %}", slug="a", name="A & B"
    )
    assert 'aria-hidden="true"' in drawn('{% glyph "a" %}')


def test_glyphs_show_the_first_and_count_the_rest():
    class Channel:
        platform = "a"

        def __init__(self, name: str) -> None:
            self.name = name

        def __str__(self) -> str:
            return self.name

    channels = [Channel("<One>"), Channel("Two"), Channel("Three")]
    html = drawn("{% glyphs channels 2 %}", channels=channels)
    assert 'aria-label="&lt;One&gt;"' in html
    assert "Three" not in html
    assert '<span class="glyphs__more">+1</span>' in html
    assert '<span class="glyphs" data-rest="2">' in html
    assert '<span class="glyphs" data-rest="0">' in drawn(
        "{% glyphs channels 2 %}", channels=channels[:1]
    )
    assert "glyphs__more" not in drawn("{% glyphs channels 3 %}", channels=channels)


def test_address_is_that_of_url():
    at = "'posts:post' team=slug post_id=7"
    shown = drawn(f"{{% address {at} %}}", slug="tidewater")
    assert shown == drawn(f"{{% url {at} %}}", slug="tidewater")


@pytest.mark.parametrize(
    ("status", "key", "label"),
    [
        ("in_review", "review", "In review"),
        ("changes_requested", "changes", "Changes requested"),
        ("done", "published", "Published"),
        ("queued", "scheduled", "Scheduled"),
        ("claimed", "publishing", "Publishing"),
        ("failed", "attention", "Gave up"),
        ("needs_human", "unknown", "Needs your answer"),
        ("review", "review", "In review"),
    ],
)
def test_status_is_mark_and_word(status, key, label):
    assert (status_key(status), status_label(status)) == (key, label)
    html = drawn("{% status_pill s %}", s=status)
    assert f'data-status="{key}"' in html
    assert f"#s-{key}" in html
    assert html.endswith(f"{label}</span>")


def test_status_pill_takes_own_words_and_escapes_them():
    assert "&lt;b&gt;" in drawn('{% status_pill "review" label %}', label="<b>")


def test_mark_reads_its_word_unless_it_stands_beside_it():
    assert 'aria-label="Approved"' in drawn('{% mark "approved" %}')
    assert "aria-label" not in drawn('{% mark "approved" label="" %}')
    assert "mark--spin" in drawn('{% mark "publishing" %}')


def test_avatar_shows_initials_in_a_steady_colour():
    first, second = drawn('{% avatar "Maya Okafor" %}'), drawn('{% avatar "Maya Okafor" %}')
    assert ">MO</span>" in first
    assert first == second
    assert 'aria-label="Maya Okafor"' in first
    assert "&lt;" in drawn("{% avatar name %}", name="<b>")


@time_machine.travel(datetime(2026, 12, 9, 12, tzinfo=UTC), tick=False)
def test_time_is_in_the_readers_zone():
    at = datetime(2026, 12, 10, 8, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        html = drawn("{% local_time at %}", at=at)
        assert ">Thu 10 Dec, 09:30</time>" in html
        assert 'datetime="2026-12-10T08:30:00+00:00"' in html
        assert "UTC+1" in html
        assert ">09:30<" in drawn('{% local_time at "time" %}', at=at)
        assert ">Thu 10 Dec, 09:30<" in drawn('{% local_time at "near" %}', at=at)
        today = at.replace(day=9)
        assert ">09:30<" in drawn('{% local_time at "near" %}', at=today)
        assert drawn("{% zone_name %}") == "Berlin, UTC+1"
        ago = {
            days: drawn('{% local_time at "age" %}', at=today - timedelta(days=days))
            for days in (0, 1, 13, 14, 40)
        }
        assert [html.split(">")[1].split("<")[0] for html in ago.values()] == [
            "today",
            "1 day ago",
            "13 days ago",
            "2 weeks ago",
            "5 weeks ago",
        ]
        later = at.replace(year=2027)
        assert ">Fri 10 Dec 2027, 09:30<" in drawn("{% local_time at %}", at=later)
    assert drawn("{% local_time none %}", none=None) == ""


def test_a_zone_is_not_named_twice():
    with timezone.override(UTC):
        assert drawn("{% zone_name %}") == "UTC"


def test_a_period_has_the_offset_of_its_own_days():
    march, april = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Lisbon")), time_machine.travel(march, tick=False):
        named = "{% zone_name start end %}"
        assert drawn(named, start=april, end=april) == "Lisbon, UTC+1"
        assert drawn(named, start=march, end=april) == "Lisbon, UTC+0, then UTC+1"
    with timezone.override(UTC):
        assert drawn(named, start=march, end=april) == "UTC"


def test_half_hours_west_of_greenwich():
    with (
        timezone.override(ZoneInfo("America/St_Johns")),
        time_machine.travel(datetime(2026, 12, 9, tzinfo=UTC)),
    ):
        assert drawn("{% zone_name %}") == "St Johns, UTC\N{MINUS SIGN}3:30"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("see https://a.example/b?c=1&d=2.", 'href="https://a.example/b?c=1&amp;d=2"'),
        ("#opendata", '<span class="ref">#opendata</span>'),
        ("hello @maya.example.com!", '<span class="ref">@maya.example.com</span>'),
    ],
)
def test_linkify_marks_what_platforms_mark(text, marked):
    assert marked in linkify_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        'https://a.example/"onmouseover="x',
        "https://a.example/<img src=x>",
    ],
)
def test_linkify_escapes_everything(text):
    html = linkify_text(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert '"onmouseover=' not in html


def test_linkify_leaves_addresses_of_people_alone():
    assert "ref" not in linkify_text("write to maya@tidewater.earth")
