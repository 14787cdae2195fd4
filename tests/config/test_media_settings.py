"""Where media is kept, as the environment says; what is half said is refused by name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.scrub import clean
from config.settings import media
from posts.bucket import Bucket
from posts.incoming import Incoming

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
WHOLE = {
    "BUCKET": "tidewater-media",
    "REGION": "eu-central-1",
    "ACCESS_KEY": "AKIAIOSFODNN7EXAMPLE",
    "SECRET_KEY": SECRET,
}
OWN = {**WHOLE, "ENDPOINT": "https://s3.example.org:9000/", "REGION": ""}


@pytest.fixture
def said(monkeypatch):
    """`said(BUCKET="a")`: all that is said of a bucket."""

    def say(**words: str) -> dict:
        for name in (*media._NAMES, "DRUMBEAT_S3_DIRECT"):
            monkeypatch.delenv(name, raising=False)
        for name, value in words.items():
            monkeypatch.setenv(f"DRUMBEAT_S3_{name}", value)
        return media.storage()

    return say


def test_without_a_word_it_lies_on_the_disk(said):
    found = said()
    assert found["BACKEND"].endswith("FileSystemStorage")
    assert media.origin(found) == ""
    assert said(BUCKET=" ", PREFIX="") == found


@pytest.mark.parametrize(
    ("words", "origin"),
    [
        (WHOLE, "https://tidewater-media.s3.eu-central-1.amazonaws.com"),
        ({**WHOLE, "BUCKET": "tide.water"}, "https://s3.eu-central-1.amazonaws.com"),
        (OWN, "https://s3.example.org:9000"),
    ],
)
def test_browsers_are_let_to_where_the_links_lead(said, words, origin):
    found = said(**words, PREFIX="/drum/beat/")
    assert media.origin(found) == origin
    incoming = Incoming(Bucket(**found["OPTIONS"]))
    link = incoming.link("key", "remote", 1, 10)
    assert link.startswith(f"{origin}/")
    assert "/drum/beat/incoming/key?" in link
    assert SECRET not in link
    # Should one ever get into a log, nobody can use it.
    assert "Signature=[hidden]" in clean(f"PUT {link} failed")
    assert SECRET not in clean(str(found))


def test_where_browsers_cannot_go_they_are_not_sent(said, monkeypatch):
    plain = {**OWN, "ENDPOINT": "http://minio:9000"}
    monkeypatch.setenv("DRUMBEAT_URL", "http://127.0.0.1:8000")
    assert media.origin(said(**plain)) == "http://minio:9000"
    monkeypatch.setenv("DRUMBEAT_URL", "https://drumbeat.example")
    assert media.origin(said(**plain)) == ""
    assert media.origin(said(**OWN, DIRECT="0")) == ""


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"BUCKET": "tides"}, ["REGION", "ACCESS_KEY", "SECRET_KEY"]),
        ({"PREFIX": "a"}, ["BUCKET", "REGION", "ACCESS_KEY", "SECRET_KEY"]),
        ({**WHOLE, "SECRET_KEY": ""}, ["SECRET_KEY"]),
        ({**WHOLE, "REGION": ""}, ["REGION"]),
        ({**OWN, "BUCKET": ""}, ["BUCKET"]),
        ({**WHOLE, "BUCKET": "s3://tides; *"}, ["BUCKET"]),
        ({**WHOLE, "REGION": "eu central"}, ["REGION"]),
        ({**WHOLE, "PREFIX": "../a"}, ["PREFIX"]),
        ({**OWN, "ENDPOINT": "s3.example.org"}, ["ENDPOINT"]),
        ({**OWN, "ENDPOINT": "https://s3.example.org/bucket"}, ["ENDPOINT"]),
        ({**OWN, "ENDPOINT": f"https://me:{SECRET}@s3.example.org"}, ["ENDPOINT"]),
        ({**OWN, "ENDPOINT": "https://a.example; script-src *"}, ["ENDPOINT"]),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_not_repeated(said, words, named):
    with pytest.raises(ImproperlyConfigured) as refused:
        said(**words)
    message = str(refused.value)
    for name in named:
        assert f"DRUMBEAT_S3_{name}" in message
    assert SECRET not in message


def test_what_speaks_to_it_must_be_installed(said, monkeypatch):
    monkeypatch.setattr(media, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements/s3\.txt"):
        said(**WHOLE)
