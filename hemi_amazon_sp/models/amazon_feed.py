import base64
import logging
import mimetypes
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.tools import SQL

from ..amazon.documents import report as report_document
from ..amazon.errors import THROTTLED, AmazonError

_logger = logging.getLogger(__name__)

OPEN_STATES = ("prepared", "submitting", "submitted", "processing", "unknown")
FIRST_CHECK = timedelta(seconds=15)
LONGEST_CHECK = timedelta(minutes=10)
MANY_CHECKS = 12  # that many failures in a row are more than a disturbance
SETTLE_AFTER = timedelta(minutes=15)  # Amazon lists a new feed well within this time
CLOCK_SKEW = timedelta(minutes=2)


class HemiAmazonFeed(models.Model):
    """One document on its way through Amazon.

    =========== ================================= ===========================================================
    from        to                                by
    =========== ================================= ===========================================================
    (new)       prepared                          :meth:`_prepare`
    prepared    submitting (committed)            :meth:`_submit`, after the upload, before createFeed
    prepared,
    submitting  cancelled                         :meth:`_dissolve`: Amazon certainly has nothing of it
    submitting  submitted                         :meth:`_submitted`: by createFeed, or found by getFeeds
    submitting  unknown                           :meth:`_settle`: several feeds could be it
    submitted   processing                        :meth:`_check`
    processing  done, done_errors, fatal,
                cancelled                         :meth:`_finish`
    unknown     submitted, cancelled              a person, by the wizard *Settle a Feed*
    =========== ================================= ===========================================================

    A feed that died in ``submitting`` is never sent again before :meth:`_settle` asked Amazon.
    """

    _name = "hemi.amazon.feed"
    _description = "Amazon Feed"
    _order = "id desc"
    _rec_name = "amazon_feed_id"

    account_id = fields.Many2one(
        "hemi.amazon.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    flow = fields.Selection(
        selection=lambda self: self.env["hemi.amazon.flow"]._flow_selection(), required=True, readonly=True
    )
    feed_type = fields.Char(required=True, readonly=True)
    marketplace_ids = fields.Many2many("hemi.amazon.marketplace", readonly=True)
    lane = fields.Char(required=True, readonly=True, help="Only one feed of a lane is open at a time.")
    feed_options = fields.Json(readonly=True)
    content_type = fields.Char(required=True, readonly=True)
    document = fields.Binary(attachment=True, readonly=True)
    document_name = fields.Char(compute="_compute_file_names")
    report = fields.Binary(attachment=True, readonly=True)
    report_name = fields.Char(compute="_compute_file_names")
    state = fields.Selection(
        [
            ("prepared", "Prepared"),
            ("submitting", "Submitting"),
            ("submitted", "Submitted"),
            ("processing", "Processing"),
            ("done", "Done"),
            ("done_errors", "Done with errors"),
            ("fatal", "Fatal"),
            ("cancelled", "Cancelled"),
            ("unknown", "Unknown"),
        ],
        required=True,
        default="prepared",
        readonly=True,
        index=True,
    )
    amazon_document_id = fields.Char(readonly=True)
    amazon_feed_id = fields.Char(
        "Feed ID", readonly=True, index="btree_not_null", help="Amazon's number of the feed."
    )
    submitting_at = fields.Datetime(readonly=True)
    submitted_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    next_check_at = fields.Datetime(readonly=True)
    check_count = fields.Integer(readonly=True)
    message_count = fields.Integer(readonly=True)
    accepted_count = fields.Integer(readonly=True)
    rejected_count = fields.Integer(readonly=True)
    error = fields.Text("Problem", readonly=True)
    message_ids = fields.One2many("hemi.amazon.feed.message", "feed_id", "Messages", readonly=True)

    _lane_open = models.UniqueIndex(
        "(account_id, lane) WHERE state IN ('prepared', 'submitting', 'submitted', 'processing', 'unknown')",
        "Another feed of this kind is still open for this account.",
    )

    @api.depends("feed_type", "amazon_feed_id")
    def _compute_display_name(self):
        for feed in self:
            feed.display_name = f"{feed.feed_type} {feed.amazon_feed_id or ''}".strip()

    @api.depends("feed_type", "amazon_feed_id", "content_type")
    def _compute_file_names(self):
        """Name the downloads; Amazon reports in the format of the document, on invoices in plain text."""
        for feed in self:
            name = f"{feed.feed_type}-{feed.amazon_feed_id or feed.id}"
            ending = mimetypes.guess_extension((feed.content_type or "").partition(";")[0]) or ""
            feed.document_name = f"{name}{ending}"
            feed.report_name = f"{name}-report{'.txt' if ending == '.pdf' else ending}"

    # --- out

    @api.model
    def _prepare_feed(
        self, flow, account, marketplaces, document, message_count, lane=None, feed_options=None
    ):
        """Write down what is about to be submitted.

        :param flow: the flow model
        :param account: the account
        :param marketplaces: for createFeed's marketplaceIds
        :param bytes document: the whole document
        :param int message_count: number of messages in it
        :param str lane: feeds of one lane follow one another; the feed type if not given
        :param dict feed_options: createFeed's feedOptions
        """
        return self.create(
            {
                "account_id": account.id,
                "flow": flow._flow,
                "feed_type": flow._feed_type,
                "content_type": flow._content_type,
                "marketplace_ids": [(6, 0, marketplaces.ids)],
                "lane": lane or flow._feed_type,
                "feed_options": feed_options,
                "document": base64.b64encode(document),
                "message_count": message_count,
            }
        )

    def _submit(self, run):
        """Upload the document and create the feed at Amazon; commits.

        :param run: the run of the job
        :raise AmazonError: if it did not succeed; the feed is dissolved or waits to be settled then
        """
        self.ensure_one()
        try:
            answer = run.seller.create_feed_document(self.content_type)
            run.door.upload(answer["url"], base64.b64decode(self.document), self.content_type)
        except AmazonError as error:
            self._dissolve(error)
            raise
        now = fields.Datetime.now()
        self.write(
            {
                "state": "submitting",
                "amazon_document_id": answer["feedDocumentId"],
                "submitting_at": now,
                "next_check_at": now + CLOCK_SKEW,
            }
        )
        run.commit()  # from here on Amazon may have it, whatever becomes of this process
        try:
            amazon_feed_id = run.seller.create_feed(
                self.feed_type,
                self.marketplace_ids.mapped("amazon_id"),
                self.amazon_document_id,
                self.feed_options or None,
            )["feedId"]
        except AmazonError as error:
            if error.outcome == "unknown":
                self.error = error.message
            else:
                self._dissolve(error)
            run.commit()
            raise
        self._submitted(amazon_feed_id)
        run.commit()

    def _submitted(self, amazon_feed_id):
        now = fields.Datetime.now()
        self.write(
            {
                "state": "submitted",
                "amazon_feed_id": amazon_feed_id,
                "submitted_at": now,
                "next_check_at": now + FIRST_CHECK,
                "error": False,
            }
        )

    def _dissolve(self, error):
        """Give the feed up: Amazon has nothing of it, so what it carries is free for the next one."""
        self.write({"state": "cancelled", "finished_at": fields.Datetime.now(), "error": error.message})
        self._flow()._released(self)

    def _settle(self, run):
        """Find out whether Amazon has a feed whose submission was cut off, by asking for feeds of its type
        and time.

        Only one feed of a lane is open at a time, so a feed of Amazon's that is not yet ours must be this
        one.
        """
        known = set(
            self.search([("account_id", "=", self.account_id.id), ("amazon_feed_id", "!=", False)]).mapped(
                "amazon_feed_id"
            )
        )
        found = [
            feed
            for page in run.seller.get_feeds([self.feed_type], created_since=self.submitting_at - CLOCK_SKEW)
            for feed in page
            if feed["feedId"] not in known
            and set(feed.get("marketplaceIds", ())) == set(self.marketplace_ids.mapped("amazon_id"))
        ]
        now = fields.Datetime.now()
        if len(found) == 1:
            self._submitted(found[0]["feedId"])
        elif found:
            self._cannot_be_settled(found)
        elif now > self.submitting_at + SETTLE_AFTER:
            self._dissolve(
                AmazonError(
                    "NotSubmitted",
                    self.env._("Amazon never received this feed. Its messages are sent again."),
                )
            )
        else:
            self.next_check_at = now + CLOCK_SKEW

    def _cannot_be_settled(self, found):
        numbers = ", ".join(feed["feedId"] for feed in found)
        self.write({"state": "unknown", "next_check_at": False})
        self.error = self.env._(
            "The connection was lost while this feed was submitted, and Amazon has several feeds that it "
            "could be: %(numbers)s. Nothing "
            "of it is sent again until a person has compared them with its messages in Seller Central.",
            numbers=numbers,
        )
        self.account_id._need_person(self.env._("Which feed did Amazon receive?"), self.error)

    # --- results

    @api.model
    def _follow(self, run):
        """Ask Amazon how the open feeds of an account are doing, those that are due."""
        due = self.search(
            [
                ("account_id", "=", run.account.id),
                ("state", "in", ("submitting", "submitted", "processing")),
                ("next_check_at", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        for feed in due:
            feed._follow_one(run)
            run.commit()

    def _follow_one(self, run):
        """Ask for one feed; what is wrong with it leaves the others alone.

        :raise AmazonError: if a limit is used up: the others would have to wait too
        """
        try:
            self._settle(run) if self.state == "submitting" else self._check(run)
        except psycopg2.OperationalError:
            raise
        except AmazonError as error:
            if error.code == THROTTLED:
                raise
            self._postpone(str(error))
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Amazon feed %s could not be followed", self.id)
            self._postpone(self.env._("An unexpected error (%s). It is in the log.", type(error).__name__))

    def _postpone(self, reason):
        self.write({"error": reason, "check_count": self.check_count + 1, "next_check_at": self._later()})
        if self.check_count == MANY_CHECKS:
            summary = self.env._("Amazon's answer to %s cannot be read", self.display_name)
            self.account_id._need_person(summary, reason)

    def _later(self):
        return fields.Datetime.now() + min(FIRST_CHECK * 2 ** min(self.check_count, 10), LONGEST_CHECK)

    def _check(self, run):
        answer = run.seller.get_feed(self.amazon_feed_id)
        status = answer["processingStatus"]
        if status in ("DONE", "FATAL", "CANCELLED"):
            self._finish(run, status, answer.get("resultFeedDocumentId"))
            return
        self.write(
            {
                "state": "processing" if status == "IN_PROGRESS" else "submitted",
                "check_count": self.check_count + 1,
                "next_check_at": self._later(),
            }
        )

    def _finish(self, run, status, document_id):
        content = self._download_report(run, document_id) if document_id else None
        report = report_document.read_report(content, self.feed_type) if content else None
        if content:
            self.report = base64.b64encode(content)
        self.write({"next_check_at": False, "finished_at": fields.Datetime.now()})
        if status == "CANCELLED":
            self._dissolve(
                AmazonError(
                    "CANCELLED", self.env._("The feed was cancelled at Amazon. Its messages are sent again.")
                )
            )
        elif report is None:
            self.state = "fatal"
            self.error = self.env._(
                "Amazon stopped this feed and gave no report. Some, none or all of it may have been "
                "carried out."
            )
            self._flow()._stopped(self)
        else:
            accepted, rejected = self._flow()._reported(self, report)
            state = "fatal" if status == "FATAL" else "done_errors" if rejected else "done"
            self.write({"state": state, "accepted_count": accepted, "rejected_count": rejected})

    def _download_report(self, run, document_id):
        answer = run.seller.get_feed_document(document_id)
        return run.door.download(answer["url"], answer.get("compressionAlgorithm"))

    def _flow(self):
        return self.env["hemi.amazon.flow"]._flow_model(self.flow)

    @api.model
    def _is_open(self, account, lane):
        return bool(
            self.search_count(
                [("account_id", "=", account.id), ("lane", "=", lane), ("state", "in", OPEN_STATES)], limit=1
            )
        )

    @api.model
    def _next_check(self, account):
        """Give the moment ahead at which the next open feed of the account is due, or False."""
        self.flush_model(["state", "next_check_at"])
        self.env.cr.execute(
            SQL(
                "SELECT min(next_check_at) FROM hemi_amazon_feed WHERE account_id = %s AND state IN %s",
                account.id,
                OPEN_STATES,
            )
        )
        moment = self.env.cr.fetchone()[0]
        # what is overdue waits for a limit; asking at once would only turn in circles
        return moment and max(moment, fields.Datetime.now() + FIRST_CHECK)
