"""Reports API 2021-06-30."""

from .dates import to_amazon
from .operations import Operations, need


class Reports(Operations):
    """The operations of reports; see ``SellingPartner``."""

    def create_report(
        self, report_type, marketplace_ids, data_start_time=None, data_end_time=None, options=None
    ):
        """Ask for a report and return ``{reportId}``. Asking twice makes two reports, and does nothing else.

        :param str report_type: such as ``GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT``
        :param list marketplace_ids: 1 to 25
        :param datetime data_start_time: UTC; Amazon's default is now, and some types use no times
        :param datetime data_end_time: UTC; Amazon's default is now
        :param dict options: text to text, as the report type documents them
        """
        values = {
            "dataStartTime": data_start_time and to_amazon(data_start_time),
            "dataEndTime": data_end_time and to_amazon(data_end_time),
            "reportOptions": options,
        }
        answer = self._call(
            "reports",
            "createReport",
            "create_report",
            reportType=report_type,
            marketplaceIds=list(marketplace_ids),
            **{name: value for name, value in values.items() if value},
        )
        return need(answer, "createReport", "reportId")

    def get_report(self, report_id):
        """Return ``{reportId, reportType, createdTime, processingStatus, reportDocumentId?, ...}``.

        ``CANCELLED``, when nobody cancelled it, means that there is no data.
        """
        answer = self._call("reports", "getReport", "get_report", report_id)
        return need(answer, "getReport", "reportId", "processingStatus")

    def get_report_document(self, report_document_id):
        """Return ``{reportDocumentId, url[, compressionAlgorithm]}`` for ``Door.download``."""
        answer = self._call("reports", "getReportDocument", "get_report_document", report_document_id)
        return need(answer, "getReportDocument", "reportDocumentId", "url")
