from datetime import timedelta

from odoo import api, fields, models

from ..heirs import heirs


class HemiAmazonReportKind(models.AbstractModel):
    """One kind of report that Amazon is asked for again and again.

    A kind is a model that inherits this one, in a file ``report_*.py`` of its own; the job finds it by
    itself. It says:

    * ``_kind``: its code; ``_kind_label``: its name for people
    * ``_report_type``: Amazon's name of it
    * ``_every``: how often it is asked for
    * ``_days``: how far back it reaches
    """

    _name = "hemi.amazon.report.kind"
    _description = "Kind of Amazon Report"

    _kind = None
    _kind_label = None
    _report_type = None
    _every = timedelta(hours=12)
    _days = 29  # Amazon takes 30 at most, by its own clock

    @api.model
    def _kinds(self):
        """Give all kinds, as models."""
        return sorted(heirs(self.env["hemi.amazon.report.kind"]), key=lambda kind: kind._kind)

    @api.model
    def _kind_model(self, code):
        return next(kind for kind in self._kinds() if kind._kind == code)

    @api.model
    def _kind_selection(self):
        return [(kind._kind, kind._kind_label) for kind in self._kinds()]

    @api.model
    def _marketplaces(self, account):
        """Give the marketplaces to ask about; none: the account has no use for the report."""
        raise NotImplementedError

    @api.model
    def _options(self):
        """Give createReport's reportOptions.

        :rtype: dict[str, str]
        """
        return {}

    @api.model
    def _since(self):
        """Give the beginning of what the report is about, naive UTC."""
        return fields.Datetime.now() - timedelta(days=self._days)

    @api.model
    def _take(self, report, content):
        """Take what the report says; it may say the same again next time.

        :param report: the hemi.amazon.report
        :param bytes content: the report itself, which may hold personal data and is not kept
        :return: how many rows it had
        :rtype: int
        :raise AmazonError: it cannot be read
        """
        raise NotImplementedError
