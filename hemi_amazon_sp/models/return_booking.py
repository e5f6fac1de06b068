from odoo import Command, api, models
from odoo.exceptions import UserError


class HemiAmazonReturn(models.Model):
    """What a return becomes in Odoo: a receipt of what was delivered, and a draft credit note for it."""

    _inherit = "hemi.amazon.return"

    def _book(self):
        """Make the receipt and the draft credit note, if the goods were delivered from Odoo.

        :raise UserError: the goods were not delivered, or have come back already
        """
        lines = self._sale_lines()
        if not lines:
            self._note(self.env._("Odoo does not have the order %s, or not this SKU in it.", self.order_name))
            return
        moves = self._delivered_moves(lines)
        if not moves:
            self._note(self.env._("The goods were not delivered from Odoo yet."))
            return
        self._make_receipts(moves, lines)
        self.credit_note_id = self._make_credit_note(lines)
        self.write({"state": "booked", "problem": False})

    def _sale_lines(self):
        """Give the lines of the goods themselves, of all order items with this SKU."""
        return self.order_id.sale_order_id.order_line.filtered(
            lambda line: (
                line.hemi_amazon_sku == self.sku
                and line.hemi_amazon_component == "Principal"
                and line.product_id.type == "consu"
            )
        )

    def _delivered_moves(self, lines):
        return lines.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_usage == "customer"
        )

    # --- receipt

    def _make_receipts(self, moves, lines):
        """Return the goods by Odoo's own wizard, one receipt for each transfer that delivered some of them.

        :raise UserError: more comes back than was delivered and has not come back yet
        """
        quantities = self._quantities_back(moves, lines)
        for picking in moves.picking_id:
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            for line in wizard.product_return_moves:
                line.quantity = quantities.get(line.move_id, 0)
            if any(wizard.product_return_moves.mapped("quantity")):
                receipt = wizard._create_return()
                receipt.hemi_amazon_return_id = self
                if self.fulfilled_by == "AMAZON":
                    self._receive_at_amazon(receipt)

    @api.model
    def _receive_at_amazon(self, receipt):
        """What Amazon reports has come back to it: nobody here has anything to receive."""
        for move in receipt.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        receipt.move_ids._action_done()

    def _quantities_back(self, moves, lines):
        """Spread what comes back over what was delivered; of a kit comes its share of each component.

        :return: move -> quantity in its unit
        :rtype: dict
        """
        quantities, wanted = {}, {}
        share = self.quantity / sum(lines.mapped("product_uom_qty"))
        for move in moves:
            line = move.sale_line_id
            key = move.product_id
            if key not in wanted:
                is_kit = key != line.product_id
                ordered = sum(
                    moves.filtered(lambda other, key=key: other.product_id == key).mapped("product_uom_qty")
                )
                unit = line.product_uom_id
                wanted[key] = (
                    ordered * share if is_kit else unit._compute_quantity(self.quantity, move.product_uom)
                )
            quantities[move] = min(wanted[key], self._not_back(move))
            wanted[key] -= quantities[move]
        if any(move.product_uom.compare(wanted[move.product_id], 0) > 0 for move in moves):
            raise UserError(
                self.env._(
                    "Amazon says that %(quantity)s of %(sku)s come back, and not so many of the order "
                    "%(order)s were delivered and have not come back yet. Compare with Seller Central, then "
                    "book the return by hand or ignore it.",
                    quantity=self.quantity,
                    sku=self.sku,
                    order=self.order_name,
                )
            )
        return quantities

    @api.model
    def _not_back(self, move):
        """Give how much of a delivered move has not come back, nor is on its way back."""
        back = move.returned_move_ids.filtered(lambda known: known.state != "cancel")
        return max(0.0, move.quantity - sum(back.mapped("product_uom_qty")))

    # --- credit note

    def _make_credit_note(self, lines):
        """Draft the credit note of what comes back: a person looks at it, and posts it.

        :return: the entry; empty if the goods were not invoiced
        """
        order = lines.order_id
        invoice = lines.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )[:1]
        if not invoice:
            return invoice
        share = self.quantity / sum(lines.mapped("product_uom_qty"))
        values = order._prepare_invoice() | {
            "move_type": "out_refund",
            # of the invoice: the buyer's personal data may have been erased from the order meanwhile
            "partner_id": invoice.partner_id.id,
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "journal_id": invoice.journal_id.id,
            "reversed_entry_id": invoice.id,
            "ref": self.env._("Return %(number)s of %(invoice)s", number=self.name, invoice=invoice.name),
            "invoice_date": False,
            "hemi_amazon_refunded": self.is_refunded or self.fulfilled_by == "AMAZON",
            "hemi_amazon_return_id": self.id,
            "invoice_line_ids": [
                Command.create(line._prepare_invoice_line(quantity=line.product_uom_qty * share))
                for line in self._lines_of_items(lines)
            ],
        }
        return self.env["account.move"].create(values)

    def _lines_of_items(self, lines):
        """Give the lines of what the goods cost: price, promotion and tax; not what sending them cost."""
        items = set(lines.mapped("hemi_amazon_item"))
        return lines.order_id.order_line.filtered(
            lambda line: line.hemi_amazon_item in items and line.hemi_amazon_component in ("Principal", "Tax")
        )

    def action_open_sale_order(self):
        return self.order_id.action_open_sale_order()
