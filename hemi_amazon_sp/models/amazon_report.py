import logging
import random
from datetime import timedelta

import psycopg2
from odoo import api, fields, models

from ..amazon.causes import STALE_KEY, cause_of
from ..amazon.errors import REFUSED, AmazonError
from ..amazon.notifications import REPORT_FINISHED

_logger = logging.getLogger(__name__)

FIRST_CHECK, LONGEST_CHECK = timedelta(seconds=30), timedelta(minutes=10)
GIVE_UP = timedelta(hours=6)  # then the next one is asked for
KEPT = timedelta(days=30)


class HemiAmazonReport(models.Model):
    """One report that Amazon was asked for.

    ===== ======== ==============================================================
    from  to       by
    ===== ======== ==============================================================
    (new) asked    :meth:`_ask`
    asked done     :meth:`_finish`: what it says is taken, or it has no data
    asked failed   :meth:`_fail`: Amazon stopped it, or it cannot be read
    ===== ======== ==============================================================

    Asking changes nothing at Amazon: one that is lost is simply asked for again.
    """

    _name = "hemi.amazon.report"
    _description = "Amazon Report"
    _order = "id desc"
    _rec_name = "kind"

    account_id = fields.Many2one(
        "hemi.amazon.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    kind = fields.Selection(
        selection=lambda self: self.env["hemi.amazon.report.kind"]._kind_selection(),
        required=True,
        readonly=True,
    )
    amazon_report_id = fields.Char("Report ID", readonly=True, help="Amazon's number of the report.")
    state = fields.Selection(
        [("asked", "Asked for"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        default="asked",
        readonly=True,
        index=True,
    )
    asked_at = fields.Datetime("Asked For On", required=True, readonly=True, default=fields.Datetime.now)
    next_check_at = fields.Datetime(readonly=True)
    check_count = fields.Integer(readonly=True)
    row_count = fields.Integer("Rows", readonly=True)
    error = fields.Text("Problem", readonly=True)

    @api.model
    def _follow(self, run):
        """Read the reports that are ready, and ask for those that are due; commits after each."""
        domain = [("account_id", "=", run.account.id), ("state", "=", "asked")]
        for report in self.search([*domain, ("next_check_at", "<=", fields.Datetime.now())]):
            report._follow_one(run)
            run.commit()
        run.account._subscription(REPORT_FINISHED).due_at = False
        for kind in self.env["hemi.amazon.report.kind"]._kinds():
            if marketplaces := self._due_marketplaces(run, kind):
                self._ask(run, kind, marketplaces)
                run.commit()
        for report in self.search(domain):
            run.again(report.next_check_at)

    @api.model
    def _due_marketplaces(self, run, kind):
        """Give the marketplaces for which a kind of report must be asked now."""
        last = self.search([("account_id", "=", run.account.id), ("kind", "=", kind._kind)], limit=1)
        if last.state == "asked" or (last and last.asked_at + kind._every > fields.Datetime.now()):
            return self.env["hemi.amazon.marketplace"]
        return kind._marketplaces(run.account)

    @api.model
    def _ask(self, run, kind, marketplaces):
        """Ask Amazon to make a report; a refusal is kept, so that it is not asked for in every turn."""
        values = {"account_id": run.account.id, "kind": kind._kind}
        try:
            answer = run.seller.create_report(
                kind._report_type,
                marketplaces.mapped("amazon_id"),
                data_start_time=kind._since(),
                options=kind._options(),
            )
        except AmazonError as error:
            if not self._is_refused(error):
                raise
            self.create(values)._fail(str(error))
        else:
            pause = run.account._look_after(REPORT_FINISHED, FIRST_CHECK)
            values["next_check_at"] = fields.Datetime.now() + pause
            self.create(values | {"amazon_report_id": answer["reportId"]})

    def _follow_one(self, run):
        """Ask for one report; what is wrong with it leaves the others alone.

        :raise AmazonError: if it is not this report's trouble: a limit, the key, a disturbance
        """
        try:
            self._check(run)
        except psycopg2.OperationalError:
            raise
        except AmazonError as error:
            if error.operation and not self._is_refused(error):
                raise
            self._fail(str(error))
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Amazon report %s could not be taken", self.id)
            self._fail(self.env._("An unexpected error (%s). It is in the log.", type(error).__name__))

    @api.model
    def _is_refused(self, error):
        """Tell whether Amazon refused the report itself, and not the key that asked for it.

        :param AmazonError error: of a call; what cannot be read has no operation
        """
        is_about_the_key = cause_of(error) == STALE_KEY
        return error.outcome == REFUSED and not is_about_the_key and "Report" in (error.operation or "")

    def _check(self, run):
        answer = run.seller.get_report(self.amazon_report_id)
        status = answer["processingStatus"]
        self.account_id._subscription(REPORT_FINISHED)._found_finished(answer)
        if status == "CANCELLED":  # so Amazon says that there is no data
            self._finish(0)
        elif status == "FATAL":
            self._fail(self.env._("Amazon could not make this report. It is asked for again."))
        elif status == "DONE":
            document = run.seller.get_report_document(answer["reportDocumentId"])
            content = run.door.download(document["url"], document.get("compressionAlgorithm"))
            self._finish(self._kind()._take(self, content))
        elif self.asked_at < fields.Datetime.now() - GIVE_UP:
            self._fail(self.env._("Amazon did not finish this report in time. It is asked for again."))
        else:
            pause = min(FIRST_CHECK * 2 ** min(self.check_count, 10), LONGEST_CHECK)
            pause = self.account_id._look_after(REPORT_FINISHED, pause * random.uniform(0.8, 1))
            self.check_count += 1
            self.next_check_at = fields.Datetime.now() + pause

    def _finish(self, row_count):
        self.write({"state": "done", "row_count": row_count, "next_check_at": False})

    def _fail(self, reason):
        """Give the report up; a person is told when it begins to fail, not each time."""
        before = self.search(
            [("account_id", "=", self.account_id.id), ("kind", "=", self.kind), ("id", "<", self.id)], limit=1
        )
        if before.state != "failed":
            label = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
            self.account_id._need_person(self.env._("Amazon's report cannot be read: %s", label), reason)
        self.write({"state": "failed", "error": reason, "next_check_at": False})

    def _kind(self):
        return self.env["hemi.amazon.report.kind"]._kind_model(self.kind)

    def _is_japan(self):
        """Tell whether Amazon writes the report for amazon.co.jp, in another encoding."""
        return self.account_id.home_marketplace_id.code == "JP"

    @api.autovacuum
    def _gc_reports(self):
        self.search([("asked_at", "<", fields.Datetime.now() - KEPT)], limit=1000).unlink()
