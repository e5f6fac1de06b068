"""What Amazon writes into reports, one module per kind.

Each has ``ROLES`` (one of them is needed), ``COLUMNS``, ``COMPRESSED``, ``ENCODING`` (None: that of the
seller's region), ``check`` (what createReport refuses) and ``rows`` (column -> value).
"""

from dataclasses import dataclass

from ..queue_book import CANCELLED, DONE, FATAL, Outcome
from . import customer_returns, fba_returns, vat_invoice_data

WRITERS = {
    "GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT": vat_invoice_data,
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": customer_returns,
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": fba_returns,
}
# Amazon names the encoding in the document's content type.
_ENCODINGS = {"fe": "Shift_JIS"}


@dataclass
class Work:
    """A report to be written.

    :param datetime now: the moment at which Amazon writes it
    """

    world: object
    report: object
    seller: object
    now: object

    def is_wanted(self, order, moment):
        """Whether what happened to an order at a moment is of the report's marketplaces and time."""
        report = self.report
        in_time = report.data_start <= moment <= report.data_end
        return in_time and order.marketplace_id in report.marketplace_ids


def process(world, report):
    """Write a report.

    :return tuple: ``Outcome``, id of the document or None
    """
    seller = world.sellers[report.seller_id]
    outcome = _outcome(Work(world, report, seller, report.ends))
    return outcome, world.storage.write_result(seller, outcome, "report")


def _outcome(work):
    """Amazon cancels a report without data."""
    if work.report.fault("fatal"):
        return Outcome(FATAL)
    writer = WRITERS[work.report.type]
    rows = list(writer.rows(work))
    if not rows:
        return Outcome(CANCELLED)
    encoding = writer.ENCODING or _ENCODINGS.get(work.seller.region, "windows-1252")
    content = _table(writer.COLUMNS, rows).encode(encoding, "replace")
    return Outcome(DONE, content, f"text/plain; charset={encoding}", writer.COMPRESSED)


def _table(columns, rows):
    """Write a header and rows, separated by tabs; a value has neither tabs nor line breaks."""
    lines = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
    return "".join("\t".join(line) + "\r\n" for line in lines)


def _cell(value):
    return "" if value is None else " ".join(str(value).split())


def check_return_columns(columns, fulfilled_by):
    """Refuse columns that the report of a return does not have.

    :raise ValueError: with their names
    """
    writer = fba_returns if fulfilled_by == "AMAZON" else customer_returns
    if unknown := set(columns) - set(writer.COLUMNS):
        raise ValueError(f"The report has no columns {', '.join(sorted(unknown))}.")
