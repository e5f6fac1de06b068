"""Reports API 2021-06-30, without schedules."""

from ..clock import parse
from ..entities import ROLES
from ..errors import Refusal, invalid
from ..queue_book import Report
from ..reports import WRITERS
from ..validation import TEXT, Body, Parameter
from . import jobs
from .operation import Operation


def create_report(call):
    """Take the order for a report."""
    specification = call.body
    writer = WRITERS.get(specification["reportType"])
    if writer is None:
        raise invalid(f"report type {specification['reportType']} is invalid")
    if not call.application.roles & writer.ROLES:
        raise Refusal(403, "Unauthorized", "Access to the resource is forbidden")
    call.check_marketplaces(specification["marketplaceIds"])
    start, end = _period(call)
    writer.check(specification, start, end)
    report = Report(
        id=call.world.identifiers.job_id(),
        seller_id=call.seller.id,
        type=specification["reportType"],
        marketplace_ids=specification["marketplaceIds"],
        options=specification.get("reportOptions", {}),
        created=call.now,
        faults=jobs.take_faults(call),
        data_start=start,
        data_end=end,
    )
    call.world.reports.add(report)
    return 202, {"reportId": report.id}


def _period(call):
    """Return from when to when; Amazon's default of both is now."""
    start, end = (_time(call, name) for name in ("dataStartTime", "dataEndTime"))
    if end < start:
        raise invalid(f"Provided {end.isoformat()} is before the {start.isoformat()}.")
    return start, end


def _time(call, name):
    text = call.body.get(name)
    try:
        moment = parse(text) if text is not None else call.now
    except ValueError as error:
        raise invalid(f"Invalid value for {name}.", str(error)) from error
    if moment > call.now:
        raise invalid(f"{name} must be prior to or equal to the current date and time.")
    return moment


def get_report(call):
    """Return one report."""
    return 200, _shown(jobs.find(call, call.world.reports, "report"), call.now)


def cancel_report(call):
    """Cancel a report that is in the queue still."""
    return jobs.cancel(call, call.world.reports, "report")


def get_reports(call):
    """Return reports by filters, newest first."""
    return jobs.list_jobs(call, call.world.reports, "report", _shown)


def _shown(report, now):
    view = jobs.shown(report, "report", now)
    view["dataStartTime"], view["dataEndTime"] = report.data_start.isoformat(), report.data_end.isoformat()
    return {**view, "reportDocumentId": report.result_document_id} if report.result_document_id else view


def get_report_document(call):
    """Return the address of a report's document."""
    return jobs.get_document(call, "report")


_PATH = "/reports/2021-06-30"
_BODY = Body(
    {
        "reportType": TEXT,
        "marketplaceIds": {"type": "array", "minItems": 1, "maxItems": 25, "items": TEXT},
        "reportOptions": {"type": "object", "additionalProperties": {"type": "string"}},
        "dataStartTime": TEXT,
        "dataEndTime": TEXT,
    },
    ("reportType", "marketplaceIds"),
)

OPERATIONS = (
    Operation(
        "getReports",
        "GET",
        f"{_PATH}/reports",
        get_reports,
        0.0222,
        10,
        ROLES,
        jobs.list_query("reportTypes"),
    ),
    Operation("createReport", "POST", f"{_PATH}/reports", create_report, 0.0167, 15, ROLES, body=_BODY),
    Operation("getReport", "GET", f"{_PATH}/reports/{{reportId}}", get_report, 2, 15, ROLES),
    Operation("cancelReport", "DELETE", f"{_PATH}/reports/{{reportId}}", cancel_report, 0.0222, 10, ROLES),
    Operation(
        "getReportDocument",
        "GET",
        f"{_PATH}/documents/{{reportDocumentId}}",
        get_report_document,
        0.0167,
        15,
        ROLES,
        (Parameter("enableContentEncodingUrlHeader", "boolean"),),
    ),
)
