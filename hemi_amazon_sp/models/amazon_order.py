import json
import logging
import traceback
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import vault
from ..amazon import orders as amazon_orders
from ..amazon.errors import AmazonError
from .account_orders import INTERVAL

_logger = logging.getLogger(__name__)

INCLUDED_DATA = [
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
]
FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(hours=12)
PENDING = ("PENDING_AVAILABILITY", "PENDING")


class HemiAmazonOrder(models.Model):
    """One order of Amazon, for ever: what Amazon said last, the sale order that it became, or why it did not.

    ======== ========== ======================================================
    from     to         by
    ======== ========== ======================================================
    (new)    waiting    Amazon holds it as pending: nothing may be shipped yet
    (new),
    waiting,
    failed   imported   :meth:`_import`
    (new),
    waiting,
    failed   failed     :meth:`_note_failure`; retried by itself, ever more rarely
    ======== ========== ======================================================
    """

    _name = "hemi.amazon.order"
    _description = "Amazon Order"
    _order = "purchased_at desc, id desc"

    name = fields.Char("Amazon Order", required=True, readonly=True)
    account_id = fields.Many2one(
        "hemi.amazon.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one("hemi.amazon.marketplace", readonly=True)
    status = fields.Selection(
        [
            ("PENDING_AVAILABILITY", "Pending availability"),
            ("PENDING", "Pending"),
            ("UNSHIPPED", "Unshipped"),
            ("PARTIALLY_SHIPPED", "Partially shipped"),
            ("SHIPPED", "Shipped"),
            ("CANCELLED", "Cancelled"),
            ("UNFULFILLABLE", "Unfulfillable"),
        ],
        "Status at Amazon",
        readonly=True,
    )
    fulfilled_by = fields.Selection([("MERCHANT", "Merchant"), ("AMAZON", "Amazon")], readonly=True)
    purchased_at = fields.Datetime("Ordered On", readonly=True)
    last_updated_at = fields.Datetime("Changed at Amazon On", readonly=True)
    ship_by = fields.Datetime(readonly=True)
    deliver_by = fields.Datetime(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    grand_total = fields.Monetary("Total at Amazon", readonly=True, help="What the buyer paid, tax included.")
    tax_included = fields.Boolean("Prices Include Tax", readonly=True)
    sale_order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [("waiting", "Waiting for Amazon"), ("imported", "Imported"), ("failed", "To look at")],
        required=True,
        readonly=True,
        default="waiting",
    )
    error = fields.Text("Problem", readonly=True)
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime(readonly=True)
    payload_encrypted = fields.Text(
        groups=fields.NO_ACCESS,
        prefetch=False,
        copy=False,
        help="Amazon's order, kept only until it is imported.",
    )
    message_ids = fields.One2many("hemi.amazon.feed.message", "order_id", "Messages", readonly=True)

    _order_unique = models.Constraint("unique(account_id, name)", "This Amazon order is there already.")

    # --- reading

    @api.model
    def _read(self, run):
        """Read what changed at Amazon since the last time, page by page; commits after each page.

        The watermark is Amazon's own lastUpdatedBefore and moves on when the last page is in. A page token
        that is left by a run that ended early is taken up by the next one.

        :param run: the run of the job
        """
        account = run.account
        self._retry_failed(run)
        if not account._orders_are_due():
            run.again(account.orders_read_at + INTERVAL)
            return
        more = bool(account.marketplace_ids)
        while more and not run.is_over():
            try:
                answer = run.seller.search_orders(
                    account.marketplace_ids.mapped("amazon_id"),
                    last_updated_after=account._orders_since(),
                    included_data=INCLUDED_DATA,
                    pagination_token=account.orders_page_token or None,
                )
            except AmazonError as error:
                if not account._forget_dead_page(error):
                    raise
                run.commit()
                continue
            self._take_page(account, answer["orders"])
            token = (answer.get("pagination") or {}).get("nextToken")
            account._note_orders_page(token, answer.get("lastUpdatedBefore"))
            more = bool(token)
            run.commit()

    @api.model
    def _take_page(self, account, payloads):
        """Import a page of orders, each for itself.

        :param list payloads: Orders of the Orders API 2026-01-01
        """
        names = [payload.get("orderId") or "?" for payload in payloads]
        known = {
            order.name: order
            for order in self.search([("account_id", "=", account.id), ("name", "in", names)])
        }
        for name, payload in zip(names, payloads, strict=True):
            if name not in known:
                known[name] = self.create({"account_id": account.id, "name": name})
            known[name]._take(payload)

    def _take(self, payload):
        """Take what Amazon says of an order; what goes wrong stays with this order.

        :param dict payload: an Order of the Orders API 2026-01-01
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                order = amazon_orders.read_order(payload)
                if (
                    not self.last_updated_at
                    or self.state == "failed"
                    or order.last_updated_at > self.last_updated_at
                ):
                    self._update(order)
                    self._import(order)
        except psycopg2.OperationalError:
            raise  # the database's own trouble is not the order's
        except (amazon_orders.OrderError, UserError, ValidationError) as error:
            self._note_failure(payload, str(error))
        except Exception as error:
            # its text may hold personal data, so only its kind and place are logged
            place = traceback.extract_tb(error.__traceback__)[-1]
            _logger.error(
                "Amazon order %s: %s at %s:%s", self.name, type(error).__name__, place.filename, place.lineno
            )
            self._note_failure(
                payload,
                self.env._(
                    "An unexpected error (%s). Retry it; if it comes again, tell your administrator.",
                    type(error).__name__,
                ),
            )

    def _note_failure(self, payload, reason):
        """Keep an order that could not be imported, and why; it is tried again, ever more rarely."""
        self.write(
            {
                "state": "failed",
                "error": reason,
                "attempts": self.attempts + 1,
                "next_attempt_at": fields.Datetime.now()
                + min(FIRST_RETRY * 2 ** min(self.attempts, 10), LONGEST_RETRY),
                "payload_encrypted": vault.encrypt(json.dumps(payload)),
            }
        )

    @api.model
    def _retry_failed(self, run):
        due = self.search(
            [
                ("account_id", "=", run.account.id),
                ("state", "=", "failed"),
                ("next_attempt_at", "<=", fields.Datetime.now()),
            ],
            limit=100,
        )
        for order in due:
            order._take_again()
        if due:
            run.commit()

    def _take_again(self):
        try:
            payload = json.loads(vault.decrypt(self.payload_encrypted) or "{}")
        except vault.SecretUnreadable:
            payload = {}
        if payload:
            self._take(payload)
        else:
            self.error = self.env._("What Amazon sent is lost, or was encrypted with a key that is lost.")
            self.next_attempt_at = fields.Datetime.now() + LONGEST_RETRY

    def action_retry(self):
        """Try failed orders again in the next run."""
        failed = self.filtered(lambda order: order.state == "failed")
        failed.sudo().next_attempt_at = fields.Datetime.now()
        failed.account_id._wake_job()

    def action_open_sale_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "view_mode": "form",
        }

    # --- importing

    def _update(self, order):
        """Keep what Amazon said last.

        :param orders.Order order: the order as read
        """
        marketplace = self.env["hemi.amazon.marketplace"]._by_amazon_id([order.marketplace_id])
        currency = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", order.currency)])
        )
        self.write(
            {
                "marketplace_id": marketplace.id,
                "status": order.status,
                "fulfilled_by": order.fulfilled_by,
                "purchased_at": order.created_at,
                "last_updated_at": order.last_updated_at,
                "ship_by": order.ship_by,
                "deliver_by": order.deliver_by,
                "currency_id": currency.id,
                "grand_total": order.grand_total,
                "tax_included": all(item.tax_included for item in order.items),
            }
        )
        if not (self.paid and self._is_shipped()):  # later changes are refunds, not what was paid
            self.paid = self._paid_of(order)

    def _import(self, order):
        """Make the sale order, or bring the change into it.

        :param orders.Order order: the order as read
        """
        if self.sale_order_id:
            self._import_change(order)
        elif order.status in PENDING:
            self.state = "waiting"
        elif order.status != "CANCELLED":
            self.sale_order_id = self.env["hemi.amazon.order.import"]._make_sale_order(self, order)
            self._imported()
        else:
            self._imported()

    def _imported(self):
        self.write(
            {"state": "imported", "error": False, "payload_encrypted": False, "next_attempt_at": False}
        )

    def _import_change(self, order):
        sale_order = self.sale_order_id
        if order.status == "CANCELLED" and sale_order.state != "cancel":
            if sale_order.picking_ids.filtered(lambda picking: picking.state == "done"):
                self.account_id._need_person(
                    self.env._("Cancelled at Amazon after delivery: %s", self.name),
                    self.env._(
                        "Amazon cancelled the order, but goods have left the warehouse. Call them back "
                        "or settle it with Amazon."
                    ),
                    record=sale_order,
                )
            else:
                sale_order._message_log(body=self.env._("Amazon cancelled the order."))
                sale_order._amazon_cancelled_there()
        self._imported()

    @api.model
    def _status_of(self, payload):
        """Give the status in an Order of the Orders API."""
        return (payload.get("fulfillment") or {}).get("fulfillmentStatus")

    def _has_open(self, flow, states=("pending", "in_feed")):
        """Tell whether a message of a flow about this order is under way."""
        return any(message.flow == flow and message.state in states for message in self.message_ids)

    def _is_shipped(self):
        """Tell whether Amazon knows of a shipment, from us or from elsewhere."""
        shipments = self.message_ids.filtered(lambda message: message.flow == "ship")
        return "accepted" in shipments.mapped("state") or self.status in ("PARTIALLY_SHIPPED", "SHIPPED")

    def _is_cancelled(self):
        """Tell whether Amazon knows that the order was cancelled, from us or from elsewhere."""
        cancellations = self.message_ids.filtered(lambda message: message.flow == "cancel")
        return "accepted" in cancellations.mapped("state") or self.status == "CANCELLED"
