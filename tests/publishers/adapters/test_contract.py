"""What every registered adapter must keep, asked of the whole registry."""

import json
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from publishers import registry
from publishers.contract import (
    Account,
    Adapter,
    ApiKey,
    AppPassword,
    CannotTell,
    Finds,
    Found,
    NotFound,
    OAuth2,
    Processing,
    Published,
    Removes,
    Tokens,
)
from publishers.limits import check_all
from publishers.sandbox.registry import TWINS
from tests.publishers.adapters.kit import Memory, Recorder, picture, post, reply
from tests.publishers.adapters.registered import (
    ACCOUNT,
    APP,
    FOLLOWING,
    PARENT,
    WORDS,
    agreeable,
    counts,
    every_adapter,
    everything,
    following,
    least,
    made,
    prepared,
    ready,
    written,
)

# -- what it says of itself


@every_adapter
def test_features_and_methods_come_together(kind):
    for feature in Adapter.OPTIONAL:
        assert (feature in kind.spec.features) == callable(getattr(kind, feature, None))
    ways = {kind.spec.reconcile, *kind.spec.reconcile_by_kind.values()}
    assert "read" not in ways or "find" in kind.spec.features
    assert ("idempotent" in kind.spec.features) == ("key" in ways)


def accounts_of(slug: str) -> list[Account]:
    """One of each kind that connects to this platform."""
    kinds = sorted({str(seed.kind) for seed in TWINS[slug].seeds})
    return [replace(ACCOUNT, remote_id=f"urn:li:{kind}:7", kind=kind) for kind in kinds]


@every_adapter
def test_a_look_is_made_for_the_kinds_of_account_that_it_is_declared_for(kind):
    accounts = accounts_of(kind.spec.slug)
    assert set(kind.spec.reconcile_by_kind) <= {account.kind for account in accounts}
    for account in accounts:
        adapter = kind(Recorder(agreeable(kind)), APP, account)
        saw = adapter.find(written(kind), Memory()) if isinstance(adapter, Finds) else None
        if adapter.reconcile == "ask":
            assert isinstance(saw, CannotTell | None)
            assert adapter.http.calls == []
        elif adapter.reconcile == "read":
            assert adapter.http.calls


def test_a_declared_feature_without_its_method_does_not_load():
    with pytest.raises(TypeError, match="prepare"):
        type("Hollow", (Adapter,), {"spec": next(iter(registry.ADAPTERS.values())).spec})


@every_adapter
def test_the_spec_is_sane(kind):
    spec = kind.spec
    assert re.fullmatch(r"[a-z][a-z0-9]*", spec.slug)
    assert registry.ADAPTERS[spec.slug] is kind
    assert spec.name
    assert spec.setup
    for url in (spec.api_url, spec.web_url):
        assert re.fullmatch(r"https://[a-z.]+", url)
    assert re.fullmatch(r"#[0-9a-f]{6}", spec.colour)
    assert spec.limits.text > 0
    assert spec.limits.image_bytes > 0
    assert spec.limits.images >= 0
    assert all(kind.startswith("image/") for kind in spec.limits.image_types)
    assert spec.quiet_seconds > 0
    assert all(re.fullmatch(r"[a-z0-9-]+", icon) for icon in spec.preview.actions)
    for option in spec.options:
        values = [value for value, _ in option.choices]
        assert len(set(values)) == len(values)
        assert not values or option.default in values


@every_adapter
def test_kinds_of_account_differ_in_what_is_not_made_for_the_platform(kind):
    """Texts are counted and cut, and pictures converted, without asking whose account it is."""
    spec = kind.spec
    assert set(spec.limits_by_kind) <= set(spec.profile)
    for name in spec.limits_by_kind:
        own = spec.limits_of(name)
        assert own.text >= spec.limits.text
        assert _converted(own) == _converted(spec.limits)
    assert spec.limits_of("nobody") == spec.limits


def _converted(limits):
    names = ("images", "image_bytes", "image_pixels", "image_types", "image_sides", "image_shape")
    return [limits.count, *(getattr(limits, name) for name in names)]


@every_adapter
def test_what_signing_in_needs_is_there(kind):
    auth = kind.spec.auth
    if isinstance(auth, OAuth2):
        paths = (auth.authorize_path, auth.token_path)
        assert all(path.startswith(("/", "https://")) for path in paths)
        assert auth.scopes
        assert kind.accounts is not Adapter.accounts
    elif isinstance(auth, ApiKey):
        assert auth.label
        assert kind.accounts is not Adapter.accounts
    else:
        assert isinstance(auth, AppPassword)
        assert kind.sign_in is not Adapter.sign_in
        assert kind.refresh is not Adapter.refresh


def test_slugs_and_names_are_different():
    specs = registry.specs()
    assert len({spec.slug for spec in specs}) == len({spec.name for spec in specs}) == len(specs)


