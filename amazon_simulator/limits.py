"""Amazon's limits: token buckets, and windows for the feed types that are counted by themselves."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """A token bucket: ``rate`` tokens a second, at most ``burst`` ("Usage plans and rate limits")."""

    rate: float
    burst: int

    def counter(self, now):
        """Return a full bucket."""
        return Bucket(self, self.burst, now)


@dataclass(frozen=True)
class WindowLimit:
    """At most ``count`` in any ``seconds``."""

    count: int
    seconds: float

    def counter(self, now):
        """Return an empty window."""
        return Window(self, deque())


@dataclass
class Bucket:
    """The tokens of one caller for one operation. Times are ``datetime``."""

    limit: Limit
    tokens: float
    filled: object

    def has_room(self, now):
        """Refill, and tell whether there is a token."""
        passed = (now - self.filled).total_seconds()
        self.tokens = min(self.limit.burst, self.tokens + passed * self.limit.rate)
        self.filled = now
        return self.tokens >= 1

    def take(self, now):
        """Use a token."""
        self.tokens -= 1


@dataclass
class Window:
    """The last uses by one caller. Times are ``datetime``."""

    limit: WindowLimit
    uses: deque

    def has_room(self, now):
        """Forget what is too old, and tell whether one more fits."""
        while self.uses and (now - self.uses[0]).total_seconds() >= self.limit.seconds:
            self.uses.popleft()
        return len(self.uses) < self.limit.count

    def take(self, now):
        """Note a use."""
        self.uses.append(now)


class Limits:
    """All counters, by key: whatever tuple tells callers and operations apart."""

    def __init__(self):
        self._counters = {}
        self._changed = {}

    def change(self, operation, limit, seller_id=None):
        """Give an operation another limit from now on, as Amazon's dynamic usage plans do.

        :param str seller_id: only for this seller; None for all
        """
        self._changed[operation, seller_id] = limit
        self._counters = {key: counter for key, counter in self._counters.items() if operation not in key}

    def of(self, operation, default, seller_id):
        """Return the limit that holds for an operation of a seller."""
        if not self._changed:
            return default
        general = self._changed.get((operation, None), default)
        return self._changed.get((operation, seller_id), general)

    def admit(self, claims, now):
        """Take one from every counter, or from none.

        :param list claims: (key, ``Limit`` or ``WindowLimit``)
        :return bool: False if any has nothing left
        """
        counters = [self._counter(key, limit, now) for key, limit in claims]
        if not all([counter.has_room(now) for counter in counters]):
            return False
        for counter in counters:
            counter.take(now)
        return True

    def _counter(self, key, limit, now):
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = limit.counter(now)
        return counter
