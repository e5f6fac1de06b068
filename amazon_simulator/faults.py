"""Faults on demand: what goes wrong, in which operation, for whom and how often."""

import asyncio
import random
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, Response

WAIT, BEFORE, AFTER, QUEUE = "wait", "before", "after", "queue"

# Every kind of fault, and the moment at which it strikes.
KINDS = {
    "slow": WAIT,  # option seconds: real seconds before the answer
    "throttle": BEFORE,  # 429
    "server_error": BEFORE,  # option status (default 503), HTML body, no effect
    "denied": BEFORE,  # 403: a role is missing; a document address: AccessDenied
    "revoked_token": BEFORE,  # LWA: invalid_grant; SP-API: 403
    "expired_token": BEFORE,  # SP-API: 403 although the hour is not over
    "expired_secret": BEFORE,  # the application's client secret is too old
    "expired_url": BEFORE,  # upload and download: 403, the address is too old
    "drop_before": BEFORE,  # the connection ends, nothing happened
    "drop_after": AFTER,  # the connection ends, everything happened
    "server_error_after": AFTER,  # option status (default 503), HTML body, everything happened
    # it ends FATAL; options of a feed: effect: "none" (default) or "all"; report: with that of "all"
    "fatal": QUEUE,
    "stuck": QUEUE,  # it stays IN_PROGRESS; option seconds: how long (default for ever)
    "stuck_in_queue": QUEUE,  # it stays IN_QUEUE, where it can be cancelled; option seconds likewise
    "late_report": QUEUE,  # DONE, but the report is there only later; option seconds: how much (default 3600)
    "duplicate_results": QUEUE,  # the report says everything twice
    # option every (default 2): the first message and each n-th after it fail; options code, message
    "partial_errors": QUEUE,
}
# Faults of the queue strike what these operations create.
_CREATORS = {
    "fatal": ("createFeed", "createReport"),
    "stuck": ("createFeed", "createReport"),
    "stuck_in_queue": ("createFeed", "createReport"),
    "late_report": ("createFeed",),
    "duplicate_results": ("createFeed",),
    "partial_errors": ("createFeed",),
}
ANY_OPERATION = "*"


@dataclass
class Fault:
    """A fault that waits for its operation."""

    operation: str
    kind: str
    count: int
    seller_id: str | None = None
    options: dict = field(default_factory=dict)

    def __post_init__(self):
        self._dice = random.Random(self.options.get("seed", 0))

    def is_due(self):
        """Whether it strikes this time: always, but for the option probability, seeded by the option seed."""
        return self._dice.random() < float(self.options.get("probability", 1))

    def strikes(self, operation, seller_id, moment):
        """Whether this fault is for that call."""
        return (
            KINDS[self.kind] == moment
            and self.operation in (operation, ANY_OPERATION)
            and self.seller_id in (None, seller_id)
        )


class Faults:
    """The faults that have not struck yet, in the order in which they were asked for."""

    def __init__(self):
        self._waiting = []

    def add(self, fault):
        """Ask for a fault.

        :raise ValueError: unknown kind, or one that never strikes this operation
        """
        if fault.kind not in KINDS:
            raise ValueError(f"There is no fault {fault.kind!r}. Choose one of: {', '.join(KINDS)}.")
        creators = _CREATORS.get(fault.kind, (fault.operation,))
        if fault.operation not in creators:
            names = " and ".join(creators)
            raise ValueError(f"The fault {fault.kind} is one of {names}, not of {fault.operation}.")
        self._waiting.append(fault)

    def take(self, operation, seller_id, moment):
        """Return the fault that strikes this call at this moment, counted down; None if there is none."""
        for fault in self._waiting:
            if fault.strikes(operation, seller_id, moment) and fault.is_due():
                fault.count -= 1
                if fault.count <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self):
        """Forget all faults."""
        self._waiting.clear()


class DroppedConnection(Response):
    """No answer: the connection ends."""

    async def __call__(self, scope, receive, send):
        scope["extensions"]["amazon_simulator.abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass


async def answer(faults, operation, seller_id, respond, refuse):
    """Answer a call, with the faults that strike it.

    :param respond: makes the answer, with all effects; called without arguments
    :param refuse: called with the ``Fault`` of the moment BEFORE that is special to this kind of call
    :return tuple: the ``Response`` to be sent, the kind of the fault that made it or None
    """
    if wait := faults.take(operation, seller_id, WAIT):
        await asyncio.sleep(float(wait.options.get("seconds", 1)))
    if fault := faults.take(operation, seller_id, BEFORE):
        return _general_refusal(fault) or refuse(fault), fault.kind
    response = respond()
    fault = faults.take(operation, seller_id, AFTER)
    if fault is None:
        return response, None
    return DroppedConnection() if fault.kind == "drop_after" else html_error(fault), fault.kind


def _general_refusal(fault):
    if fault.kind == "drop_before":
        return DroppedConnection()
    return html_error(fault) if fault.kind == "server_error" else None


def html_error(fault):
    """A load balancer's page in place of JSON."""
    status = int(fault.options.get("status", 503))
    text = "Internal Server Error" if status == 500 else "Service Unavailable"
    page = f"<html><head><title>{status} {text}</title></head><body><h1>{status} {text}</h1></body></html>"
    return HTMLResponse(page, status)
