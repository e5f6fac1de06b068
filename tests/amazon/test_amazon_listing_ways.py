"""By feed or one by one: the last change is through soonest."""

import pytest
from amazon import listing_ways
from amazon.documents import listings

MARKETPLACES = [f"M{number}" for number in range(8)]


def by_feed(*counts, waits=0.0, feed_wait=0.0, patch_wait=0.0, feed_takes=60.0):
    marketplaces = MARKETPLACES[: len(counts)]
    lanes = dict.fromkeys(marketplaces, waits)
    counts = dict(zip(marketplaces, counts, strict=True))
    return listing_ways.by_feed(counts, lanes, feed_wait, patch_wait, feed_takes)


def test_few_changes_go_one_by_one():
    assert by_feed(1) == set()
    assert by_feed(*[1] * 8) == set()


def test_many_changes_go_by_feed():
    assert by_feed(20_000) == {"M0"}
    assert by_feed(*[20_000] * 8) == set(MARKETPLACES)


def test_the_few_of_one_marketplace_do_not_wait_for_the_many_of_another():
    assert by_feed(10, 20_000) == {"M1"}


def test_what_a_feed_would_have_to_wait_for_goes_one_by_one():
    assert by_feed(400) == {"M0"}
    assert by_feed(400, waits=1200.0) == set()
    assert by_feed(400, feed_wait=120.0) == set()


def test_where_feeds_take_long_more_goes_one_by_one():
    assert by_feed(1_000) == {"M0"}
    assert by_feed(1_000, feed_takes=300.0) == set()
    assert by_feed(20_000, feed_takes=1800.0) == {"M0"}


def test_what_a_patch_would_have_to_wait_for_goes_by_feed():
    assert by_feed(10, patch_wait=900.0) == {"M0"}


def test_eight_feeds_wait_for_one_another():
    assert by_feed(*[350] * 8) == set(MARKETPLACES[4:])


@pytest.mark.parametrize("status", ["ACCEPTED", "VALID"])
def test_an_answer_that_takes_it(status):
    warning = {"code": "1", "message": "Mind.", "severity": "WARNING"}
    assert listings.refusal({"sku": "A", "status": status, "submissionId": "1", "issues": [warning]}) is None


def test_an_answer_that_refuses():
    issues = [
        {"code": "90", "message": "Mind.", "severity": "WARNING"},
        {"code": "13013", "message": "Not\x00 there.", "severity": "ERROR"},
        {"code": "2", "message": "And more.", "severity": "ERROR"},
    ]
    answer = {"sku": "A", "status": "INVALID", "submissionId": "1", "issues": issues}
    assert listings.refusal(answer) == ("13013", "Not\N{REPLACEMENT CHARACTER} there. And more.")
    assert listings.refusal(answer | {"issues": None}) == ("INVALID", "Amazon refused it without a reason.")
