"""What the operations of feeds and of reports have in common."""

from datetime import timedelta

from ..clock import iso, parse
from ..errors import invalid, not_found
from ..faults import QUEUE
from ..notification_book import FEED_FINISHED, REPORT_FINISHED
from ..queue_book import CANCELLED, DONE, FATAL, IN_PROGRESS, IN_QUEUE
from ..validation import Parameter
from .paging import read_token, write_token

RETENTION = timedelta(days=90)
_STATUSES = frozenset({CANCELLED, DONE, FATAL, IN_PROGRESS, IN_QUEUE})


def list_query(types):
    """Return the parameters of getFeeds and getReports.

    :param str types: ``feedTypes`` or ``reportTypes``
    """
    return (
        Parameter(types, many=True, most=10),
        Parameter("marketplaceIds", many=True, most=10),
        Parameter("pageSize", "integer", low=1, high=100),
        Parameter("processingStatuses", many=True, values=_STATUSES),
        Parameter("createdSince", "date-time"),
        Parameter("createdUntil", "date-time"),
        Parameter("nextToken"),
    )


def take_faults(call):
    """Return the faults that strike the job that a call creates."""
    fault = call.world.faults.take(call.operation.name, call.seller.id, QUEUE)
    return [fault] if fault else []


def find(call, book, kind):
    """Return the job that the path names.

    :param str kind: ``feed`` or ``report``
    """
    job_id = call.path[f"{kind}Id"]
    job = book.find(call.seller.id, job_id)
    if job is None or job.created < call.now - RETENTION:
        raise not_found(f"The {kind} {job_id} does not exist.")
    return job


def cancel(call, book, kind):
    """Cancel a job that is in the queue still."""
    job = find(call, book, kind)
    if job.status(call.now) != IN_QUEUE:
        raise invalid(
            f"The {kind} {job.id} is {job.status(call.now)}; only {kind}s IN_QUEUE can be cancelled."
        )
    job.cancelled = True
    finished = {"feed": FEED_FINISHED, "report": REPORT_FINISHED}[kind]
    call.world.notifications.tell_finished(finished, job, CANCELLED)
    return 200, None


def shown(job, kind, now):
    """Write what feeds and reports have in common as Amazon shows it; times here carry ``+00:00``."""
    status = job.status(now)
    view = {
        f"{kind}Id": job.id,
        f"{kind}Type": job.type,
        "marketplaceIds": job.marketplace_ids,
        "createdTime": job.created.isoformat(),
        "processingStatus": status,
    }
    if status != IN_QUEUE and not job.cancelled:
        view["processingStartTime"] = job.starts.isoformat()
    if job.outcome:
        view["processingEndTime"] = job.ends.isoformat()
    return view


def list_jobs(call, book, kind, show):
    """Return jobs by filters, newest first; later pages by token alone.

    :param show: writes a job as Amazon shows it; called with the job and the moment
    """
    given = {name: value for name, value in call.query.items() if value is not None}
    if "nextToken" in given:
        if len(given) > 1:
            raise invalid("nextToken cannot be given with any other parameter.")
        filters = read_token(given["nextToken"], "nextToken")
    else:
        filters = _filters(call, given, kind)
    return 200, _page(call, book, filters, f"{kind}s", show)


def _filters(call, given, kind):
    if f"{kind}Types" not in given:
        raise invalid(f"Either {kind}Types or nextToken is required.")
    call.check_marketplaces(given.get("marketplaceIds", []))
    since, until = given.get("createdSince", call.now - RETENTION), given.get("createdUntil", call.now)
    return {
        "types": given[f"{kind}Types"],
        "statuses": given.get("processingStatuses", sorted(_STATUSES)),
        "marketplaceIds": given.get("marketplaceIds", call.seller.marketplaces),
        "createdSince": iso(max(since, call.now - RETENTION)),
        "createdUntil": iso(until),
        "pageSize": given.get("pageSize", 10),
        "operation": call.operation.name,
        "seen": None,
    }


def _page(call, book, filters, key, show):
    """Return one page, with a token if there is more. ``seen`` is the last job of the page before."""
    if filters["operation"] != call.operation.name:
        raise invalid("Invalid value for parameter nextToken.")
    found = []
    for job in _matching(call, book, filters):
        if len(found) == filters["pageSize"]:
            token = write_token({**filters, "seen": found[-1].id})
            return {key: [show(job, call.now) for job in found], "nextToken": token}
        found.append(job)
    return {key: [show(job, call.now) for job in found]}


def _matching(call, book, filters):
    since, until = parse(filters["createdSince"]), parse(filters["createdUntil"])
    marketplace_ids, skipping = set(filters["marketplaceIds"]), filters["seen"] is not None
    for job in book.of(call.seller.id):
        if job.created < since:
            return
        if skipping:
            skipping = job.id != filters["seen"]
        elif (
            job.created <= until
            and job.type in filters["types"]
            and job.status(call.now) in filters["statuses"]
            and marketplace_ids & set(job.marketplace_ids)
        ):
            yield job


def get_document(call, kind):
    """Return the address of a document."""
    key = f"{kind}DocumentId"
    document = call.world.storage.find(call.path[key], call.seller.id, kind)
    if document is None:
        raise not_found(f"The document {call.path[key]} does not exist.")
    encoding_header = bool(call.query["enableContentEncodingUrlHeader"])
    view = {key: document.id, "url": call.world.storage.address(document, "GET", encoding_header)}
    return 200, {**view, "compressionAlgorithm": "GZIP"} if document.compressed else view
