from odoo import api, fields, models

AMAZON_INVOICES = "79525"  # "Amazon will generate invoice"


class HemiAmazonFeedMessage(models.Model):
    """One thing that Amazon must be told, and what Amazon said to it.

    =========== ============ ============================================================================
    from        to           by
    =========== ============ ============================================================================
    (new)       pending      :meth:`hemi.amazon.outbox.mixin._amazon_leave`
    (new)       superseded   the same, while the flow is switched off
    (new)       in_feed      :meth:`hemi.amazon.listing._amazon_refused`, then rejected: stock and price
    pending     in_feed      :meth:`_put_in_feed`
    in_feed     pending      :meth:`_release`: Amazon has nothing of it
    in_feed     accepted     :meth:`_accept`
    pending,
    in_feed     rejected     :meth:`_reject`
    pending,
    rejected    superseded   :meth:`_supersede`: it is not needed any more
    in_feed,
    accepted    superseded   :meth:`_amazon_invoices`: Amazon issues the invoice itself
    accepted    rejected     :meth:`_reject`: an invoice that Amazon refused after its feed was done
    rejected    pending      :meth:`_send_again`, by a person
    rejected    abandoned    :meth:`_abandon`, by a person who gives the reason
    =========== ============ ============================================================================
    """

    _name = "hemi.amazon.feed.message"
    _description = "Amazon Message"
    _order = "id desc"

    account_id = fields.Many2one(
        "hemi.amazon.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    flow = fields.Selection(
        selection=lambda self: self.env["hemi.amazon.flow"]._flow_selection(),
        required=True,
        readonly=True,
        index=True,
    )
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("in_feed", "In feed"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
            ("abandoned", "Abandoned"),
        ],
        required=True,
        default="pending",
        readonly=True,
        index=True,
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True, index=True
    )
    record_name = fields.Char("About", compute="_compute_record_name")
    order_id = fields.Many2one(
        "hemi.amazon.order", "Amazon Order", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    payload = fields.Json(readonly=True, help="What is to be told, as it was when it happened.")
    attempts = fields.Integer(readonly=True, help="How many feeds have carried it.")
    feed_id = fields.Many2one("hemi.amazon.feed", readonly=True, index="btree_not_null", ondelete="set null")
    next_attempt_at = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    waiting_for = fields.Char(readonly=True, help="What must happen first, before this can be sent.")
    result_code = fields.Char("Amazon's Code", readonly=True)
    result_text = fields.Text("Amazon's Answer", readonly=True)
    advice = fields.Char("What to Do", compute="_compute_advice")
    answered_at = fields.Datetime(readonly=True)
    confirmed_at = fields.Datetime(
        readonly=True, help="When Amazon's VAT invoice data report said that Amazon took the invoice."
    )
    abandon_reason = fields.Char(readonly=True, help="Why a person closed it without Amazon's consent.")

    _accepted = models.Index("(account_id, flow, answered_at DESC) WHERE state = 'accepted'")

    @api.depends("flow", "record_name")
    def _compute_display_name(self):
        labels = dict(self._fields["flow"]._description_selection(self.env))
        for message in self:
            message.display_name = f"{labels.get(message.flow)} {message.record_name or ''}".strip()

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for model, messages in self.grouped("res_model").items():
            records = self.env[model].sudo().browse(messages.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records}
            for message in messages:
                message.record_name = names.get(message.res_id, False)

    @api.depends("result_code")
    def _compute_advice(self):
        for message in self:
            message.advice = self.env["hemi.amazon.advice"]._for(message.result_code)

    def _record(self):
        """Give the Odoo record that the message is about; empty if it is gone."""
        self.ensure_one()
        return self.env[self.res_model].sudo().browse(self.res_id).exists()

    def _put_in_feed(self, feed):
        self.ensure_one()
        attempts = self.attempts + 1
        self.write({"state": "in_feed", "feed_id": feed.id, "waiting_for": False, "attempts": attempts})

    def _release(self):
        self.write({"state": "pending", "feed_id": False, "next_attempt_at": fields.Datetime.now()})

    def _wait(self, reason, until):
        self.write({"waiting_for": reason, "next_attempt_at": until})

    def _wake(self):
        """What these messages waited for may have happened: look at them in the next run."""
        self.filtered(lambda message: message.state == "pending").next_attempt_at = fields.Datetime.now()

    def _supersede(self):
        self.write({"state": "superseded"})

    def _amazon_invoices(self):
        """Amazon gives the buyer the invoice itself: nobody has to do anything, and it is not told again."""
        text = self.env._("Amazon invoices: it gives the buyer the invoice of this order itself.")
        self.write(
            {
                "state": "superseded",
                "result_code": AMAZON_INVOICES,
                "result_text": text,
                "waiting_for": False,
                "answered_at": fields.Datetime.now(),
            }
        )
        self.order_id.invoiced_by_amazon = True
        for message in self:
            if record := message._record():
                record._message_log(body=text)

    def _invoice_status(self):
        """Give how far an invoice has come at Amazon, as on the invoice; False for no message.

        :rtype: str
        """
        if self.state == "superseded":
            return self.result_code == AMAZON_INVOICES and "amazon"
        if self.state == "accepted":
            return "uploaded" if self.account_id.invoicing == "vcs" and not self.confirmed_at else "taken"
        return {"pending": "waiting", "in_feed": "waiting", "rejected": "refused"}.get(self.state, False)

    def _accept(self, text=None):
        self._answer("accepted", None, text)

    def _reject(self, code, text):
        """Close a message that Amazon, or we ourselves before Amazon could, refused.

        :param str code: Amazon's code, or one of ours
        :param str text: the reason in words
        """
        self._answer("rejected", code, text)

    def _answer(self, state, code, text):
        self.write(
            {
                "state": state,
                "result_code": code,
                "result_text": text,
                "waiting_for": False,
                "answered_at": fields.Datetime.now(),
            }
        )
        self.order_id.message_ids._wake()  # a refund waits for its shipment
        for message in self:
            record = message._record()
            if record:
                record._amazon_answered(message)

    def _send_again(self):
        self.write(
            {
                "state": "pending",
                "feed_id": False,
                "result_code": False,
                "result_text": False,
                "attempts": 0,
                "next_attempt_at": fields.Datetime.now(),
            }
        )

    def action_retry(self):
        """Send rejected messages once more, after a person mended the cause."""
        self.check_access("read")
        if "refund" in self.mapped("flow"):
            self.account_id.check_access("write")  # money may go out twice: managers only
        rejected = self.filtered(lambda message: message.state == "rejected").sudo()
        for flow, messages in rejected.grouped("flow").items():
            self.env["hemi.amazon.flow"].sudo()._flow_model(flow)._retry(messages)
        rejected.account_id._wake_job()

    def _abandon(self, reason):
        """Close rejected messages: a person has dealt with the matter in another way.

        :param str reason: what the person says about it
        """
        for message in self.filtered(lambda message: message.state == "rejected"):
            message.write({"state": "abandoned", "abandon_reason": reason})
            message._record()._amazon_abandoned(message)

    def action_open_record(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
