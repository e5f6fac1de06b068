from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "hemi.amazon.outbox.mixin"]

    hemi_amazon_order_id = fields.Many2one(related="sale_id.hemi_amazon_order_id")
    hemi_amazon_return_id = fields.Many2one(
        "hemi.amazon.return", "Amazon Return", readonly=True, copy=False, index="btree_not_null"
    )
    hemi_amazon_programs = fields.Char(related="sale_id.hemi_amazon_programs", string="Amazon Programs")
    hemi_amazon_deliver_by = fields.Datetime(related="sale_id.hemi_amazon_deliver_by", string="Deliver By")
    hemi_amazon_hold = fields.Selection(related="sale_id.hemi_amazon_hold", string="Held")
    hemi_amazon_hold_reason = fields.Char(related="sale_id.hemi_amazon_hold_reason")
    hemi_amazon_note = fields.Text(
        "Amazon's Note",
        compute="_compute_hemi_amazon_note",
        compute_sudo=True,
        help="What the packer must know: gift wrap, customisation, pick-up point, cash on delivery.",
    )

    @api.depends("sale_id.hemi_amazon_note", "move_ids.sale_line_id.hemi_amazon_note")
    def _compute_hemi_amazon_note(self):
        for picking in self:
            notes = [picking.sale_id.hemi_amazon_note]
            for line in picking.move_ids.sale_line_id:
                if line.hemi_amazon_note:
                    notes.append(f"{line.hemi_amazon_sku or line.product_id.display_name}")
                    notes.append(line.hemi_amazon_note)
            picking.hemi_amazon_note = "\n".join(note for note in notes if note) or False

    def button_validate(self):
        self._amazon_check_hold()
        return super().button_validate()

    def _amazon_check_hold(self):
        """A held transfer is not shipped: the buyer wants to cancel, or it was shipped elsewhere."""
        for picking in self:
            if picking.hemi_amazon_hold and picking.picking_type_code == "outgoing":
                raise UserError(
                    self.env._(
                        "The transfer %(picking)s is held (%(reason)s). Decide on the sales order %(order)s "
                        "first: cancel it, or let it be shipped.",
                        picking=picking.name,
                        reason=dict(
                            picking.sale_id._fields["hemi_amazon_hold"]._description_selection(self.env)
                        )[picking.hemi_amazon_hold],
                        order=picking.sale_id.name,
                    )
                )

    def action_amazon_cancel_for_buyer(self):
        return self.sale_id.action_amazon_cancel_for_buyer()

    def action_amazon_release(self):
        return self.sale_id.action_amazon_release()

    def action_amazon_left_elsewhere(self):
        return self.sale_id.action_amazon_left_elsewhere()

    def _action_done(self):
        self._amazon_check_hold()
        result = super()._action_done()
        for picking in self.sudo():
            if (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and picking.hemi_amazon_order_id.fulfilled_by == "MERCHANT"
            ):
                picking._amazon_leave_shipment()
        return result

    def _send_confirmation_email(self):
        """Amazon tells its buyers itself that something was shipped, and forbids sellers to do so as well
        (Communication Guidelines, "order or shipping confirmations")."""
        return super(StockPicking, self - self._amazon_deliveries())._send_confirmation_email()

    def _check_warn_sms(self):
        """Of ``stock_sms``, where it is installed: no SMS goes to Amazon's buyers, so nobody is asked."""
        return super(StockPicking, self - self._amazon_deliveries())._check_warn_sms()

    def _amazon_deliveries(self):
        return self.filtered("hemi_amazon_order_id")

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
        moved = self._amazon_moved_before()
        parcels = []
        for _package, move_lines in groupby(self.move_line_ids, lambda line: line.result_package_id.id or 0):
            sale_lines = {}
            for line in move_lines:
                sale_line = line.move_id.sale_line_id
                if sale_line._amazon_must_tell():
                    sale_lines.setdefault(sale_line, sale_line._amazon_units(moved[sale_line]))
                    moved[sale_line][line.product_id] += line.quantity_product_uom
            units = [
                (line.hemi_amazon_item, line._amazon_units(moved[line]) - before)
                for line, before in sale_lines.items()
            ]
            parcels.append([(item, quantity) for item, quantity in units if quantity > 0])
        return parcels

    def _amazon_moved_before(self):
        """Give what other transfers delivered of the same order: a kit may be complete only with this one.

        :return: sale order line -> product -> quantity in the product's unit
        :rtype: dict
        """
        moved = defaultdict(lambda: defaultdict(float))
        for move in self.move_ids.sale_line_id.move_ids - self.move_ids:
            if move.state == "done" and move.location_dest_id.usage == "customer":
                moved[move.sale_line_id][move.product_id] += move.product_uom._compute_quantity(
                    move.quantity, move.product_id.uom_id
                )
        return moved

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
