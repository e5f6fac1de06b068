from odoo import Command, api, fields, models


class HemiAmazonOrderImport(models.AbstractModel):
    """What Amazon itself delivers: done moves from the account's location at Amazon, no work for anyone."""

    _inherit = "hemi.amazon.order.import"

    @api.model
    def _deliver_by_amazon(self, sale_order):
        """Book what Amazon says that it shipped and that is not booked yet.

        :param sale_order: a confirmed order that Amazon fulfils
        """
        open_lines = {
            line: line.hemi_amazon_fulfilled - line.qty_delivered
            for line in sale_order.order_line
            if line.product_id.type == "consu" and line.hemi_amazon_component == "Principal"
        }
        due = {line: quantity for line, quantity in open_lines.items() if quantity > 0}
        if not due:
            return
        picking = self.env["stock.picking"].create(self._prepare_amazon_delivery(sale_order, due))
        picking.action_confirm()
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.move_ids._action_done()  # the transfer's own would send mails and call carriers
        picking.date_done = fields.Datetime.now()

    @api.model
    def _prepare_amazon_delivery(self, sale_order, quantities):
        """Give the values of a delivery by Amazon.

        :param dict quantities: sale order line -> quantity in its unit
        :rtype: dict
        """
        kind = sale_order.hemi_amazon_order_id.account_id._fba_picking_type()
        source = kind.default_location_src_id
        destination = sale_order.partner_shipping_id.property_stock_customer
        ends = {"location_id": source.id, "location_dest_id": destination.id, "picking_type_id": kind.id}
        return ends | {
            "partner_id": sale_order.partner_shipping_id.id,
            "origin": sale_order.name,
            "company_id": sale_order.company_id.id,
            "move_ids": [
                Command.create(
                    ends
                    | {
                        "product_id": line.product_id.id,
                        "product_uom": line.product_uom_id.id,
                        "product_uom_qty": quantity,
                        "sale_line_id": line.id,
                        "company_id": sale_order.company_id.id,
                    }
                )
                for line, quantity in quantities.items()
            ],
        }
