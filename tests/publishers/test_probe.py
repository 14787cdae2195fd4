"""`manage.py probe`: a real call for support, printed without secrets."""

import json

import pytest
from django.core.management import CommandError, call_command

from publishers.sandbox import accounts
from publishers.sandbox.models import Fault, RemotePost
from tests.publishers.adapters.kit import png

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Tide at nine"


@pytest.fixture(autouse=True)
def sandbox(live_server, settings):
    settings.SITE_URL = live_server.url
    settings.SANDBOX_URL = f"{live_server.url}/sandbox"


@pytest.fixture
def simulated():
    return accounts.create("x", "tidewater")


@pytest.fixture
def token(simulated):
    return accounts.mint_tokens(simulated).access


@pytest.fixture
def probe(tmp_path, capsys, token):
    def run(*asked: str, platform: str = "x", **credentials: str):
        path = tmp_path / "credentials.json"
        path.write_text(json.dumps(credentials or {"token": token}))
        call_command("probe", "--platform", platform, "--credentials", str(path), *asked)
        said = capsys.readouterr().out
        assert token not in said
        assert all(secret not in said for secret in credentials.values() if len(secret) > 12)
        return json.loads(said)

    return run


def test_one_post_goes_out_is_found_and_taken_down(probe, tmp_path):
    pier = tmp_path / "pier.png"
    pier.write_bytes(png())
    shown = ["--text", TEXT, "--image", str(pier), "--alt", "A pier at noon"]

    outcome = probe(*shown)["outcome"]

    assert outcome["is"] == "Published"
    post = RemotePost.objects.get()
    assert (post.text, post.remote_id) == (TEXT, outcome["remote_id"])
    assert post.attachments.get().alt == "A pier at noon"
    assert probe(*shown, "--find")["sighting"]["remote_id"] == outcome["remote_id"]
    assert probe("--remove", outcome["remote_id"]) == {"removed": True}
    assert not RemotePost.objects.public().exists()
    assert probe(*shown, "--find")["sighting"]["is"] == "NotFound"


def test_what_the_platform_says_is_printed(probe, simulated):
    Fault.objects.create(account=simulated, kind="rejected")
    outcome = probe("--text", TEXT)["outcome"]
    assert outcome["is"] == "Rejected"
    assert "X says" in outcome["reason"]


def test_an_app_password_signs_in(probe):
    account = accounts.create("bluesky", "tide.bsky.example", password="abcd-efgh-ijkl-mnop")
    who = {"identifier": account.handle, "password": "abcd-efgh-ijkl-mnop"}
    assert probe("--text", TEXT, platform="bluesky", **who)["outcome"]["is"] == "Published"


@pytest.mark.parametrize(
    ("asked", "credentials", "words"),
    [
        ([], None, "Say what to do"),
        (["--text", TEXT], {"handle": "tidewater"}, "need a token"),
        (["--text", TEXT], {"password": "p", "shoe": "9"}, "may hold these names"),
        (["--text", TEXT], {"token": "nonsense-of-no-use"}, "were not listed"),
        (["--text", TEXT, "--image", "/nowhere.png"], None, "not a picture"),
    ],
)
def test_what_is_missing_is_said(probe, asked, credentials, words):
    with pytest.raises(CommandError, match=words):
        probe(*asked, **(credentials or {}))
    assert not RemotePost.objects.exists()


def test_with_several_accounts_one_must_be_named(probe):
    member = accounts.create("linkedin", "inesduarte")
    organization = accounts.create("linkedin", "tidewater")
    organization.administrators.add(member)
    token = accounts.mint_tokens(member).access
    with pytest.raises(CommandError, match="Name one account"):
        probe("--text", TEXT, platform="linkedin", token=token)
    outcome = probe("--text", TEXT, platform="linkedin", token=token, handle="tidewater")["outcome"]
    assert outcome["is"] == "Published"
    assert RemotePost.objects.get().account == organization
