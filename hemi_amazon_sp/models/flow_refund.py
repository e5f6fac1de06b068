from decimal import Decimal

from odoo import api, models

from ..amazon.documents import adjustment


class HemiAmazonFlowRefund(models.AbstractModel):
    """Refund Orders: a posted credit note, split by item and component."""

    _name = "hemi.amazon.flow.refund"
    _inherit = "hemi.amazon.flow.message"
    _description = "Refund Orders"

    _flow = "refund"
    _flow_label = "Refund Orders"
    _flags = ("refund_orders",)
    _urgency = 30
    _feed_type = adjustment.FEED_TYPE
    _document = adjustment

    @api.model
    def _not_needed(self, message):
        """Amazon itself gives the money back for what was cancelled before it was shipped."""
        move = message._record()
        return not move or move.state != "posted" or message.order_id._is_cancelled()

    @api.model
    def _waiting_for(self, message):
        if message.order_id._is_shipped():
            return None
        return self.env._("Amazon must accept the shipment of %s first.", message.order_id.name)

    @api.model
    def _not_allowed(self, message):
        excess = message.order_id._excess_of(message)
        if not excess:
            return None
        return "RefundTooHigh", self.env._(
            "The credit note gives back more than the buyer paid and has not had back yet: %s. Correct it, "
            "or settle the difference in Seller Central.",
            "; ".join(excess),
        )

    @api.model
    def _item(self, message):
        payload = message.payload
        return adjustment.Refund(
            message_id=message.id,
            order_id=message.order_id.name,
            currency=payload["currency"],
            items=[
                adjustment.RefundItem(
                    order_item_id=item["item"],
                    reason=payload["reason"],
                    quantity=None,
                    components=[(component, Decimal(amount)) for component, amount in item["components"]],
                    adjustment_id=f"{message.id}-{number}",
                )
                for number, item in enumerate(payload["items"], 1)
            ],
        )
