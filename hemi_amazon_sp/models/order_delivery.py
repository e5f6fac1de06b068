from odoo import Command, api, fields, models


class HemiAmazonOrderImport(models.AbstractModel):
    """What Amazon itself delivers: done moves from the account's location at Amazon, no work for anyone."""

    _inherit = "hemi.amazon.order.import"

    @api.model
    def _deliver_by_amazon(self, sale_orders):
        """Book what Amazon says that it shipped and that is not booked yet.

        :param sale_orders: confirmed orders that Amazon fulfils
        """
        due = {sale_order: self._due_from_amazon(sale_order) for sale_order in sale_orders}
        values = [
            self._prepare_amazon_delivery(sale, quantities) for sale, quantities in due.items() if quantities
        ]
        if not values:
            return
        pickings = self.env["stock.picking"].create(values)
        pickings.action_confirm()
        for move in pickings.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        pickings.move_ids._action_done()  # the transfers' own would send mails and call carriers
        pickings.date_done = fields.Datetime.now()

    @api.model
    def _due_from_amazon(self, sale_order):
        """Give what Amazon shipped and is not booked yet.

        :return: sale order line -> quantity in its unit
        :rtype: dict
        """
        open_lines = {
            line: line.hemi_amazon_fulfilled - line.qty_delivered
            for line in sale_order.order_line
            if line.product_id.type == "consu" and line.hemi_amazon_component == "Principal"
        }
        return {line: quantity for line, quantity in open_lines.items() if quantity > 0}

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
