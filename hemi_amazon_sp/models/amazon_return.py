import logging

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

_logger = logging.getLogger(__name__)


class HemiAmazonReturn(models.Model):
    """One item that a buyer sends back, as Amazon's returns reports say: once, for ever.

    ======= ======= ==========================================================================
    from    to      by
    ======= ======= ==========================================================================
    (new)   waiting :meth:`_note`: Odoo does not have the order, or has not delivered it yet
    (new),
    waiting booked  :meth:`_book`: the return to receive, and the draft credit note, are made
    waiting failed  :meth:`_note_failure`; tried again with the next report
    failed  booked  :meth:`_book`
    waiting,
    failed  ignored :meth:`action_ignore`, by a person
    ======= ======= ==========================================================================

    How it is booked is in ``return_booking.py``.
    """

    _name = "hemi.amazon.return"
    _description = "Amazon Return"
    _order = "returned_on desc, id desc"

    account_id = fields.Many2one(
        "hemi.amazon.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    key = fields.Char(
        required=True, readonly=True, copy=False, help="What makes the return unique in Amazon's report."
    )
    name = fields.Char(
        "Return", required=True, readonly=True, help="Amazon's RMA number, or the licence plate of the goods."
    )
    order_name = fields.Char("Amazon Order", required=True, readonly=True)
    order_id = fields.Many2one("hemi.amazon.order", readonly=True, index="btree_not_null", ondelete="cascade")
    sale_order_id = fields.Many2one(related="order_id.sale_order_id", string="Sales Order")
    fulfilled_by = fields.Selection(
        [("MERCHANT", "Merchant"), ("AMAZON", "Amazon")],
        required=True,
        readonly=True,
        help="Who gets the goods back.",
    )
    sku = fields.Char("SKU", required=True, readonly=True)
    quantity = fields.Integer(readonly=True)
    reason = fields.Char("Amazon's Reason", readonly=True)
    status = fields.Char("Status at Amazon", readonly=True)
    is_sellable = fields.Boolean(default=True, readonly=True, help="As Amazon judged the goods.")
    is_refunded = fields.Boolean(
        "Refunded at Amazon", readonly=True, help="The buyer has the money back: the credit note is not told."
    )
    returned_on = fields.Date(readonly=True)
    picking_ids = fields.One2many("stock.picking", "hemi_amazon_return_id", "Receipts", readonly=True)
    credit_note_id = fields.Many2one("account.move", readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("booked", "Booked"), ("failed", "To look at"), ("ignored", "Ignored")],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    problem = fields.Text(readonly=True)

    _key_unique = models.Constraint("unique(account_id, key)", "This return is there already.")

    @api.model
    def _take_rows(self, account, rows):
        """Keep the returns of a report, the same ones only once, and book what can be booked.

        :param list rows: dicts of values of this model, without account and order
        """
        known = {
            record.key: record
            for record in self.search(
                [("account_id", "=", account.id), ("key", "in", [row["key"] for row in rows])]
            )
        }
        new = {row["key"]: row for row in rows if row["key"] not in known}
        for row in rows:
            if row["key"] in known:
                known[row["key"]].write({"status": row["status"], "is_refunded": row["is_refunded"]})
        self.create([row | {"account_id": account.id} for row in new.values()])
        self._book_waiting(account)

    @api.model
    def _book_waiting(self, account):
        """Book what waits, each for itself."""
        waiting = self.search([("account_id", "=", account.id), ("state", "in", ("waiting", "failed"))])
        orders = self.env["hemi.amazon.order"].search(
            [("account_id", "=", account.id), ("name", "in", waiting.mapped("order_name"))]
        )
        by_name = {order.name: order for order in orders}
        for record in waiting:
            record.order_id = by_name.get(record.order_name)
            record._try_to_book()

    def _try_to_book(self):
        try:
            with self.env.cr.savepoint():
                self._book()
        except psycopg2.OperationalError:
            raise
        except (UserError, ValidationError) as error:
            self._note_failure(str(error))
        except Exception as error:
            _logger.exception("Amazon return %s could not be booked", self.id)
            self._note_failure(
                self.env._("An unexpected error (%s). It is in the log.", type(error).__name__)
            )

    def _note_failure(self, reason):
        if self.state != "failed":
            self.account_id._need_person(
                self.env._("A return of %s could not be booked", self.order_name),
                reason,
                record=self.sale_order_id or self.account_id,
            )
        self.write({"state": "failed", "problem": reason})

    def _note(self, reason):
        self.problem = reason

    def action_retry(self):
        """Try to book again what failed or waits."""
        for record in self.sudo().filtered(lambda record: record.state in ("waiting", "failed")):
            record._try_to_book()

    def action_ignore(self):
        """Close what needs no booking: a person has dealt with it."""
        self.check_access("read")
        self.sudo().filtered(lambda record: record.state in ("waiting", "failed")).state = "ignored"

    # --- what it became

    def action_open_sale_order(self):
        """Open the order that the goods were sold with."""
        return self.sale_order_id._get_records_action(name=self.env._("Sales Order"))

    def action_open_receipts(self):
        """Open the transfers by which the goods come back."""
        return self.picking_ids._get_records_action(name=self.env._("Receipts"))

    def action_open_credit_note(self):
        """Open the credit note, a draft until a person posts it."""
        return self.credit_note_id._get_records_action(name=self.env._("Credit Note"))
