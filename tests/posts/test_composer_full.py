"""The composer with as many channels and pictures as there may be: all of its fields arrive."""

from collections import defaultdict
from html.parser import HTMLParser
from itertools import cycle, islice

import pytest

from posts.cells import MAX_CHANNELS
from posts.forms import MAX_PICTURES
from publishers import registry
from tests.factories.posts import MediaAssetFactory, PostFactory, PostMediaFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import edit_url

pytestmark = pytest.mark.django_db


class Filled(HTMLParser):
    """The fields of the composer's form as a browser without scripts sends them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: defaultdict[str, list[str]] = defaultdict(list)
        self.inside, self.area, self.choice = False, "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name, kind = given.get("name", ""), given.get("type")
        self.inside = self.inside or given.get("id") == "composer"
        if tag == "option" and self.choice and "selected" in given:
            self.fields[self.choice] = [given["value"]]
        if not self.inside or not name:
            return
        if tag == "select":
            self.choice = name
        if tag == "textarea":
            self.area = name
            self.fields[name].append("")
        pressed = kind not in ("checkbox", "radio") or "checked" in given
        if tag == "input" and kind != "file" and pressed:
            self.fields[name].append(given.get("value") or "")

    def handle_data(self, data):
        if self.area:
            self.fields[self.area][-1] += data

    def handle_endtag(self, tag):
        self.area = "" if tag == "textarea" else self.area
        self.choice = "" if tag == "select" else self.choice
        self.inside = self.inside and tag != "form"


def test_a_full_form_is_stored(as_user, bob, team):
    platforms = islice(cycle(registry.ADAPTERS), MAX_CHANNELS)
    channels = [ChannelFactory(team=team, platform=slug) for slug in platforms]
    post = PostFactory(team=team, author=bob, channels=channels)
    pictures = [MediaAssetFactory(team=team) for _ in range(MAX_PICTURES)]
    for n, asset in enumerate(pictures):
        PostMediaFactory(post=post, asset=asset, position=n, alt="A buoy")
    client = as_user(bob)
    fields = Filled(client.get(edit_url(post)).text).fields
    least, out = channels[0].pk, str(pictures[4].pk)
    assert len(fields[f"pics_{least}"]) == MAX_PICTURES
    fields[f"pics_{least}"].remove(out)
    fields["body"] = ["High water at nine."]
    answer = client.post(edit_url(post), fields)
    assert answer.status_code == 302, answer.context["errors"]
    post.refresh_from_db()
    assert post.body == "High water at nine."
    own = dict(post.variants.values_list("channel_id", "media"))
    assert own.pop(least) == [asset.pk for asset in pictures if str(asset.pk) != out]
    assert set(own.values()) == {None}
