"""`keep`: drawn once for what it shows, and for nothing else."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import mark_safe
from django.utils.translation import override


class Spy(str):
    """A text that counts how often it is read."""

    __slots__ = ()
    read = 0

    @property
    def said(self):
        Spy.read += 1
        return f"<{self}>"


@pytest.fixture(autouse=True)
def unread():
    Spy.read = 0


def test_what_says_the_same_is_drawn_once():
    template = Template("{% keep one=one %}{{ one.said }}{% endkeep %}")
    drawn = [template.render(Context({"one": Spy(text)})) for text in ("a", "b", "a", "b")]
    assert drawn == ["&lt;a&gt;", "&lt;b&gt;"] * 2
    assert Spy.read == 2


def test_equal_is_not_the_same():
    template = Template("{% keep one=one %}{{ one }}{% endkeep %}")
    values = [1, True, 1.0, "<b>", mark_safe("<b>"), "<b>"]
    drawn = [template.render(Context({"one": value})) for value in values]
    assert drawn == ["1", "True", "1.0", "&lt;b&gt;", "<b>", "&lt;b&gt;"]


def test_two_places_are_two_drawings():
    first, second = (Template("{% keep n=n %}" + text + "{{ n }}{% endkeep %}") for text in "ab")
    assert [each.render(Context({"n": 1})) for each in (first, second, first)] == ["a1", "b1", "a1"]


def test_nothing_but_what_is_named_is_seen():
    template = Template("{% keep n=n %}{{ n }}{{ secret }}{% endkeep %}{{ secret }}")
    assert template.render(Context({"n": 1, "secret": "s"})) == "1s"


def test_each_language_has_its_own():
    template = Template("{% load i18n %}{% keep %}{% translate 'Calendar' %}{% endkeep %}")
    said = []
    for language in ("en", "de", "en"):
        with override(language):
            said.append(template.render(Context()))
    assert said == ["Calendar", "Kalender", "Calendar"]


@pytest.mark.parametrize("given", ["n", "n=n m", "'n'"])
def test_a_value_without_a_name_is_refused(given):
    with pytest.raises(TemplateSyntaxError, match="name=value"):
        Template("{% keep " + given + " %}{% endkeep %}")


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(TypeError, match="unhashable"):
        Template("{% keep n=n %}{% endkeep %}").render(Context({"n": []}))
