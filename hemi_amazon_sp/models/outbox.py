from markupsafe import Markup
from odoo import api, fields, models

MESSAGES = "hemi_amazon_sp.hemi_amazon_feed_message_action"


class HemiAmazonOutboxMixin(models.AbstractModel):
    """Odoo's own records whose events must be told to Amazon, and that show what Amazon said."""

    _name = "hemi.amazon.outbox.mixin"
    _description = "Amazon Outbox"

    hemi_amazon_message_ids = fields.One2many(
        "hemi.amazon.feed.message",
        "res_id",
        "Amazon Messages",
        domain=lambda self: [("res_model", "=", self._name)],
        groups="hemi_amazon_sp.hemi_amazon_sp_group_user",
    )
    hemi_amazon_state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("in_feed", "Sent"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("superseded", "Not needed"),
            ("abandoned", "Abandoned"),
        ],
        "Amazon",
        compute="_compute_hemi_amazon_answer",
        compute_sudo=True,
        help="How far the newest message about this record has come at Amazon.",
    )
    hemi_amazon_answer = fields.Char(
        "Amazon's Answer", compute="_compute_hemi_amazon_answer", compute_sudo=True
    )

    @api.depends(
        "hemi_amazon_message_ids.state",
        "hemi_amazon_message_ids.result_text",
        "hemi_amazon_message_ids.waiting_for",
    )
    def _compute_hemi_amazon_answer(self):
        for record in self:
            newest = record.hemi_amazon_message_ids.sorted("id")[-1:]
            record.hemi_amazon_state = newest.state
            record.hemi_amazon_answer = newest.result_text or newest.waiting_for

    def action_amazon_said(self):
        """Open everything that Amazon was told of these records, or of their order, and what it said."""
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        if orders := self._amazon_orders():
            domain = [("order_id", "in", orders.ids)]
        action = self.env["ir.actions.act_window"]._for_xml_id(MESSAGES)
        return action | {
            "display_name": self.env._("What Amazon Said"),
            "domain": domain,
            "context": {},
            "help": Markup("<p class='o_view_nocontent_empty_folder'>%s</p>") % self._words_of_silence(),
        }

    def _words_of_silence(self):
        """Say what it means that there is no message."""
        return self.env._("Amazon was told nothing about it yet")

    def _amazon_orders(self):
        """Give the Amazon orders that these records belong to; none for listings."""
        return self.hemi_amazon_order_id if "hemi_amazon_order_id" in self._fields else self.browse()

    def _amazon_leave(self, flow, order, payload=None):
        """Leave a message for Amazon, in the transaction of the event itself, and wake the job.

        :param str flow: the flow that sends it
        :param order: the Amazon order that it is about
        :param dict payload: what must be kept as it is now
        """
        self.ensure_one()
        account = order.sudo().account_id
        is_on = self.env["hemi.amazon.flow"].sudo()._flow_model(flow)._is_on(account)
        message = (
            self.env["hemi.amazon.feed.message"]
            .sudo()
            .create(
                {
                    "account_id": account.id,
                    "flow": flow,
                    "res_model": self._name,
                    "res_id": self.id,
                    "order_id": order.id,
                    "payload": payload,
                    # switched on later, the flow must not do once more what was done by hand meanwhile
                    "state": "pending" if is_on else "superseded",
                    "result_text": False if is_on else self.env._("The flow was switched off."),
                }
            )
        )
        self.env.ref("hemi_amazon_sp.ir_cron_run").sudo()._trigger()
        return message

    def _amazon_answered(self, message):
        """Show on the record what Amazon said, and ask a person if it was no.

        :param message: the message that was answered
        """
        self.ensure_one()
        label = dict(message._fields["flow"]._description_selection(self.env))[message.flow]
        if message.state == "accepted":
            self._message_log(body=self.env._("Amazon: %s accepted.", label))
            self.activity_unlink(["hemi_amazon_sp.mail_activity_type_rejected"])
            return
        text = self.env._("Amazon: %(flow)s rejected. %(reason)s", flow=label, reason=message.result_text)
        self._message_log(body=Markup("<p>%s</p>") % text)
        self.activity_schedule(
            "hemi_amazon_sp.mail_activity_type_rejected",
            summary=self.env._("Amazon rejected: %s", label),
            note=" ".join(filter(None, (message.result_text, message.advice))),
            user_id=self._amazon_responsible(message.account_id).id,
        )

    def _amazon_responsible(self, account):
        """Give the person who looks at what Amazon refused about this record."""
        return account.user_id or self.env.user

    def _amazon_abandoned(self, message):
        """Show on the record that a person closed the matter.

        :param message: the message that was abandoned
        """
        if self:
            self._message_log(
                body=self.env._(
                    "%(name)s: abandoned. %(reason)s",
                    name=message.display_name,
                    reason=message.abandon_reason,
                )
            )
            self.activity_unlink(["hemi_amazon_sp.mail_activity_type_rejected"])
