"""Processing reports: what became of each message of a feed.

Three formats: ProcessingReport (XML feeds), listings-feed-processing-report-schema-v2.json, and the plain
table that UPLOAD_VAT_INVOICE answers with.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from ..errors import BAD_ANSWER, AmazonError
from ..json_text import json_object
from . import listings

ACCEPTED, REJECTED = "accepted", "rejected"
ERROR, WARNING, INFO = "error", "warning", "info"
# Messages about the feed as a whole.
WHOLE_FEED = 0
_TABLE_START = b"Feed Processing Summary"
_DIGITS = re.compile(r"\d{1,20}", re.ASCII)
# What PostgreSQL or UTF-8 cannot hold.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Reads whatever bytes: an umlaut may be wrong then, but no outcome is lost.
_ANY_BYTES = "iso-8859-1"


@dataclass(frozen=True)
class Result:
    """One thing that Amazon says about one message.

    :param str severity: ``error``, ``warning`` or ``info``
    :param str code: Amazon's number or word; empty if none was given
    :param str text: Amazon's sentence
    :param str attribute: what it is about, such as a listing's attribute or an order item; None if not told
    """

    severity: str
    code: str
    text: str
    attribute: str | None = None


@dataclass(frozen=True)
class Report:
    """What became of a feed.

    :param dict results: message id to list of ``Result``; ``WHOLE_FEED`` for those about the feed itself
    :param int accepted: messages, as Amazon counts; None if it did not
    :param int rejected: likewise
    :param int processed: likewise
    :param str feed_id: None when the report does not name it
    :param str status: Amazon's word: ``Complete`` or ``Rejected``
    """

    results: dict = field(default_factory=dict)
    accepted: int | None = None
    rejected: int | None = None
    processed: int | None = None
    feed_id: str | None = None
    status: str = "Complete"

    def outcome(self, message_id):
        """Return what became of a message that was in the feed: ``accepted`` or ``rejected``.

        A message of which the report says nothing succeeded, unless the feed as a whole failed.
        """
        return REJECTED if self._whole_feed_failed or self._failed(message_id) else ACCEPTED

    def foreign(self, message_ids):
        """Return the message ids that the report names although the feed did not have them.

        :param set message_ids: of the feed
        :rtype: set[int]
        """
        return set(self.results) - set(message_ids) - {WHOLE_FEED}

    def settles(self, count):
        """Tell whether the report says what became of every message of a feed.

        It does not if Amazon counts more failures than it names, or processed another number of messages.

        :param int count: messages that were in the feed
        """
        if self._whole_feed_failed:
            return True
        named = sum(self._failed(message_id) for message_id in self.results if message_id != WHOLE_FEED)
        return self.status == "Complete" and (self.rejected or 0) <= named and self.processed in (None, count)

    @property
    def _whole_feed_failed(self):
        return not self.accepted and (self.status == "Rejected" or self._failed(WHOLE_FEED))

    def _failed(self, message_id):
        return any(result.severity == ERROR for result in self.results.get(message_id, ()))


def read_report(content, feed_type):
    """Read a processing report.

    :param bytes content: of ``Door.download``, untouched: the document declares its encoding itself
    :param str feed_type: of the feed it answers
    :rtype: Report
    :raise AmazonError: ``BadAnswer``: empty, broken, or not a finished report
    """
    if not content.strip():
        raise _bad("is empty")
    if feed_type == listings.FEED_TYPE:
        return _read_json(content)
    if content.lstrip().startswith(_TABLE_START):
        return _read_table(content)
    return _read_xml(content)


def _bad(what):
    return AmazonError(BAD_ANSWER, f"Amazon's processing report {what}.")


def _collect(pairs):
    results = {}
    for message_id, result in pairs:
        results.setdefault(message_id, []).append(result)
    return results


def _read_json(content):
    report = json_object(content) or json_object(content.decode(_ANY_BYTES).encode())
    header, issues, summary = ((report or {}).get(name) for name in ("header", "issues", "summary"))
    if not (isinstance(header, dict) and isinstance(issues, list) and isinstance(summary, dict)):
        raise _bad("is not a listings report in JSON")
    return Report(
        results=_collect(_issue(issue) for issue in issues if isinstance(issue, dict)),
        accepted=_count(summary.get("messagesAccepted")),
        rejected=_count(summary.get("messagesInvalid")),
        processed=_count(summary.get("messagesProcessed")),
        feed_id=str(header.get("feedId") or "") or None,
    )


def _issue(issue):
    severity = str(issue.get("severity", ERROR)).lower()
    return _count(issue.get("messageId")) or WHOLE_FEED, Result(
        severity if severity in (ERROR, WARNING, INFO) else ERROR,
        _clean(issue.get("code")),
        _clean(issue.get("message")),
        _clean(issue.get("attributeName")) or None,
    )


def _clean(text):
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", str(text or ""))


def _read_xml(content):
    report = _parse(content)
    status = _text(report, "StatusCode")
    if status not in ("Complete", "Rejected"):
        raise _bad(f"has the status {status}, it is not finished")
    summary = report.find("{*}ProcessingSummary")
    return Report(
        results=_collect(map(_xml_result, report.findall("{*}Result"))),
        accepted=_summary_count(summary, "MessagesSuccessful"),
        rejected=_summary_count(summary, "MessagesWithError"),
        processed=_summary_count(summary, "MessagesProcessed"),
        feed_id=_text(report, "DocumentTransactionID"),
        status=status,
    )


def _parse(content):
    try:
        root = _root(content)
    except (etree.XMLSyntaxError, ValueError):
        try:
            root = _root(content, _ANY_BYTES)  # the declaration may be wrong
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _bad("is not XML") from error
    # Amazon's reports have no document type; one that has it is somebody's trick.
    if root.getroottree().docinfo.doctype:
        raise _bad("declares a document type")
    report = (
        root if etree.QName(root).localname == "ProcessingReport" else root.find(".//{*}ProcessingReport")
    )
    if report is None:
        raise _bad("has no ProcessingReport")
    return report


def _root(content, encoding=None):
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return etree.fromstring(content.lstrip(), parser)


def _xml_result(element):
    code = (_text(element, "ResultCode") or ERROR).lower()
    about = element.find("{*}AdditionalInfo")
    names = ("AmazonOrderItemCode", "AmazonOrderID", "SKU")
    attributes = (
        [text for text in (_text(about, name) for name in names) if text] if about is not None else []
    )
    return _count(_text(element, "MessageID")) or WHOLE_FEED, Result(
        code if code in (ERROR, WARNING) else ERROR,
        _text(element, "ResultMessageCode") or "",
        _text(element, "ResultDescription") or "",
        attributes[0] if attributes else None,
    )


def _text(element, name):
    text = element.findtext("{*}" + name)
    return text.strip() or None if text else None


def _summary_count(summary, name):
    return None if summary is None else _count(_text(summary, name))


def _count(value):
    """Read plain digits; anything else is no number: None."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if _DIGITS.fullmatch(text) else None


def _read_table(content):
    """Two counts, then a table of number, SKU, code, type and message, all separated by tabs."""
    rows = [line.split("\t") for line in content.decode("utf-8", "replace").splitlines()]
    counts = {row[1].strip(): _count(row[-1]) for row in rows if len(row) > 2 and not row[0]}
    processed = counts.get("Number of records processed")
    accepted = counts.get("Number of records successful")
    if processed is None or accepted is None:
        raise _bad("does not count its records")
    return Report(
        results=_collect(_table_result(row) for row in rows if len(row) >= 5 and _count(row[0]) is not None),
        accepted=accepted,
        rejected=processed - accepted,
        processed=processed,
        status="Complete" if accepted else "Rejected",
    )


def _table_result(row):
    severity = row[3].strip().lower()
    result = Result(
        severity if severity in (WARNING, INFO) else ERROR,
        _clean(row[2].strip()),
        _clean(row[4].strip()),
        _clean(row[1]) or None,
    )
    return _count(row[0]), result
