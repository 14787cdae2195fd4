"""A short seeded run of what `make soak` does for long; and that its checker can fail."""

import pytest

from tests.faults.report import in_words

pytestmark = pytest.mark.faults


def test_every_promise_is_kept_under_fire(apart):
    found = apart("seeded")
    assert found["kept"], in_words(found)
    # It was under fire: blows of many kinds fell, platforms failed, people changed their minds.
    assert len(found["blows"]) >= 7, found["blows"]
    assert sum(found["platform_faults"].values()) > 30
    assert sum(found["people"].values()) > 5
    assert found["unknown"]["times"] > 5
    assert found["live"] > 150
    # Where nobody can look a person was asked, looked, and said what is the case.
    assert found["unknown"]["settled"]["ask"] > 0
    said = [found["people"].get(answer, 0) for answer in ("confirm_live", "resend", "drop")]
    assert sum(said) > 0, found["people"]


def test_the_checker_fails_where_every_error_is_tried_again(apart):
    found = apart("ablated")
    assert not found["kept"]
    assert found["broken"]["published twice"] > 0
