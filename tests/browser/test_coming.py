"""A page comes as it is: nothing of it fades in from what the browser would have drawn."""

import pytest

from calendar_app.services import feeds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RECORDS = """window.faded = [];
addEventListener("transitionrun", ({ target, propertyName }) => {
  faded.push(`${target.localName}.${target.className}: ${propertyName}`);
}, true);"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("path", ["calendar/elsewhere/", "board/", "posts/new/", "library/"])
def test_nothing_fades_as_it_comes(enter, team, bob, path):
    feeds.give(team=team, user=bob, mine=False)
    page = enter(bob)
    page.add_init_script(RECORDS)
    page.goto(f"/t/{team.slug}/{path}")
    page.evaluate(PAINTED)
    assert page.evaluate("faded") == []
