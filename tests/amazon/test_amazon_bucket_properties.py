"""The quota arithmetic with a virtual clock, against a model that knows nothing of buckets."""

import math
from dataclasses import replace

from amazon.throttle import LIMITS, Bucket, Limit
from hypothesis import given, settings
from hypothesis import strategies as st

RATES = st.floats(0.001, 50)
BURSTS = st.integers(1, 30)
RESERVES = st.integers(0, 8)
STEP_BACK = st.floats(-3000, 0)  # a clock that is corrected; the bucket must not gain by it
CALLS = st.one_of(
    st.tuples(st.just("take"), RESERVES),
    st.tuples(st.just("wait"), st.floats(0, 400)),
    st.tuples(st.just("patience"), RESERVES),  # waits as long as it is told, then takes
    st.tuples(st.just("empty"), st.none()),
    st.tuples(st.just("refill"), st.none()),
    st.tuples(st.just("step back"), STEP_BACK),
)
LEARNT = st.floats(allow_nan=True, allow_infinity=True) | st.none() | st.just("fast") | st.integers()
START = 1.8e9


class Worker:
    """Uses a bucket; keeps the true moments of what it took, by a clock that never steps back."""

    def __init__(self, limit):
        self.limit, self.bucket = limit, Bucket.full(limit, START)
        self.true, self.off, self.taken = START, 0.0, []

    @property
    def now(self):
        return self.true + self.off

    def do(self, call, value):
        getattr(self, call.replace(" ", "_"))(value)
        assert math.isfinite(self.bucket.tokens) and math.isfinite(self.bucket.updated_at)
        assert -0.001 <= self.bucket.tokens <= self.limit.burst

    def take(self, reserve):
        before = self.bucket.refill(self.now).tokens
        self.bucket, wait = self.bucket.take(self.now, reserve)
        assert math.isfinite(wait) and wait >= 0
        if wait:
            assert before < min(1 + reserve, self.limit.burst)
            return wait
        assert before >= min(1 + reserve, self.limit.burst) - 0.001  # the reserve is left
        self.taken.append(self.true)
        return 0.0

    def wait(self, seconds):
        self.true += seconds

    def patience(self, reserve):
        told = self.take(reserve)
        if told:
            self.true += told
            assert self.take(reserve) == 0.0

    def empty(self, _value):
        self.bucket = self.bucket.empty(self.now)
        assert self.bucket.tokens <= 0
        assert self.bucket.take(self.now)[1] > 0

    def refill(self, _value):
        self.bucket = self.bucket.refill(self.now)

    def step_back(self, seconds):
        self.off += max(seconds, -3000 - self.off)  # less than what counts as a new clock

    def within(self, seconds):
        """The most that was taken in any window of this length, both ends included."""
        return max(
            (sum(start <= each <= start + seconds for each in self.taken) for start in self.taken), default=0
        )


@given(RATES, BURSTS, st.lists(CALLS, max_size=60))
def test_no_window_holds_more_than_burst_and_rate(rate, burst, calls):
    worker = Worker(Limit(rate, burst))
    for call in calls:
        worker.do(*call)
    for first, start in enumerate(worker.taken):
        for count, end in enumerate(worker.taken[first:], 1):
            assert count <= burst + rate * (end - start) + 1e-3


def granted_by_model(limit, taken, moment):
    """The rule itself, over the list of moments at which a token was taken: no window may hold more.

    Nothing is emptied and the clock goes forward, so it must agree with the bucket on every single call.
    """
    return all(
        len(taken[first:]) + 1 <= limit.burst + limit.rate * (moment - start)
        for first, start in enumerate(taken)
    )


@given(RATES, BURSTS, st.lists(st.floats(0, 400) | st.just(0.0), min_size=1, max_size=60))
def test_it_grants_exactly_what_the_rule_grants(rate, burst, steps):
    limit, moment, taken = Limit(rate, burst), START, []
    bucket = Bucket.full(limit, moment)
    for step in steps:
        moment += step
        bucket, wait = bucket.take(moment)
        if not wait:
            assert granted_by_model(Limit(rate, burst + 1e-3), taken, moment)
            taken.append(moment)
        else:
            assert not granted_by_model(Limit(rate, burst - 1e-3), taken, moment)
            assert granted_by_model(Limit(rate, burst + 1e-3), taken, moment + wait)


@given(st.lists(st.one_of(CALLS, st.tuples(st.just("learn"), LEARNT)), max_size=40))
@settings(max_examples=200)
def test_whatever_amazon_says_of_its_rate_the_wait_is_a_number(calls):
    """Who is told to wait can add it to a date, and the database keeps the rate in six digits."""
    bucket, now = Bucket.full(Limit(0.5, 3), START), START
    for call, value in calls:
        now += value if call in ("wait", "step back") else 0
        if call == "learn":
            bucket = bucket.learn(value)
            assert round(bucket.rate, 6) > 0
        elif call == "empty":
            bucket = bucket.empty(now)
        bucket, wait = replace(bucket, rate=round(bucket.rate, 6)).take(now)
        assert 0 <= wait < 100 * 86400 and math.isfinite(bucket.tokens)


PATTERNS = st.lists(
    st.tuples(st.sampled_from(["take", "patience"]), st.just(0))
    | st.tuples(st.just("wait"), st.floats(0, 320) | st.sampled_from([99.9, 100.0, 100.1, 300.0]))
    | st.tuples(st.sampled_from(["empty", "refill"]), st.none())
    | st.tuples(st.just("step back"), STEP_BACK),
    max_size=80,
)


@given(PATTERNS)
@settings(max_examples=300)
def test_no_300_seconds_hold_more_than_5_listings_feeds(calls):
    worker = Worker(LIMITS["createFeed:JSON_LISTINGS_FEED"])
    for call in calls:
        worker.do(*call)
    assert worker.within(300.0) <= 5


@given(PATTERNS)
def test_no_3_seconds_hold_more_than_one_invoice(calls):
    worker = Worker(LIMITS["createFeed:UPLOAD_VAT_INVOICE"])
    for call in calls:
        worker.do(*call)
    assert worker.within(2.999) <= 1
