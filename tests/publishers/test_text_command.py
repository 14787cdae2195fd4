"""`manage.py text`: a line of JSON for each line of JSON, whatever stands in it."""

import io
import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from config.supervisor.stack import ROOT
from publishers import registry
from publishers.management.commands import text as command
from publishers.text import count

TIDES = "Tide 🌊 at nine, says @ana.example.com: https://tide.earth/a#b #tides $TIDE"


@pytest.fixture
def answers(monkeypatch, capsys):
    """Of the command to these lines, which are texts or what stands in a line as it is."""

    def run(task: str, platform: str, *lines: str | bytes, ends: str = "") -> list:
        raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(raw))))
        if ends:
            with pytest.raises(CommandError, match=ends):
                call_command("text", task, "--platform", platform)
        else:
            call_command("text", task, "--platform", platform)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture(params=registry.specs(), ids=lambda spec: spec.slug)
def spec(request):
    return request.param


# -- count


def test_a_text_is_counted_as_the_platform_counts(answers, spec):
    limits = spec.limits
    [short, long] = answers("count", spec.slug, TIDES, "a" * (limits.text + 1))
    assert short == {"length": count(TIDES, limits.count), "limit": limits.text, "valid": True}
    assert long == {"length": limits.text + 1, "limit": limits.text, "valid": False}


def test_too_many_bytes_are_not_valid(answers):
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    [found] = answers("count", "bluesky", family * 130)
    assert found == {"length": 130, "limit": 300, "valid": False}


def test_a_sign_that_is_refused_is_not_valid(answers):
    assert answers("count", "x", "Tide\ufeff") == [{"length": 6, "limit": 280, "valid": False}]


# -- split


def test_a_text_is_cut_within_the_limits(answers, spec):
    text = "The tide turns at nine in the old port. " * (400 + spec.limits.text // 40)
    [parts] = answers("split", spec.slug, text)
    assert len(parts) > 1
    assert " ".join(parts).split() == text.split()
    assert all(count(part, spec.limits.count) <= spec.limits.text for part in parts)


def test_a_blank_text_has_no_parts(answers, spec):
    assert answers("split", spec.slug, "", "\n") == [[], []]


# -- facets


def test_facets_in_a_form_of_its_own(answers):
    [found] = answers("facets", "bluesky", TIDES)
    kinds = {"mention": "did", "link": "uri", "tag": "tag"}
    said = TIDES.encode()
    shown = []
    for facet in found:
        [feature] = facet["features"]
        where = said[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        shown.append((where, feature[kinds[feature["$type"].partition("#")[2]]]))
    assert shown == [
        ("@ana.example.com", "ana.example.com"),
        ("https://tide.earth/a#b", "https://tide.earth/a#b"),
        ("#tides", "tides"),
        ("$TIDE", "$TIDE"),
    ]


def test_facets_by_utf16_units(answers):
    [found] = answers("facets", "x", TIDES)
    units = TIDES.encode("utf-16-le")
    shown = [
        (mark["kind"], units[2 * mark["start"] : 2 * mark["end"]].decode("utf-16-le"))
        for mark in found
    ]
    assert shown == [
        ("mention", "@ana"),
        ("link", "https://tide.earth/a#b"),
        ("tag", "#tides"),
        ("cashtag", "$TIDE"),
    ]
    assert [mark["target"] for mark in found] == ["ana", "https://tide.earth/a#b", "tides", "TIDE"]


# -- lines that are no texts


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"Tide", "not JSON"),
        (b"", "not JSON"),
        (b'"Tide', "not JSON"),
        (b'"\xff"', "not UTF-8"),
        (b"7", "not a string"),
        (b'["Tide"]', "not a string"),
        (b"null", "not a string"),
        (b"[" * 100_000, "not JSON"),
        (b"1" * 10_000, "not JSON"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else "",
)
@pytest.mark.parametrize("task", command.TASKS)
def test_a_bad_line_is_told_and_the_others_are_answered(answers, task, line, words):
    first, bad, last = answers(task, "x", "Tide", line, "Tide", ends="1 of the lines")
    assert first == last
    assert set(bad) == {"error"}
    assert words in bad["error"]


def test_a_line_that_is_too_long_is_passed_over(answers, monkeypatch):
    monkeypatch.setattr(command, "LONGEST_LINE", 1000)
    found = answers("count", "x", "a" * 998, "a" * 999, "a" * 5000, "Tide", ends="2 of the lines")
    assert [sorted(one) for one in found] == [
        ["length", "limit", "valid"],
        ["error"],
        ["error"],
        ["length", "limit", "valid"],
    ]


@pytest.mark.parametrize("task", command.TASKS)
def test_half_a_character_is_no_surprise(answers, spec, task):
    assert (
        len(answers(task, spec.slug, "a\ud800 #tide \udc00", "@\ud800.com http://\ud800.com")) == 2
    )


def test_nothing_in_nothing_out(answers):
    assert answers("count", "x") == []


def test_from_a_shell_line_by_line():
    """Each line is answered before the next is there, without a database."""
    asked = [sys.executable, "manage.py", "text", "count", "--platform", "x"]
    pipe = subprocess.PIPE
    with subprocess.Popen(asked, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stdout
        for said, length in ((b'"Tide"\n', 4), (b'"\\u6d77"\n', 2)):
            process.stdin.write(said)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["length"] == length
        _, errors = process.communicate(b"Tide\n", timeout=60)
    assert process.returncode == 1
    assert b"1 of the lines held no text." in errors
