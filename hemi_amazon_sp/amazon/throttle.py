"""Amazon's rate limits as arithmetic: a token bucket that is a value, kept by whoever uses it.

Rule ("Usage plans and rate limits"): a bucket holds at most ``burst`` tokens and regains ``rate`` tokens a
second; each call takes one. A bucket belongs to (application, selling partner, region, operation).
"""

import math
from dataclasses import dataclass, replace

# Noise of adding up refills, in floats or in a database column of six digits; far below one token.
_NOISE = 1e-6
# A clock that is further back than this was set anew: waiting for it to catch up could take for ever.
_CLOCK_RESET = 3600.0
# One call a day; Amazon's slowest operation has one in three minutes, so what is slower is no rate.
_SLOWEST = 1 / 86_400


@dataclass(frozen=True)
class Limit:
    """``rate`` tokens a second, at most ``burst`` at once."""

    rate: float
    burst: int


# Operation descriptions of Amazon's OpenAPI models, commit 34dc93fe of 2026-08-05. Last seen: 2026-11-23
LIMITS = {
    "createFeedDocument": Limit(0.5, 15),
    "createFeed": Limit(0.0083, 15),
    "getFeed": Limit(2.0, 15),
    "getFeeds": Limit(0.0222, 10),
    "cancelFeed": Limit(2.0, 15),
    "getFeedDocument": Limit(0.0222, 10),
    "createReport": Limit(0.0167, 15),
    "getReport": Limit(2.0, 15),
    "getReportDocument": Limit(0.0167, 15),
    "searchOrders": Limit(0.0056, 20),
    "getOrder": Limit(0.5, 30),
    "confirmShipment": Limit(2.0, 10),
    "getListingsItem": Limit(5.0, 10),
    "searchListingsItems": Limit(5.0, 5),
    "patchListingsItem": Limit(5.0, 5),
    "getMarketplaceParticipations": Limit(0.016, 15),
    "rotateApplicationClientSecret": Limit(0.0167, 1),
    "getDestinations": Limit(1.0, 5),
    "createDestination": Limit(1.0, 5),
    "getSubscription": Limit(1.0, 5),
    "createSubscription": Limit(1.0, 5),
    "deleteSubscriptionById": Limit(1.0, 5),
    # Limits of one case of an operation, beside the operation's own: "operation:case".
    # 5 JSON_LISTINGS_FEED in 5 minutes (announcement of 2025-05-06). A bucket of 5 refilled in 5 minutes
    # would let 10 through in a window that starts full, so: burst 2 + 3 in 300 s. It is still faster than
    # createFeed itself.
    "createFeed:JSON_LISTINGS_FEED": Limit(0.01, 2),
    # One invoice every 3 seconds (guide "Feed type values").
    "createFeed:UPLOAD_VAT_INVOICE": Limit(1 / 3, 1),
    # Dry runs of a patch (page "Listings Items API rate limits"); the burst is not published.
    "patchListingsItem:VALIDATION_PREVIEW": Limit(1.0, 1),
}


def case_of(operation, case):
    """Return the name of the extra bucket for one case of an operation, or None when Amazon sets none.

    :param str operation: Amazon's operation, such as ``createFeed``
    :param str case: what tells the cases apart, such as the feed type
    """
    name = f"{operation}:{case}"
    return name if name in LIMITS else None


@dataclass(frozen=True)
class Bucket:
    """A token bucket at one moment.

    :param rate: tokens regained a second
    :param burst: most tokens it can hold
    :param tokens: tokens it holds at ``updated_at``
    :param updated_at: seconds of any clock that all users of this bucket share
    """

    rate: float
    burst: float
    tokens: float
    updated_at: float

    @classmethod
    def full(cls, limit, now):
        """Return a bucket that nobody has used yet."""
        return cls(limit.rate, limit.burst, float(limit.burst), now)

    def refill(self, now):
        """Return the bucket at ``now``. Time that runs backwards gives nothing and takes nothing."""
        if now < self.updated_at - _CLOCK_RESET:
            return replace(self, updated_at=now)
        if now <= self.updated_at:
            return self
        tokens = min(self.burst, self.tokens + (now - self.updated_at) * self.rate)
        return replace(self, tokens=tokens, updated_at=now)

    def take(self, now, reserve=0):
        """Take one token.

        :param float now: seconds
        :param reserve: tokens this caller must leave for more urgent ones; a full bucket gives one all the
            same
        :return: the bucket afterwards, and the seconds to wait: 0.0 means that the token is taken
        :rtype: tuple[Bucket, float]
        """
        bucket = self.refill(now)
        needed = min(1 + reserve, bucket.burst)
        if bucket.tokens >= needed - _NOISE:
            return replace(bucket, tokens=bucket.tokens - 1), 0.0
        wait = (needed - bucket.tokens) / bucket.rate + (bucket.updated_at - now)
        return bucket, _round_up(wait)

    def learn(self, rate):
        """Return the bucket with the rate of Amazon's ``x-amzn-RateLimit-Limit``; nonsense is ignored."""
        usable = isinstance(rate, int | float) and math.isfinite(rate) and rate >= _SLOWEST
        return replace(self, rate=float(rate)) if usable else self

    def empty(self, now):
        """Return the bucket after Amazon said 429: it knows better, nothing is left."""
        return replace(self.refill(now), tokens=min(0.0, self.tokens))


def _round_up(seconds):
    """Whole milliseconds, always a little more than asked: who waits this long finds the token."""
    return math.ceil(seconds * 1000 + 0.01) / 1000