# -- one call commits


@every_adapter
def test_what_a_platform_takes_goes_together(kind):
    for account in kind.spec.profile or ("person",):
        for count in counts(kind):
            media = [picture(f"Pier {n}") for n in range(count)]
            assert kind.mistake(written(kind, "Tide", *media), account) is None


@every_adapter
def test_preparing_commits_nothing_and_publishing_commits_once(kind):
    for pictures in counts(kind):
        media = [picture(f"Pier {n}", bytes([n]) * 20) for n in range(pictures)]
        payload = written(kind, WORDS, *media)
        adapter, step = ready(kind, payload)
        assert adapter.http.commits == []
        before = len(adapter.http.calls)
        outcome = adapter.publish(payload, step)
        if isinstance(outcome, Processing):
            assert outcome.handle, "what becomes of it is asked under this name"
            assert "confirm" in kind.spec.features
        else:
            assert isinstance(outcome, Published), outcome
            assert outcome.permalink.startswith(APP.web_url)
        only_commits(adapter.http.calls[before:])


def only_commits(calls):
    """At the second of publishing one call is left; its address may be asked for afterwards."""
    (_, _, commits, _), *after = calls
    assert commits
    assert len(after) <= 1
    assert all(method == "GET" and not commits for method, _, commits, _ in after)


@every_adapter
@pytest.mark.parametrize("feature", FOLLOWING)
def test_what_follows_a_post_is_declared_and_refused_where_it_is_not(kind, feature):
    thread = feature == "thread"
    items = [least(kind), post("At nine", kind=FOLLOWING[feature])]
    errors = [one for one in check_all(items, kind.spec, thread=thread) if one.level == "error"]
    assert bool(errors) == (feature not in kind.spec.features), errors
    assert all(kind.spec.name in str(error) for error in errors)


@every_adapter
def test_an_answer_names_its_parent_in_what_the_one_call_commits(kind):
    for payload in following(kind):
        adapter, step = ready(kind, payload)
        before = len(adapter.http.calls)
        outcome = adapter.publish(payload, step)
        assert isinstance(outcome, Published), outcome
        assert outcome.permalink.startswith(APP.web_url)
        only_commits(adapter.http.calls[before:])
        named = [unquote(url) + json.dumps(request) for _, url, _, request in adapter.http.calls]
        # Where it is filled beforehand, there it is named, and the call that commits names that.
        assert any(PARENT in one for one in named[: before + 1])
        assert PARENT in named[before] or before


@every_adapter
def test_an_answer_repeated_is_the_same_call(kind):
    """Also on another machine: what was looked up for it is kept."""
    for payload in following(kind):
        first, step = ready(kind, payload)
        first.publish(payload, step)
        again = made(kind)
        assert prepared(again, payload, step) is None
        again.publish(payload, step)
        sent = [call for call in first.http.calls if call[2]]
        assert [call for call in again.http.calls if call[2]] == sent
        assert again.http.calls[:1] == sent, "nothing is uploaded or looked up again"


@every_adapter
def test_an_address_that_people_open_leads_to_the_id(kind):
    outcomes = []
    for payload in everything(kind):
        adapter, step = ready(kind, payload)
        outcomes.append(adapter.publish(payload, step))
    # Some platforms have addresses that their ids are not in: those say so of every address.
    says = kind.remote_id_in is not Adapter.remote_id_in
    for outcome in (one for one in outcomes if isinstance(one, Published)):
        account = replace(ACCOUNT, remote_id="did:plc:tide")
        named = kind.remote_id_in(outcome.permalink, account)
        assert named == (outcome.remote_id if says else "")
    for address in ("", "https://web.example/", "https://web.example/tide", "nonsense"):
        assert kind.remote_id_in(address, ACCOUNT) == ""


@every_adapter
def test_looking_and_removing_commit_nothing(kind):
    adapter = made(kind)
    if isinstance(adapter, Finds):
        for payload in everything(kind):
            assert isinstance(adapter.find(payload, Memory()), Found | NotFound | CannotTell)
    if isinstance(adapter, Removes):
        assert adapter.remove("urn:li:share:42") is None
    assert adapter.http.commits == []


# -- secrets


@every_adapter
def test_nothing_secret_shows(kind):
    secrets = [
        ACCOUNT,
        APP,
        Tokens("hush-access", "hush-refresh", 7),
        replace(ACCOUNT, token="hush-other"),
        reply(200, {"hush": "hush"}, **{"Set-Cookie": "hush"}),
    ]
    assert "hush" not in repr(secrets)
    payload = written(kind, "Tide", picture())
    _, step = ready(kind, payload)
    for status in (400, 401, 403, 429, 500):
        outcome = made(kind, lambda *call, s=status: reply(s, {})).publish(payload, step)
        assert "hush" not in repr(outcome)
    assert "hush" not in repr(step.kept)
