"""Cells with far more names than anybody means: little work, few words, no harm to other rows."""

import pytest

from posts.models import Post
from posts.services import rows
from tests.factories.posts import MediaAssetFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.importing import checked, done

pytestmark = pytest.mark.django_db
HEAD = ("text", "channels", "tags", "media")


def many(count: int, first: int = 0) -> str:
    """Names of two signs: 25,000 of them fit into one cell."""
    each = range(first, first + count)
    return ",".join(chr(0x4E00 + n // 256) + chr(0x4E00 + n % 256) for n in each)


def test_rows_of_25000_names_are_refused_and_the_others_are_not(team, bob):
    # Together more names than one statement takes.
    long = [("Hello", *[many(25_000, n * 25_000)] * 3) for n in range(3)]
    importing = checked(team, bob, HEAD, *long, ("Fine", "", "", ""))
    assert importing.step == "checked"
    *refused, fine = importing.rows.all()
    assert fine.outcome == "ready"
    for row in refused:
        assert (row.outcome, row.notes) == ("bad", [])
        assert row.problems == [
            ["channels", "At most 50 channels."],
            ["tags", "At most 20 tags of 40 characters."],
            ["media", "At most 20 pictures or videos."],
        ]


def test_no_name_of_too_long_a_list_is_looked_at(team, bob, monkeypatch):
    looked = []
    monkeypatch.setattr(rows._Reader, "_channel", lambda _self, name: looked.append(name))
    monkeypatch.setattr(rows._Reader, "_new", lambda _self, column, _names: looked.append(column))
    checked(team, bob, HEAD, ("Hello", many(51), many(21), many(21)))
    assert looked == ["campaign"]


def test_as_many_as_are_allowed_are_taken(team, bob):
    names = many(20)
    for name in names.split(","):
        MediaAssetFactory(team=team, name=name)
    handles = [f"tide{n}.example" for n in range(50)]
    for handle in handles:
        ChannelFactory(team=team, handle=handle)
    importing = done(team, bob, HEAD, ("Hello", ";".join(handles), names, names))
    post = Post.objects.get()
    assert importing.rows.get().outcome == "made"
    assert (post.variants.count(), post.tags.count(), post.pictures.count()) == (50, 20, 20)


def test_a_row_says_at_most_20_things_and_that_there_is_more(team, bob):
    importing = checked(
        team, bob, (*HEAD, "campaign"), ("Hello", many(50), many(20), many(20), "Spring"),
        ("Hello", "", many(20), "", "Spring"), ("Hi", "", many(18), "", "Spring"),
    )  # fmt: skip
    wrong, noted, few = importing.rows.all()
    assert [row.outcome for row in (wrong, noted, few)] == ["bad", "ready", "ready"]
    assert (len(wrong.problems), len(wrong.notes)) == (20, 20)
    assert wrong.problems[-1] == ["", "There is more to mend in this row."]
    assert noted.notes[-1] == ["", "There is more to know about this row."]
    assert len(noted.notes) == 20
    assert few.notes[-1] == ["campaign", "“Spring” is new and will be added."]
