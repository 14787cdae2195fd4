"""Addresses in posts: opened in the background by the guarded client, from a real server."""

import threading
from collections import Counter
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.facts import key_of
from approvals.models import Link
from approvals.services import links
from posts.models import Post
from posts.services import checks, schedule
from publishers.http import Client
from tests.approvals.gating import EASY, gate, soon, written
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
HOST = "shop.example.org"
ANSWERS = {"/ok": 200, "/gone": 404, "/down": 503, "/shut": 401, "/dead": 410}
REDIRECTS = {
    "/moved": "/ok",
    "/round": "/round",
    "/inside": "http://10.0.0.7/admin",
    "/metadata": "http://169.254.169.254/latest/meta-data/",
    "/elsewhere": "ftp://example.org/x",
    "/lost": "/gone",
}


class Shop(ThreadingHTTPServer):
    """Counts what it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: Counter[str] = Counter()

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Shop

    def do_HEAD(self) -> None:
        self.server.asked[f"HEAD {self.path}"] += 1
        self._answer(405 if self.path == "/get" else ANSWERS.get(self.path, 200))

    def do_GET(self) -> None:
        self.server.asked[f"GET {self.path}"] += 1
        self._answer(ANSWERS.get(self.path, 200), b"Hello")

    def _answer(self, status: int, body: bytes = b"") -> None:
        to = REDIRECTS.get(self.path)
        self.send_response(302 if to else status)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def served():
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def shop(served):
    served.asked.clear()
    return served


@pytest.fixture
def http(shop):
    client = Client([shop.url("")], ask=lambda _host, _port, _seconds: ["127.0.0.1"])
    yield client
    client.close()


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("/ok", "ok"),
        ("/get", "ok"),
        ("/moved", "ok"),
        ("/gone", "broken"),
        ("/dead", "broken"),
        ("/lost", "broken"),
        ("/round", "broken"),
        ("/down", "unsure"),
        ("/shut", "unsure"),
        ("/inside", "private"),
        ("/metadata", "private"),
        ("/elsewhere", "private"),
    ],
)
def test_what_an_address_opens(shop, http, path, state):
    assert links.opened(shop.url(path), http).state == state


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/", "http://[::1]/", "http://localhost/", "http://2130706433/", "http://a/",
     "http://printer.local/", "https://0x7f.1/", "http://user@shop.example.org/"],
)  # fmt: skip
def test_addresses_inside_a_network_are_never_called(url):
    asked = []
    client = Client(ask=lambda *question: asked.append(question) or ["93.184.216.34"])
    assert links.opened(url, client).state == "private"
    assert not asked


def test_a_name_that_leads_inside_is_not_called():
    client = Client(ask=lambda _host, _port, _seconds: ["10.0.0.7"])
    assert links.opened("https://nice.example.org/", client).state == "private"


def test_a_name_that_is_nowhere():
    def nowhere(_host, _port, _seconds):
        raise OSError("no such name")

    answer = links.opened("https://nice.example.org/", Client(ask=nowhere))
    assert (answer.state, answer.words) == ("broken", "nice.example.org could not be reached.")


def messages(post: Post) -> list[tuple[str, str]]:
    return [(problem.level, problem.code) for _pk, problem in checks.problems(post)]


def test_an_address_is_looked_at_until_a_tick_has_opened_it(team, bob, channel, shop, http):
    gate(team, "links", "block")
    good, bad = shop.url("/ok"), shop.url("/gone")
    post = written(team, bob, channel, f"{EASY} {good} {bad}")
    assert messages(post) == [("warn", "link_waiting")] * 2
    assert not Link.objects.exists()
    links.tick(http)
    assert messages(post) == [("warn", "link_waiting")]
    Link.objects.update(look_at=timezone.now())
    links.tick(http)
    assert messages(post) == [("error", "link_broken")]
    [(_pk, problem)] = checks.problems(post)
    assert "opens nothing: The server answered with 404." in problem.message
    assert problem.take == bad


def test_once_a_day_for_each_team(team, bob, channel, shop, http):
    gate(team, "links")
    post = written(team, bob, channel, f"{EASY} {shop.url('/ok')}")
    for _ in range(3):
        links.tick(http)
    assert shop.asked["HEAD /ok"] == 1
    Link.objects.update(look_at=timezone.now() - timedelta(seconds=1))
    links.tick(http)
    assert shop.asked["HEAD /ok"] == 2
    Post.objects.filter(pk=post.pk).update(updated_at=timezone.now() - timedelta(days=2))
    Link.objects.update(look_at=timezone.now(), asked_at=timezone.now() - timedelta(hours=3))
    links.tick(http)
    assert shop.asked["HEAD /ok"] == 2


def test_what_is_due_soon_is_opened_again(team, bob, channel, shop, http):
    team.review_required = False
    team.save(update_fields=["review_required"])
    gate(team, "links", "warn")
    post = written(team, bob, channel, f"{EASY} {shop.url('/ok')}")
    schedule.schedule(post=post, at=soon(1), by=bob)
    Post.objects.filter(pk=post.pk).update(updated_at=timezone.now() - timedelta(days=9))
    links.tick(http)
    assert Link.objects.get().state == "ok"


def test_nobody_is_asked_for_a_team_without_the_gate(team, bob, channel, shop, http):
    written(team, bob, channel, f"{EASY} {shop.url('/ok')}")
    links.tick(http)
    gate(team, "links", "warn", dead=False)
    links.tick(http)
    assert not shop.asked


def test_a_team_has_only_so_many_that_wait(team, monkeypatch):
    monkeypatch.setattr(links, "MOST_WAITING", 5)
    links.note(team, [f"https://a{n}.example.org/" for n in range(20)])
    links.note(team, [f"https://b{n}.example.org/" for n in range(20)])
    assert Link.objects.filter(team=team).count() == 5


def test_what_another_team_knows_is_not_known(team, other_team, bob, channel, shop):
    url = shop.url("/ok")
    Link.objects.create(team=other_team, url=url, key=key_of(url), state="ok")
    gate(team, "links", "warn")
    assert messages(written(team, bob, channel, f"{EASY} {url}")) == [("warn", "link_waiting")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("http://192.168.0.1/admin", "link_private"),
        ("http://localhost:8000/", "link_private"),
        ("https://user@example.org/", "link_unreadable"),
        ("javascript:alert(1)", "link_script"),
        ("https://elsewhere.example.org/", "link_not_allowed"),
        ("https://bad.tide.example/", "link_refused"),
    ],
)
def test_addresses_that_are_refused_at_once(team, bob, channel, said, code):
    gate(team, "links", allowed=["tide.example"], refused=["bad.tide.example"], dead=False)
    assert messages(written(team, bob, channel, f"{EASY} {said}")) == [("error", code)]
    assert not Link.objects.exists()


def test_sites_and_what_lies_below_them(team, bob, channel):
    gate(team, "links", allowed=["tide.example"], dead=False)
    body = f"{EASY} https://tide.example/ https://www.TIDE.example/x https://nottide.example/"
    found = [p for _pk, p in checks.problems(written(team, bob, channel, body))]
    assert [problem.take for problem in found] == ["https://nottide.example/"]


def test_what_goes_out_at_once_waits_until_it_was_looked_at(team, bob, channel, as_user):
    team.review_required = False
    team.save(update_fields=["review_required"])
    gate(team, "links")
    post = written(team, bob, channel, f"{EASY} https://tide.example/")
    page = as_user(bob).post(reverse("posts:post_publish", args=[team.slug, post.pk]))
    assert page.status_code == 422
    assert "is being looked at" in page.text
    Link.objects.create(team=team, url="https://tide.example/", state="ok",
                        key=key_of("https://tide.example/"))  # fmt: skip
    assert as_user(bob).post(reverse("posts:post_publish", args=[team.slug, post.pk])).url
