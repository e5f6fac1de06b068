"""The simulator's time: the machine's, one that moves only when told, or one that does both."""

import re
from datetime import UTC, datetime, timedelta

# RFC 3339, section 5.6: what "format: date-time" means in Amazon's models.
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class RealClock:
    """The machine's time, in UTC and whole milliseconds."""

    def now(self):
        """Return the time as an aware ``datetime``."""
        return whole_milliseconds(datetime.now(UTC))

    def advance(self, seconds):
        """Refuse: real time cannot be moved."""
        raise ValueError("The clock is real. Start the simulator with the virtual clock to move it.")

    def restart(self):
        """Do nothing: real time cannot be moved."""


class VirtualClock:
    """A time that stands still until :meth:`advance` moves it.

    :param datetime start: aware; default the machine's time, so that a client with a real clock can be served
    """

    def __init__(self, start=None):
        self._start = start
        self.restart()

    def restart(self):
        """Go back to the first moment."""
        self._now = whole_milliseconds(self._start or datetime.now(UTC))

    def now(self):
        """Return the time as an aware ``datetime``."""
        return self._now

    def advance(self, seconds):
        """Move on by a number of seconds, 0 or more."""
        self._now = whole_milliseconds(self._now + timedelta(seconds=forward(seconds)))


class RunningClock(RealClock):
    """The machine's time, and what :meth:`advance` moved it ahead: for clients whose own clock runs too."""

    def __init__(self):
        self.restart()

    def restart(self):
        """Go back to the machine's time."""
        self._ahead = timedelta()

    def now(self):
        """Return the time as an aware ``datetime``."""
        return whole_milliseconds(super().now() + self._ahead)

    def advance(self, seconds):
        """Move on by a number of seconds, 0 or more."""
        self._ahead += timedelta(seconds=forward(seconds))


def forward(seconds):
    """Return a number of seconds that time may move by.

    :raise ValueError: it is less than 0
    """
    if seconds < 0:
        raise ValueError(f"Time moves forward only, not by {seconds} seconds.")
    return seconds


def whole_milliseconds(moment):
    """Cut a moment to what :func:`iso` can write, so that times survive the way out and back in."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def iso(moment):
    """Write an aware ``datetime``: ``2026-01-31T08:15:00Z``, with milliseconds if there are any."""
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def parse(text):
    """Read an RFC 3339 date-time.

    :return datetime: aware
    :raise ValueError: for anything else, a date without time or without time zone included
    """
    if not isinstance(text, str) or not _DATE_TIME.fullmatch(text):
        raise ValueError(f"{text!r} is not an ISO 8601 date-time with a time zone.")
    return datetime.fromisoformat(text)
