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
        return not order or order.state != "cancel" or message.order_id.status in ("CANCELLED", "SHIPPED")

    @api.model
    def _item(self, message):
        return acknowledgement.Cancellation(
            message_id=message.id,
            order_id=message.order_id.name,
            items=[(item, None) for item in message.payload["items"]],
            reason=message.payload["reason"],
        )
