from collections import defaultdict

from odoo import Command, api, models

OPEN = ("UNSHIPPED", "PARTIALLY_SHIPPED")
DONE = ("done", "cancel")
CHARGES = (
    "product_promotion",
    "product_shipping",
    "product_gift_wrap",
    "product_fee",
    "product_collected_tax",
    "product_missing_tax",
)


class HemiAmazonOrderImport(models.AbstractModel):
    """What Amazon changes in an order that has a sale order already."""

    _inherit = "hemi.amazon.order.import"

    @api.model
    def _change(self, record, order):
        """Bring a change at Amazon into the sale order.

        :param record: the hemi.amazon.order, with what Amazon says now
        :param orders.Order order: the order as read
        """
        sale_order = record.sale_order_id
        if order.status == "CANCELLED":
            self._cancelled_there(record, sale_order)
        elif sale_order.state != "cancel":
            self._tell_unfulfillable(record, sale_order)
            with sale_order._amazon_unlocked():
                self._follow_people(record, sale_order, order)
                self._follow_promise(sale_order, order)
                self._follow_lines(record, sale_order, order)
                self._follow_shipments(record, sale_order, order)

    @api.model
    def _tell_unfulfillable(self, record, sale_order):
        """Amazon cannot deliver what it should: the order is not confirmed, and a person is asked once."""
        summary = self.env._("Amazon cannot fulfil %s", record.name)
        if record.status == "UNFULFILLABLE" and summary not in sale_order.activity_ids.mapped("summary"):
            record.account_id._need_person(
                summary,
                self.env._("Deliver it from the warehouse by an order of your own, or cancel it."),
                record=sale_order,
            )

    # --- cancelled

    @api.model
    def _cancelled_there(self, record, sale_order):
        """Cancelled at Amazon cancels here; what has left the house is for a person."""
        if sale_order.state == "cancel":
            return
        if not sale_order.picking_ids.filtered(lambda picking: picking.state == "done"):
            sale_order._message_log(body=self.env._("Amazon cancelled the order."))
            sale_order._amazon_cancelled_there()
            return
        sale_order.picking_ids.filtered(lambda picking: picking.state not in DONE).action_cancel()
        record.account_id._need_person(
            self.env._("Cancelled at Amazon after delivery: %s", record.name),
            self.env._(
                "Amazon cancelled the order, but goods have left the warehouse. Call them back "
                "or settle it with Amazon."
            ),
            record=sale_order,
        )

    @api.model
    def _follow_requests(self, record, sale_order, order):
        """The buyer asks to cancel: the transfer is held, once for each request."""
        asked = [item for item in order.items if item.cancellation_requested]
        if not asked or record.cancel_requested:
            return
        record.cancel_requested = True
        if order.status in (*OPEN, "PENDING", "PENDING_AVAILABILITY") and order.fulfilled_by != "AMAZON":
            sale_order._amazon_hold("cancellation", self._reason_of(order, asked))
            record.account_id._need_person(
                self.env._("The buyer asks to cancel %s", record.name),
                self.env._(
                    "Nothing is shipped until you decide on the order: Cancel at Amazon, or Ship Anyway."
                ),
                record=sale_order,
            )

    @api.model
    def _reason_of(self, order, asked):
        """Give the buyer's reason, and which items it is about if not all."""
        reasons = {item.cancel_reason for item in asked if item.cancel_reason}
        text = "; ".join(sorted(reasons)) or self.env._("no reason given")
        if len(asked) == len(order.items):
            return text
        return self.env._(
            "%(reason)s. Only for %(skus)s: cancel these in Seller Central, Odoo follows.",
            reason=text,
            skus=", ".join(item.sku or item.item_id for item in asked),
        )

    # --- who, where, when

    @api.model
    def _follow_people(self, record, sale_order, order):
        """A buyer or an address that Amazon tells late, or changes before all is shipped."""
        partners = self.env["hemi.amazon.order.partner"]
        completed = partners._complete(record, order)
        key = partners._address_key(order)
        moved = key and key != record.address_key and order.status in OPEN
        if not (completed or moved):
            return
        if key:
            record.address_key = key
        _buyer, recipient = partners._find_or_create(record, order)
        sale_order._amazon_set_recipient(recipient)
        sale_order._message_log(body=self.env._("Amazon told the buyer or another delivery address."))

    @api.model
    def _follow_promise(self, sale_order, order):
        if order.ship_by and order.ship_by != sale_order.commitment_date:
            sale_order.commitment_date = order.ship_by
        note = self._delivery_note(order)
        if note and note != sale_order.hemi_amazon_note:
            sale_order.hemi_amazon_note = note

    # --- what

    @api.model
    def _follow_lines(self, record, sale_order, order):
        """Quantities and money; after a shipment or an invoice what changes at Amazon is a refund."""
        items = {item.item_id: item for item in order.items}
        lines = sale_order.order_line.filtered(lambda line: line._amazon_is_item())
        changed = {
            line: items[line.hemi_amazon_item].quantity
            for line in lines
            if line.hemi_amazon_item in items
            and items[line.hemi_amazon_item].quantity != line.product_uom_qty
        }
        new = set(items) - set(lines.mapped("hemi_amazon_item"))
        total = sale_order.currency_id.compare_amounts(sale_order.amount_total, float(order.total))
        if not (changed or new or total):
            return
        is_final = record._is_shipped() or any(line.qty_invoiced for line in sale_order.order_line)
        if is_final and sale_order.state == "sale":
            self._lower_quantities(record, sale_order, changed)
        else:
            self._rewrite_lines(record, sale_order, order)
            sale_order._message_log(body=self.env._("Amazon changed quantities or amounts of the order."))

    @api.model
    def _lower_quantities(self, record, sale_order, quantities):
        """What was cancelled of the rest is not delivered; what cannot be undone here is for a person."""
        for line, quantity in quantities.items():
            if line.qty_delivered <= quantity < line.product_uom_qty and not line.qty_invoiced:
                line.product_uom_qty = quantity
            elif quantity != line.product_uom_qty:
                record.account_id._need_person(
                    self.env._("Quantity changed at Amazon after delivery: %s", record.name),
                    self.env._(
                        "Amazon says %(quantity)s of SKU %(sku)s, the order %(ordered)s, and it is "
                        "delivered or invoiced. Call the goods back, or write a credit note.",
                        quantity=quantity,
                        sku=line.hemi_amazon_sku,
                        ordered=line.product_uom_qty,
                    ),
                    record=sale_order,
                )

    @api.model
    def _rewrite_lines(self, record, sale_order, order):
        """Write Amazon's lines anew on those that are there; products stay as they were mapped."""
        position, country = sale_order.fiscal_position_id, sale_order.partner_shipping_id.country_id
        special = {self._product(name).id for name in CHARGES}
        known = defaultdict(list)
        for line in sale_order.order_line.filtered("hemi_amazon_component"):
            key = (line.hemi_amazon_item, line.hemi_amazon_component, line.product_id.id)
            known[self._line_key(*key, special)].append(line)
        for values in self._prepare_lines(record, order, position, country):
            key = (values.get("hemi_amazon_item"), values["hemi_amazon_component"], values["product_id"])
            lines = known[self._line_key(*key, special)]
            if lines:
                line = lines.pop(0)
                line.write(self._difference(line, values))
            else:
                sale_order.order_line = [Command.create(values)]
        self._empty_lines(sale_order, [line for lines in known.values() for line in lines])
        self._round_to_amazons_total(record, sale_order, order)
        self._ask_for_missing_tax(record, sale_order)

    @api.model
    def _line_key(self, item, component, product_id, special):
        return item or False, component, product_id if product_id in special else 0

    @api.model
    def _difference(self, line, values):
        """Give what of the values must be written on a line; its product, unit and text stay."""
        kept = () if self._unknown_lines(line.order_id) & line else ("product_id", "product_uom_id", "name")
        changed = {name: value for name, value in values.items() if name not in kept}
        if changed["product_uom_qty"] == line.product_uom_qty:
            del changed["product_uom_qty"]
        return changed

    @api.model
    def _empty_lines(self, sale_order, lines):
        """Lines that Amazon does not have any more: deleted from a quotation, emptied in an order."""
        for line in lines:
            if sale_order.state in ("draft", "sent"):
                line.unlink()
            else:
                line.write({"product_uom_qty": 0, "price_unit": 0})

    # --- shipped

    @api.model
    def _follow_shipments(self, record, sale_order, order):
        """Keep what Amazon says that is shipped; what Odoo did not ship holds the transfer."""
        fulfilled = {item.item_id: item.quantity_fulfilled for item in order.items}
        elsewhere = False
        for line in sale_order.order_line.filtered(lambda line: line._amazon_is_item()):
            quantity = fulfilled.get(line.hemi_amazon_item, 0)
            if quantity != line.hemi_amazon_fulfilled:
                elsewhere |= quantity > line.qty_delivered
                line.hemi_amazon_fulfilled = quantity
        waiting = sale_order.picking_ids.filtered(lambda picking: picking.state not in DONE)
        if not (elsewhere and waiting) or order.fulfilled_by == "AMAZON":
            return
        if sale_order.hemi_amazon_hold != "shipped":
            sale_order._amazon_hold("shipped")
            record.account_id._need_person(
                self.env._("Shipped outside Odoo: %s", record.name),
                self.env._(
                    "Amazon knows of a shipment that Odoo did not make, so the transfer is held: nothing is "
                    "shipped twice. Say on the order whether the goods left this warehouse or another place."
                ),
                record=sale_order,
            )
