"""Large files go from a real browser straight into the bucket, and on after a broken connection."""

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect

from posts.models import MediaAsset
from posts.services import direct
from tests.buckets import all_of, unfinished
from tests.chromium import picture_file
from tests.factories.posts import picture
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEEN = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const bar = document.querySelector("drum-sending progress");
    if (bar) window.seen.push(bar.value);
  }).observe(document.querySelector("[data-uploads]"), { subtree: true, childList: true });
}"""

# The connection to the bucket breaks where `breaks` says so, of the parts `sent` since.
BREAKS = """() => {
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (...said) {
    this.part = said[0] === "PUT" ? said[1] : "";
    return open.apply(this, said);
  };
  XMLHttpRequest.prototype.send = function (body) {
    send.call(this, body);
    if (!this.part) return;
    window.sent.push(this.part.includes("partNumber=1&"));
    if (window.breaks(window.sent.length)) this.abort();
  };
}"""


def padded(colour: str, size: int) -> bytes:
    """A picture with nothing behind it, which is cut off when it is read."""
    content = picture(900, 700, colour=colour)
    return content + b"\0" * (size - len(content))


@pytest.fixture
def page(store, bucket, stack, person, as_user, team, bob):
    """The library of a web process that keeps its media in the bucket."""
    ChannelFactory(team=team)
    keys = {
        "DRUMBEAT_SECRET_KEY": django_settings.SECRET_KEY,
        "DRUMBEAT_TOKEN_KEYS": ",".join(django_settings.TOKEN_KEYS),
    }
    running = stack(children=("web",), env={**store.environment(), **keys})
    page = person(running.address)
    cookie = as_user(bob).cookies[django_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": running.address}])
    answer = page.goto("/t/tidewater/library/")
    # The policy of the page lets it go there, and nowhere else.
    assert f"connect-src 'self' {store.url};" in f"{answer.headers['content-security-policy']};"
    return page


def test_straight_there_again_after_a_break_and_through_us_at_last(page, store, bucket, tmp_path):
    through_us = []
    page.on("request", lambda one: "upload-offset" in one.headers and through_us.append(one))
    page.evaluate(SEEN)

    def choose(colour: str, size: int, there: int) -> None:
        file = picture_file(tmp_path, padded(colour, size), f"{colour}.jpg")
        page.locator("#library-files").set_input_files([file])
        expect(page.locator(".asset")).to_have_count(there, timeout=20_000)

    # Nothing between the browser and the bucket: it asks whether it may, and may.
    choose("red", direct.PART + 500_000, 1)
    assert any(0 < value < 100 for value in page.evaluate("window.seen"))
    asset = MediaAsset.objects.get()
    kept = {f"drum/beat/{file.name}" for file in (asset.file, asset.thumbnail)}
    assert set(all_of(bucket)) == kept

    # The second part does not get through at first, and only that one is sent again.
    page.evaluate(BREAKS)
    page.evaluate("window.sent = []; window.breaks = (n) => n === 2")
    choose("blue", direct.PART + 500_000, 2)
    assert page.evaluate("window.sent") == [True, False, False]
    assert not through_us

    page.evaluate("window.breaks = () => true")
    choose("green", 4_500_000, 3)
    assert through_us

    # From the composer, the same way, into the post.
    through_us.clear()
    page.goto("/t/tidewater/posts/new/")
    file = picture_file(tmp_path, padded("gold", 4_500_000), "gold.jpg")
    page.locator("#files").set_input_files([file])
    expect(page.locator("drum-upload [data-asset]")).to_have_count(1, timeout=20_000)
    expect(page.locator("drum-sending")).to_have_count(0)
    assert not through_us
    assert unfinished(bucket) == []
    assert len(all_of(bucket)) == 8
