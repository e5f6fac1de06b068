from collections import defaultdict

from odoo import fields, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "hemi.amazon.outbox.mixin"]

    hemi_amazon_order_id = fields.Many2one(related="sale_id.hemi_amazon_order_id")
    hemi_amazon_return_id = fields.Many2one(
        "hemi.amazon.return", "Amazon Return", readonly=True, copy=False, index="btree_not_null"
    )

    def _action_done(self):
        result = super()._action_done()
        for picking in self.sudo():
            if (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and picking.hemi_amazon_order_id
            ):
                picking._amazon_leave_shipment()
        return result

    def write(self, vals):
        result = super().write(vals)
        if "carrier_tracking_ref" in vals or "carrier_id" in vals:
            waiting = self.filtered("hemi_amazon_order_id").sudo().hemi_amazon_message_ids
            if waiting:
                waiting._wake()
                self.env.ref("hemi_amazon_sp.ir_cron_run").sudo()._trigger()
        return result

    def _amazon_leave_shipment(self):
        """Leave one message per parcel of the transfer: what was delivered of which item."""
        for number, items in enumerate(self._amazon_parcels()):
            if items:
                self._amazon_leave("ship", self.hemi_amazon_order_id, {"parcel": number, "items": items})

    def _amazon_parcels(self):
        """Split what was delivered by package.

        :return: for each parcel its order items and quantities, in the units of the order
        :rtype: list[list[tuple[str, int]]]
        """
        parcels = defaultdict(lambda: defaultdict(float))
        for line in self.move_line_ids.sorted(lambda line: (line.result_package_id.id or 0, line.id)):
            sale_line = line.move_id.sale_line_id
            if sale_line.hemi_amazon_item:
                quantity = line.product_uom_id._compute_quantity(line.quantity, sale_line.product_uom_id)
                parcels[line.result_package_id.id][sale_line.hemi_amazon_item] += quantity
        return [
            [(item, int(quantity)) for item, quantity in items.items() if int(quantity) > 0]
            for items in parcels.values()
        ]

    def _amazon_tracking(self, parcel):
        """Give the tracking number of a parcel.

        Carriers of several parcels leave several numbers in one field, parted by commas or plus signs.

        :param int parcel: number of the parcel within the transfer, from 0
        :return: the number, the first one if there are fewer numbers than parcels, or an empty string
        :rtype: str
        """
        numbers = [
            number.strip()
            for number in (self.carrier_tracking_ref or "").replace("+", ",").split(",")
            if number.strip()
        ]
        if not numbers:
            return ""
        return numbers[parcel] if parcel < len(numbers) else numbers[0]
