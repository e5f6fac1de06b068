import mimetypes
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..amazon.errors import AmazonError
from ..amazon.notifications import FEED_FINISHED

OPEN_STATES = ("prepared", "submitting", "submitted", "processing", "unknown")
FIRST_CHECK = timedelta(seconds=15)
CLOCK_SKEW = timedelta(minutes=2)
LATE = timedelta(hours=2)


class HemiAmazonFeed(models.Model):
    """One document on its way through Amazon.

    =========== ================================= ===========================================================
    from        to                                by
    =========== ================================= ===========================================================
    (new)       prepared                          :meth:`_prepare_feed`
    prepared    submitting (committed)            :meth:`_submit`, after the upload, before createFeed
    prepared,
    submitting  cancelled                         :meth:`_dissolve`: Amazon certainly has nothing of it
    submitting  submitted                         :meth:`_submitted`: by createFeed, or found by getFeeds
    submitting  unknown                           :meth:`_cannot_be_settled`: several feeds could be it
    submitted   processing (and back)             :meth:`_check`
    submitted,
    processing  done, done_errors, fatal          :meth:`_finish`
    submitted,
    processing  cancelled                         :meth:`_dissolve`: Amazon cancelled it before it began
    submitted,
    processing  unknown                           :meth:`_not_ours`: the report is about other messages
    unknown     submitted                         :meth:`_submitted`, by a person (*Settle a Feed*)
    processing,
    unknown     submitted                         :meth:`_submitted`, by a worker that comes back late and
                                                  knows the true number
    unknown     cancelled                         :meth:`_dissolve`, by a person (*Settle a Feed*)
    =========== ================================= ===========================================================

    A feed that died in ``submitting`` is never sent again before :meth:`_settle` asked Amazon. How that is
    asked is in ``feed_settlement.py``, how a feed is followed to its report in ``feed_results.py``.
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
    failure_count = fields.Integer(
        "Failures", readonly=True, help="How often it could not be read, in a row."
    )
    message_count = fields.Integer(readonly=True)
    accepted_count = fields.Integer(readonly=True)
    rejected_count = fields.Integer(readonly=True)
    error = fields.Text("Problem", readonly=True)
    message_ids = fields.One2many("hemi.amazon.feed.message", "feed_id", "Messages", readonly=True)
    is_late = fields.Boolean(
        compute="_compute_is_late",
        search="_search_is_late",
        help="Amazon has been working on it for more than 2 hours.",
    )
    person_asked_at = fields.Datetime(
        readonly=True, help="When a person was told that the feed has been open for too long."
    )

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

    @api.depends("state", "submitting_at")
    def _compute_is_late(self):
        limit = fields.Datetime.now() - LATE
        for feed in self:
            feed.is_late = feed.state in OPEN_STATES and bool(
                feed.submitting_at and feed.submitting_at < limit
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "in", OPEN_STATES), ("submitting_at", "<", fields.Datetime.now() - LATE)]

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
        feed = self.create(
            {
                "account_id": account.id,
                "flow": flow._flow,
                "feed_type": flow._feed_type,
                "content_type": flow._content_type,
                "marketplace_ids": [(6, 0, marketplaces.ids)],
                "lane": lane or flow._feed_type,
                "feed_options": feed_options,
                "message_count": message_count,
            }
        )
        feed._keep_document(document)
        return feed

    def _keep_document(self, document):
        """Keep the document as the file of the field ``document``.

        Through the field it would be written in base64 first, and Odoo, which does not know what is in it,
        would take it for text and write all of it into the database once more, to search in.

        :param bytes document: the whole document
        """
        self.env["ir.attachment"].sudo().create(
            {
                "name": "document",
                "res_model": self._name,
                "res_field": "document",
                "res_id": self.id,
                "mimetype": self.content_type.partition(";")[0],
                "raw": document,
            }
        )
        self.invalidate_recordset(["document"])

    def _read_document(self):
        """Give the document.

        :rtype: bytes
        """
        domain = [("res_model", "=", self._name), ("res_field", "=", "document"), ("res_id", "=", self.id)]
        return self.env["ir.attachment"].sudo().search(domain, limit=1).raw or b""

    def _submit(self, run):
        """Upload the document and create the feed at Amazon; commits.

        :param run: the run of the job
        :raise AmazonError: if it did not succeed; the feed is dissolved or waits to be settled then
        """
        self.ensure_one()
        try:
            answer = run.seller.create_feed_document(self.content_type)
            run.door.upload(answer["url"], self._read_document(), self.content_type)
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
        run.commit()  # a new snapshot: what others did during the call is seen
        self._arrived(amazon_feed_id)
        run.commit()

    def _submitted(self, amazon_feed_id):
        now = fields.Datetime.now()
        self.write(
            {
                "state": "submitted",
                "amazon_feed_id": amazon_feed_id,
                "submitted_at": now,
                "next_check_at": now + self.account_id._look_after(FEED_FINISHED, FIRST_CHECK),
                "error": False,
            }
        )

    def _dissolve(self, error):
        """Give the feed up: Amazon has nothing of it, so what it carries is free for the next one."""
        self.write({"state": "cancelled", "finished_at": fields.Datetime.now(), "error": error.message})
        self._flow()._released(self)

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
