"""Rows 14 to 19, 28, 30: what one post meets. No duplicates; what is unclear is looked up.

situations.py makes all of it happen at once, apart; the cases say what should become of it.
"""

import pytest

pytestmark = pytest.mark.faults

WAITS = 30
ON_TIME = 5.0
TROUBLE = {
    "delivery_failed",
    "delivery_missed",
    "delivery_unsure",
    "delivery_late",
    "deliveries_late",
}


@pytest.fixture
def outcome(apart):
    return apart("situations")


def readable(rows):
    return [one for one in rows if one.readable]


def test_every_promise_was_kept(outcome):
    assert not outcome.verdict


def test_what_was_well_is_on_time_whatever_happened_beside_it(outcome):
    for one in outcome.of("well"):
        assert (one.state, one.live, one.attempts) == ("published", 1, ["ok"]), one
        assert one.late < ON_TIME, one


@pytest.mark.parametrize(
    "name",
    ["14 error after", "17 reset", "17 half", "17 web page", "17 no id", "17 empty"],
)
def test_rows_14_and_17_accepted_without_a_clear_answer(outcome, name):
    """Found by its key or its words; never sent again."""
    for one in readable(outcome.of(name)):
        assert (one.state, one.live, one.attempts) == ("published", 1, ["ambiguous"]), one
        assert one.unknown < 60


def test_row_14_refused_by_an_error_before_anything_was_accepted(outcome):
    """Not there twice in a row after the quiet period: sent again."""
    for one in readable(outcome.of("14 error before")):
        assert (one.state, one.live, one.attempts) == ("published", 1, ["ambiguous", "ok"]), one


@pytest.mark.parametrize(("name", "live"), [("14 error before", 0), ("14 error after", 1)])
def test_row_14_where_nobody_can_look_a_person_is_asked(outcome, name, live):
    asked = [one for one in outcome.of(name) if not one.readable]
    assert asked
    for one in asked:
        assert (one.state, one.live, one.attempts) == ("needs_human", live, ["ambiguous"]), one
        assert one.problem
        assert "delivery_unsure" in one.told


def test_row_15_too_many_requests_is_no_failure(outcome):
    for one in outcome.of("15 slow down"):
        assert (one.state, one.live, one.attempts) == ("published", 1, ["not_sent", "ok"]), one


@pytest.mark.parametrize(("name", "sent"), [("16 hang", 1), ("16 drip", 1), ("16 hang before", 2)])
def test_row_16_silence_is_cut_after_thirty_seconds(outcome, name, sent):
    for one in outcome.of(name):
        assert (one.state, one.live, len(one.attempts)) == ("published", 1, sent), one
        assert WAITS - 1 < one.call_took < WAITS + 8, one


def test_row_18_refused_and_posted_all_the_same(outcome):
    """Not sent again; a look finds it."""
    for one in outcome.of("18 refused"):
        assert (one.state, one.live, len(one.attempts)) == ("published", 1, 1), one


@pytest.mark.parametrize("name", ["19 unreadable", "19 two"])
def test_row_19_no_guess_is_made(outcome, name):
    for one in outcome.of(name):
        assert (one.state, one.live, one.attempts) == ("needs_human", 1, ["ambiguous"]), one
        assert one.problem
        assert "delivery_unsure" in one.told


def test_row_19_a_copy_that_lags_is_read_again(outcome):
    for one in outcome.of("19 lagging"):
        assert (one.state, one.live, one.attempts) == ("published", 1, ["ambiguous"]), one


def test_row_19_what_does_not_fit_on_a_page_is_found_or_asked_about(outcome):
    for one in outcome.of("19 full page"):
        assert one.state in ("published", "needs_human"), one
        assert (one.live, one.attempts) == (1, ["ambiguous"]), one


@pytest.mark.parametrize("name", ["28 impossible date", "28 unreadable token", "28 picture gone"])
def test_row_28_rows_that_nobody_can_work_with_are_put_aside(outcome, name):
    """With a word about it; the others are on time (above)."""
    for one in outcome.of(name):
        assert one.state in ("queued", "missed", "failed", "needs_human"), one
        assert one.live == 0
        assert one.problem
        assert one.told & TROUBLE, one


def test_row_30_a_host_without_an_address_is_tried_again(outcome):
    for one in outcome.of("30 no address"):
        assert (one.state, one.live) == ("queued", 0), one
        assert one.attempts, one
        assert set(one.attempts) == {"not_sent"}, one


def test_row_30_a_private_address_is_never_called(outcome):
    for one in outcome.of("30 private address"):
        assert one.live == 0
        assert "localhost" in one.problem, one
        assert one.attempts, one
        assert set(one.attempts) == {"rejected"}, one


def test_a_token_that_is_refused_is_renewed_once(outcome):
    for one in outcome.of("signed out once"):
        assert (one.state, one.live) == ("published", 1), one
    for one in outcome.of("signed out"):
        assert (one.state, one.live) == ("queued", 0), one
