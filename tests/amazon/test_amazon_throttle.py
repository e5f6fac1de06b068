import math

import pytest
from amazon.throttle import LIMITS, Bucket, Limit, case_of
from hypothesis import given
from hypothesis import strategies as st

RATES = st.floats(0.001, 50)
BURSTS = st.integers(1, 30)
# steps of time between attempts, in seconds; clocks can step back
STEPS = st.lists(st.floats(0, 400), min_size=1, max_size=60)
JUMPY_STEPS = st.lists(st.floats(-50, 400), min_size=1, max_size=60)


def served(limit, moments, reserve=0):
    """The moments at which a token was taken."""
    bucket, taken = Bucket.full(limit, moments[0]), []
    for moment in moments:
        bucket, wait = bucket.take(moment, reserve)
        if not wait:
            taken.append(moment)
    return taken


def moments_of(steps):
    now, moments = 1.8e9, []
    for step in steps:
        now += step
        moments.append(now)
    return moments


@given(RATES, BURSTS, STEPS)
def test_never_more_than_burst_and_rate_in_any_window(rate, burst, steps):
    taken = served(Limit(rate, burst), moments_of(steps))
    for first, start in enumerate(taken):
        for count, end in enumerate(taken[first:], 1):
            assert count <= burst + rate * (end - start) + 1e-3


@given(RATES, BURSTS, JUMPY_STEPS)
def test_a_clock_that_steps_back_gives_nothing(rate, burst, steps):
    moments = moments_of(steps)
    taken = served(Limit(rate, burst), moments)
    assert len(taken) <= burst + rate * (max(moments) - min(moments)) + 1e-3


@given(RATES, BURSTS, STEPS, st.floats(0.001, 3000))
def test_time_that_runs_backwards_changes_nothing(rate, burst, steps, back):
    bucket = Bucket.full(Limit(rate, burst), 1.8e9)
    for moment in moments_of(steps):
        bucket, _wait = bucket.take(moment)
    assert bucket.refill(bucket.updated_at - back) == bucket


@given(RATES, BURSTS, JUMPY_STEPS, st.integers(0, 5))
def test_who_waits_as_told_gets_the_token(rate, burst, steps, reserve):
    bucket = Bucket.full(Limit(rate, burst), 1.8e9)
    for moment in moments_of(steps):
        bucket, wait = bucket.take(moment, reserve)
        if wait:
            assert bucket.take(moment + wait, reserve)[1] == 0
            # and not much earlier, so nobody waits for nothing
            assert wait < 0.01 or bucket.take(moment + wait - 0.01, reserve)[1] > 0


@given(BURSTS, st.integers(0, 40))
def test_a_reserve_is_left_for_others_but_a_full_bucket_always_gives(burst, reserve):
    bucket = Bucket.full(Limit(1, burst), 0.0)
    taken = 0
    while bucket.take(0.0, reserve)[1] == 0:
        bucket, taken = bucket.take(0.0, reserve)[0], taken + 1
    assert taken == max(1, burst - reserve)


def test_taking_says_how_long_to_wait():
    bucket = Bucket.full(Limit(0.5, 1), 100.0)
    bucket, wait = bucket.take(100.0)
    assert wait == 0
    _, wait = bucket.take(101.0)
    assert wait == pytest.approx(1, abs=0.002)


def test_429_empties():
    bucket = Bucket.full(Limit(0.1, 10), 0.0).empty(50.0)
    assert bucket.tokens == 0
    assert bucket.take(50.0)[1] == pytest.approx(10, abs=0.002)


def test_the_told_rate_is_taken():
    bucket = Bucket.full(Limit(0.0056, 1), 0.0).empty(0.0).learn(2.0)
    assert bucket.take(0.0)[1] == pytest.approx(0.5, abs=0.002)


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf, None, "fast"])
def test_a_nonsensical_rate_is_ignored(rate):
    bucket = Bucket.full(Limit(2.0, 1), 0.0)
    assert bucket.learn(rate) == bucket


def test_a_clock_set_back_by_days_does_not_stop_everything():
    bucket = Bucket.full(Limit(1.0, 1), 1e9).empty(1e9)
    bucket, wait = bucket.take(1e9 - 86400)
    assert wait <= 1.01
    assert bucket.take(1e9 - 86400 + wait)[1] == 0


def test_the_five_minute_rule_of_listings_feeds():
    """A fresh bucket and one that is asked all the time: never more than 5 in 300 s."""
    taken = served(LIMITS["createFeed:JSON_LISTINGS_FEED"], [float(second) for second in range(0, 3600)])
    assert max(sum(start <= moment <= start + 299 for moment in taken) for start in taken) <= 5


def test_cases_of_operations():
    assert case_of("createFeed", "JSON_LISTINGS_FEED") == "createFeed:JSON_LISTINGS_FEED"
    assert case_of("createFeed", "POST_ORDER_FULFILLMENT_DATA") is None
    assert case_of("getFeed", None) is None


def test_limits_are_those_of_the_models(spapi):
    """Amazon's models state the default of each operation in a table of its description."""
    names = ["feeds_2021-06-30", "reports_2021-06-30", "orders_2026-01-01", "ordersV0"]
    names += ["listingsItems_2021-08-01", "sellers"]
    names += ["application_2023-11-30", "notifications"]
    stated = {}
    for name in names:
        for operations in spapi(f"models/{name}.json")["paths"].values():
            for operation in operations.values():
                if isinstance(operation, dict) and "operationId" in operation:
                    stated.setdefault(operation["operationId"], _table(operation.get("description", "")))
    # getOrder is in two models; the one of 2026 was read first
    for operation, limit in LIMITS.items():
        if ":" not in operation:
            assert stated[operation] == (limit.rate, limit.burst), operation


def _table(description):
    rows = [line.strip("| ").split("|") for line in description.splitlines() if line.startswith("|")]
    return tuple(float(cell) for cell in rows[2]) if len(rows) > 2 else None
