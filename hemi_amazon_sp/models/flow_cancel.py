from odoo import api, models

from ..amazon.documents import acknowledgement


class HemiAmazonFlowCancel(models.AbstractModel):
    """Cancel Orders: an order that was cancelled here before it was shipped."""

    _name = "hemi.amazon.flow.cancel"
    _inherit = "hemi.amazon.flow.message"
    _description = "Cancel Orders"

    _flow = "cancel"
    _flow_label = "Cancel Orders"
    _flags = ("cancel_orders",)
    _urgency = 20
    _feed_type = acknowledgement.FEED_TYPE
    _document = acknowledgement

    @api.model
    def _not_needed(self, message):
        order = message._record()
        return not order or order.state != "cancel" or message.order_id.status == "CANCELLED"

    @api.model
    def _not_allowed(self, message):
        if not message.order_id._is_shipped():
            return None
        return "OrderShipped", self.env._(
            "The order %s is shipped at Amazon, so it cannot be cancelled there. Refund the buyer by a "
            "credit note, or wait for the return.",
            message.order_id.name,
        )

    @api.model
    def _waiting_for(self, message):
        if message.order_id._has_open("ship", ("in_feed",)):
            return self.env._("Amazon must answer the shipment of %s first.", message.order_id.name)
        return None

    @api.model
    def _holds(self, run, message):
        order = run.seller.get_order(message.order_id.name, included_data=["FULFILLMENT"])
        return {"CANCELLED": True, "UNSHIPPED": False}.get(message.order_id._status_of(order))

    @api.model
    def _item(self, message):
        return acknowledgement.Cancellation(
            message_id=message.id,
            order_id=message.order_id.name,
            items=[(item, None) for item in message.payload["items"]],
            reason=message.payload["reason"],
        )
