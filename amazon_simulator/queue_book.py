"""What waits in Amazon's queue: feeds, and reports that were asked for.

Nothing runs in the background: what is due is done when somebody looks.
"""

import heapq
from dataclasses import dataclass, field
from datetime import timedelta

IN_QUEUE, IN_PROGRESS, DONE, FATAL, CANCELLED = "IN_QUEUE", "IN_PROGRESS", "DONE", "FATAL", "CANCELLED"


@dataclass
class Outcome:
    """What became of a job.

    :param str status: ``DONE``, ``FATAL``, or ``CANCELLED`` for a report without data
    :param bytes report: the result document, None if there is none
    :param bool compressed: whether Amazon serves it as GZIP
    :param int processed: messages of a feed
    """

    status: str
    report: bytes | None = None
    content_type: str = "text/xml; charset=iso-8859-1"
    compressed: bool = False
    processed: int = 0
    accepted: int = 0


@dataclass(kw_only=True)
class Job:
    """One feed or report.

    :param list faults: the ``Fault`` objects that strike its processing
    :param datetime starts: set by the queue, as ``ends``
    """

    id: str
    seller_id: str
    type: str
    marketplace_ids: list
    options: dict
    created: object
    faults: list = field(default_factory=list)
    starts: object = None
    ends: object = None
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

    def fault(self, kind):
        """Return the fault of a kind, None if there is none."""
        return next((fault for fault in self.faults if fault.kind == kind), None)


class Queue:
    """Processes the jobs of all kinds in the order in which they are due.

    :param float processing_seconds: from creation to the result; the first half of it is the queue
    """

    def __init__(self, processing_seconds):
        self._whole, self._due = timedelta(seconds=processing_seconds), []

    def put(self, job, process):
        """Let a job wait for its time; see :class:`JobBook` for ``process``."""
        job.starts, job.ends = job.created + self._whole / 2, job.created + self._whole
        for kind in ("stuck", "stuck_in_queue"):
            if stuck := job.fault(kind):
                pause = timedelta(seconds=stuck.options.get("seconds", 10**8))
                job.starts += pause if kind == "stuck_in_queue" else timedelta()
                job.ends += pause
        heapq.heappush(self._due, (job.ends, job.id, job, process))

    def settle(self, now):
        """Process every job whose time has come, oldest first."""
        while self._due and self._due[0][0] <= now:
            _ends, _id, job, process = heapq.heappop(self._due)
            if not job.cancelled:
                job.outcome, job.result_document_id = process(job)


class JobBook:
    """All jobs of one kind, of all sellers.

    :param Queue queue: in which they wait
    :param process: does a job, called with it; returns ``Outcome`` and the id of the result document or None
    """

    def __init__(self, queue, process):
        self._queue, self._process, self._jobs = queue, process, {}

    def add(self, job):
        """Put a new job into the queue."""
        self._jobs.setdefault(job.seller_id, {})[job.id] = job
        self._queue.put(job, self._process)

    def find(self, seller_id, job_id):
        """Return a seller's job, None if there is none."""
        return self._jobs.get(seller_id, {}).get(job_id)

    def of(self, seller_id):
        """Return a seller's jobs, newest first."""
        return reversed(self._jobs.get(seller_id, {}).values())


@dataclass(kw_only=True)
class Feed(Job):
    """One feed."""

    document_id: str

    def shown_result_document_id(self, now):
        """Return the id of the report's document as far as it is to be had already."""
        late = self.fault("late_report")
        delay = timedelta(seconds=late.options.get("seconds", 3600)) if late else timedelta()
        return self.result_document_id if now >= self.ends + delay else None


@dataclass(kw_only=True)
class Report(Job):
    """One report.

    :param datetime data_start: what was asked for, or now
    """

    data_start: object
    data_end: object
