from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models

from ..amazon import refund_parts
from ..amazon.documents.adjustment import REASONS


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "hemi.amazon.outbox.mixin"]

    hemi_amazon_order_id = fields.Many2one(
        "hemi.amazon.order", "Amazon Order", compute="_compute_hemi_amazon_order_id", compute_sudo=True
    )
    hemi_amazon_refund_reason = fields.Selection(
        list(REASONS.items()),
        "Reason for Amazon",
        default="CustomerReturn",
        copy=False,
        help="Amazon shows the buyer why the money is refunded.",
    )

    hemi_amazon_return_id = fields.Many2one(
        "hemi.amazon.return", "Amazon Return", readonly=True, copy=False, index="btree_not_null"
    )
    hemi_amazon_refunded = fields.Boolean(
        "Refunded at Amazon",
        copy=False,
        help="The buyer has the money back already, from Amazon or by Seller Central: this credit note is "
        "for our own books, and Amazon is not told of it.",
    )
    hemi_amazon_invoice_status = fields.Selection(
        [
            ("waiting", "To upload"),
            ("uploaded", "Uploaded, Amazon checks it"),
            ("taken", "Taken by Amazon"),
            ("refused", "Refused by Amazon"),
            ("amazon", "Amazon invoices"),
        ],
        "Invoice at Amazon",
        compute="_compute_hemi_amazon_invoice_status",
        compute_sudo=True,
        help="For sellers in the VAT Calculation Service Amazon's own report decides, for others the answer "
        "to the upload.",
    )
    hemi_amazon_invoice_due_at = fields.Datetime(
        "Due at Amazon", compute="_compute_hemi_amazon_invoice_status", compute_sudo=True
    )

    @api.depends("hemi_amazon_message_ids.state", "hemi_amazon_message_ids.confirmed_at")
    def _compute_hemi_amazon_invoice_status(self):
        for move in self:
            messages = move.hemi_amazon_message_ids.filtered(lambda message: message.flow == "invoice")
            move.hemi_amazon_invoice_status = messages.sorted("id")[-1:]._invoice_status()
            move.hemi_amazon_invoice_due_at = move.hemi_amazon_order_id.invoice_due_at

    @api.depends("line_ids.sale_line_ids")
    def _compute_hemi_amazon_order_id(self):
        for move in self:
            move.hemi_amazon_order_id = move.line_ids.sale_line_ids.order_id.hemi_amazon_order_id[:1]

    def _post(self, soft=True):
        posted = super()._post(soft)
        for move in posted.sudo():
            order = move.hemi_amazon_order_id
            if not order or move.move_type not in ("out_invoice", "out_refund") or move._amazon_was_told():
                continue
            if move.move_type == "out_invoice" and order.marketplace_id.takes_invoices:
                move._amazon_leave("invoice", order)
            elif move.move_type == "out_refund" and not move.hemi_amazon_refunded:
                move._amazon_leave_refund(order)
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._amazon_withdraw()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._amazon_withdraw()
        return result

    def _amazon_withdraw(self):
        """What Amazon has not been told of these entries is not needed any more."""
        messages = self.sudo().hemi_amazon_message_ids
        messages.filtered(lambda message: message.state == "pending")._supersede()

    def _amazon_was_told(self):
        """Tell whether Amazon may know of this entry already: it is never told twice.

        :return: whether a person must look, which is then asked to
        """
        told = self.hemi_amazon_message_ids.filtered(
            lambda message: message.state in ("in_feed", "accepted", "rejected")
        )
        if told:
            told.account_id._need_person(
                self.env._("Amazon was told of %s before", self.name),
                self.env._(
                    "It was posted again, and Amazon is not told again. If it is not the same as before, "
                    "settle the difference in Seller Central."
                ),
                record=self,
            )
        return bool(told)

    def _amazon_responsible(self, account):
        """Money is the accountant's: who wrote the entry, if that was a person."""
        author = self.create_uid
        return author if author._is_internal() and author.active else super()._amazon_responsible(account)

    def _amazon_leave_refund(self, order):
        amounts = self._amazon_fit_refund(order, self._amazon_refund_amounts())
        items, difference = self._amazon_refund_items(amounts), self._amazon_refund_difference(amounts)
        if difference:
            order.account_id._need_person(
                self.env._("Not all of %s can be refunded at Amazon", self.name),
                self.env._(
                    "The credit note is over %(total)s, and its lines that belong to Amazon's order items "
                    "come to %(part)s. Settle the difference in Seller Central.",
                    total=self.currency_id.format(self.amount_total),
                    part=self.currency_id.format(float(sum(amounts.values()))),
                ),
                record=self,
            )
        if items and difference <= 0:
            self._amazon_leave(
                "refund",
                order,
                {
                    "currency": self.currency_id.name,
                    "reason": self.hemi_amazon_refund_reason or "GeneralAdjustment",
                    "items": items,
                },
            )

    def _amazon_refund_amounts(self):
        """Split the credit note by order item and component.

        :return: (order item, component) -> amount, tax included as on the order, in the currency of the
            credit note
        :rtype: dict[tuple[str, str], Decimal]
        """
        amounts = defaultdict(Decimal)
        for line in self.invoice_line_ids:
            sale_line = line.sale_line_ids[:1]
            if sale_line.hemi_amazon_item:
                for component, amount in self._amazon_components(line, sale_line):
                    amounts[sale_line.hemi_amazon_item, component] += self._amazon_money(amount)
        return amounts

    def _amazon_money(self, amount):
        return Decimal(f"{self.currency_id.round(amount):.{self.currency_id.decimal_places}f}")

    def _amazon_refund_difference(self, amounts):
        """Give what the parts come to beyond the credit note."""
        return sum(amounts.values(), Decimal(0)) - self._amazon_money(self.amount_total)

    def _amazon_fit_refund(self, order, amounts):
        """Move the cents of Odoo's rounding, so that no part gives back more than was paid for it.

        :param dict amounts: of :meth:`_amazon_refund_amounts`
        :rtype: dict[tuple[str, str], Decimal]
        """
        refunded = order._refunded_before(self.env["hemi.amazon.feed.message"])
        left = {
            (item, component): order._paid_for(item, component) - refunded[item, component]
            for item, component in amounts
        }
        most = Decimal(str(self.currency_id.rounding)) * len(self.invoice_line_ids)
        return refund_parts.fit(amounts, left, self._amazon_money(self.amount_total), most)

    def _amazon_refund_items(self, amounts):
        """Give the parts of a refund by order item.

        :rtype: list[dict]
        """
        items = defaultdict(list)
        for (item, component), amount in amounts.items():
            if amount:
                items[item].append((component, str(amount)))
        return [{"item": item, "components": components} for item, components in items.items()]

    def _amazon_components(self, line, sale_line):
        """Where the item's price includes tax, so do the components; where tax came on top, it is a component
        of its own. One order can have items of both kinds, so what was paid for the item decides."""
        component, order = sale_line.hemi_amazon_component, self.hemi_amazon_order_id
        tax = refund_parts.TAX_OF.get(component)
        paid = (order.paid or {}).get(sale_line.hemi_amazon_item)
        if order.tax_included or not tax or (paid and not Decimal(paid.get(tax, "0"))):
            return [(component, line.price_total)]
        return [(component, line.price_subtotal), (tax, line.price_total - line.price_subtotal)]

    def _amazon_pdf(self):
        """Give the invoice as a PDF.

        :rtype: bytes
        """
        self.ensure_one()
        if self.invoice_pdf_report_id:
            return self.invoice_pdf_report_id.raw
        return self.env["ir.actions.report"]._render_qweb_pdf("account.account_invoices", self.ids)[0]
