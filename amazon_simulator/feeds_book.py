"""Feeds and their way through the queue.

Nothing runs in the background: what is due is done when somebody looks.
"""

import heapq
from dataclasses import dataclass, field
from datetime import timedelta

IN_QUEUE, IN_PROGRESS, DONE, FATAL, CANCELLED = "IN_QUEUE", "IN_PROGRESS", "DONE", "FATAL", "CANCELLED"


@dataclass
class Outcome:
    """What became of a document.

    :param str status: ``DONE`` or ``FATAL``
    :param bytes report: processing report, None if there is none
    :param bool compressed: whether Amazon serves the report as GZIP
    """

    status: str
    report: bytes | None = None
    content_type: str = "text/xml; charset=iso-8859-1"
    compressed: bool = False
    processed: int = 0
    accepted: int = 0


@dataclass
class Feed:
    """One feed.

    :param list faults: the ``Fault`` objects that strike its processing
    """

    id: str
    seller_id: str
    type: str
    marketplace_ids: list
    document_id: str
    options: dict
    created: object
    starts: object
    ends: object
    faults: list = field(default_factory=list)
    cancelled: bool = False
    outcome: Outcome | None = None
    result_document_id: str | None = None

    def status(self, now):
        """Amazon's processing status."""
        if self.cancelled:
            return CANCELLED
        if self.outcome:
            return self.outcome.status
        return IN_QUEUE if now < self.starts else IN_PROGRESS

    def shown_result_document_id(self, now):
        """Return the id of the report's document as far as it is to be had already."""
        late = self.fault("late_report")
        delay = timedelta(seconds=late.options.get("seconds", 3600)) if late else timedelta()
        return self.result_document_id if now >= self.ends + delay else None

    def fault(self, kind):
        """Return the fault of a kind, None if there is none."""
        return next((fault for fault in self.faults if fault.kind == kind), None)


class FeedBook:
    """All feeds of all sellers.

    :param float processing_seconds: from creation to the result; the first half of it is the queue
    :param process: does what a feed says, called with the ``Feed``; returns ``Outcome`` and document id
    """

    def __init__(self, processing_seconds, process):
        self.processing_seconds, self._process = processing_seconds, process
        self._feeds, self._due = {}, []

    def add(self, feed_id, seller_id, specification, faults, now):
        """Put a new feed into the queue.

        :param dict specification: body of createFeed
        """
        whole = timedelta(seconds=self.processing_seconds)
        feed = Feed(
            feed_id,
            seller_id,
            specification["feedType"],
            specification["marketplaceIds"],
            specification["inputFeedDocumentId"],
            specification.get("feedOptions", {}),
            now,
            now + whole / 2,
            now + whole,
            faults,
        )
        stuck = feed.fault("stuck")
        if stuck:
            feed.ends += timedelta(seconds=stuck.options.get("seconds", 10**8))
        self._feeds.setdefault(seller_id, {})[feed_id] = feed
        heapq.heappush(self._due, (feed.ends, feed_id, feed))

    def settle(self, now):
        """Process every feed whose time has come, oldest first."""
        while self._due and self._due[0][0] <= now:
            feed = heapq.heappop(self._due)[2]
            if not feed.cancelled:
                feed.outcome, feed.result_document_id = self._process(feed)

    def find(self, seller_id, feed_id):
        """Return a seller's feed, None if there is none."""
        return self._feeds.get(seller_id, {}).get(feed_id)

    def of(self, seller_id):
        """Return a seller's feeds, newest first."""
        return reversed(self._feeds.get(seller_id, {}).values())
