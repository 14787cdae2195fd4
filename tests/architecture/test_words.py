"""Every word that people read is marked, and every catalog has all of them, well."""

import re

import pytest
from babel.messages.catalog import Catalog

from tests.architecture import kept, tree, words
from tests.architecture.words import Message

MEND = "Run bin/words, translate what it names, run it again."
_GAPS = re.compile(r"%\(\w+\)[a-z]|%%\w|%[a-z.0-9]*[a-z]|\{\w+\}")
_TAGS = re.compile(r"</?(\w+)")


@pytest.fixture(scope="module")
def found():
    return words.everything()


def wrong(catalog: Catalog, found: dict[Message, set[str]]) -> list[str]:
    """What a catalog lacks, has too much, or says with other gaps and tags than the English."""
    there = {
        Message(*(one.id if one.pluralizable else (one.id, "")), one.context or ""): one
        for one in catalog
        if one.id
    }
    said = [f"not there: {message.id}" for message in found.keys() - there.keys()]
    said += [f"nobody says it: {message.id}" for message in there.keys() - found.keys()]
    for message, one in there.items():
        strings = one.string if isinstance(one.string, tuple) else (one.string,)
        if one.fuzzy or not all(string.strip() for string in strings):
            said.append(f"not translated: {message.id}")
        elif not _alike(message, strings):
            said.append(f"other gaps or tags: {message.id}")
    return said


def _alike(message: Message, strings: tuple[str, ...]) -> bool:
    """The first form may leave the number out where the English one says “one”."""
    if message.context == "date":
        return True
    sources = (message.id, message.plural) if message.plural else (message.id,)
    most = set().union(*(_GAPS.findall(source) for source in sources))
    return len(strings) == len(sources) and all(
        (gaps := set(_GAPS.findall(string))) in (set(_GAPS.findall(source)), most)
        and sorted(_TAGS.findall(string)) == sorted(_TAGS.findall(source))
        and gaps <= most
        for source, string in zip(sources, strings, strict=True)
    )


@pytest.mark.parametrize("language", words.languages())
def test_a_language_says_everything(found, language):
    assert not (bad := wrong(words.read(language), found)), f"{MEND}\n" + "\n".join(sorted(bad))


@pytest.mark.parametrize("language", words.languages())
def test_what_runs_is_what_was_translated(found, language):
    source = words.source_of(language)
    catalog = words.renewed(words.read(language), found)
    assert source.with_suffix(".mo").read_bytes() == words.compiled(catalog), MEND


def test_catches_what_is_wrong_in_a_catalog():
    catalog = Catalog(locale="de")
    catalog.add("Save", string="Speichern")
    catalog.add("%(n)s left", string="%(zahl)s übrig")
    catalog.add("<b>Now</b>", string="Jetzt")
    catalog.add("Stale", string="Alt")
    catalog.add("Empty", string="")
    catalog.add(("one", "%(n)s"), string=("einer", "%(n)s"), context="counted")
    known = [Message(m) for m in ("Save", "%(n)s left", "<b>Now</b>", "Empty", "New")]
    bad = wrong(catalog, {m: {"a.py"} for m in [*known, Message("one", "%(n)s", "counted")]})
    assert sorted(bad) == [
        "nobody says it: Stale",
        "not there: New",
        "not translated: Empty",
        "other gaps or tags: %(n)s left",
        "other gaps or tags: <b>Now</b>",
    ]


def test_finds_what_is_marked():
    source = (
        "from django.utils.translation import gettext_lazy as _, npgettext\n"
        'A = _("Save " "it")\nB = npgettext("counted", "post", "posts", 3)\nC = _(name)\n'
    )
    assert set(words.in_python(source)) == {
        Message("Save it"),
        Message("post", "posts", "counted"),
    }
    template = (
        '{% load i18n %}<p title="{% translate "It\'s" %}">{{ n|plural_of:"row,rows" }}'
        "{% blocktranslate count n=n with a=b %}{{ a }} {{ n }}{% plural %}{{ a }}s"
        "{% endblocktranslate %}"
        '{{ who|default:_("Somebody") }}'
    )
    assert set(words.in_template(template)) == {
        Message("It's"),
        Message("row", "rows", "counted"),
        Message("%(a)s %(n)s", "%(a)ss"),
        Message("Somebody"),
    }


def test_finds_what_machines_say():
    source = '''
def refuse(spec, most):
    """Says no."""
    raise ValueError("A picture is never so large.")
    return Rejected(f"{spec.name} takes {most:,} pictures.", code="too_many")
'''
    assert kept.said_in(source) == ["{name} takes {most} pictures."]


# -- templates

# Simulated platforms and the style guide are for builders; CSS in mails is no text.
_FOR_BUILDERS = ("templates/sandbox/", "templates/ui/styleguide.html", "templates/ui/_spec_words")
_SAME_EVERYWHERE = re.compile(r"(Drumbeat *·? *)+|text:|#opendata #oceantech|data-\w+=.*")
_CODE = re.compile(
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<style.*?</style>|<code>.*?</code>|<kbd.*?</kbd>"
    r"|{%\s*blocktranslate\b.*?endblocktranslate\s*%}|{%.*?%}|{{.*?}}|&\w+;",
    re.DOTALL,
)
_SPOKEN = re.compile(r"""\s(?:aria-label|title|placeholder|alt|label)=(?:"([^"]*)"|'([^']*)')""")
_LETTERS = re.compile(r"[A-Za-z]{2}")


def bare(source: str) -> list[str]:
    """Words between tags, and in what is read aloud, that no translation can reach."""
    plain = _CODE.sub("\x00", source)
    spoken = [one or other for one, other in _SPOKEN.findall(plain)]
    between = re.sub(r"<[^>]*>", "\x01", plain).split("\x01")
    shown = [piece.replace("\x00", " ").strip() for text in (between, spoken) for piece in text]
    return [
        piece for piece in shown if _LETTERS.search(piece) and not _SAME_EVERYWHERE.fullmatch(piece)
    ]


def test_no_template_has_words_of_its_own():
    found = [
        f"{tree.name(path)}: {piece}"
        for path in tree.templates()
        if not tree.name(path).startswith(_FOR_BUILDERS)
        for piece in bare(path.read_text())
    ]
    assert not found, "Put them into {% translate %}: " + "\n".join(found)


@pytest.mark.parametrize(
    "planted",
    ["<p>Save</p>", '<a href="/" aria-label="Close">→</a>', "{% if x %}and so on{% endif %}"],
)
def test_catches_a_planted_word(planted):
    assert bare(planted)


@pytest.mark.parametrize(
    "innocent",
    [
        '<p class="soft">{% translate "Save" %} · {{ name }}</p>',
        "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}",
        '<a aria-label="{% translate "Close" %}">→</a>&nbsp;<code>DRUMBEAT_URL</code>',
    ],
)
def test_leaves_what_is_translated_alone(innocent):
    assert not bare(innocent)
