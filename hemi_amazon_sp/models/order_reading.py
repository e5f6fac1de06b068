import hashlib
import json
from datetime import datetime

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..amazon.errors import AmazonError
from ..amazon.notifications import ORDER_CHANGE
from ..amazon.order_outline import read_outline
from ..amazon.orders import read_order
from ..amazon.personal_data import hide_personal, without_personal_data
from ..amazon.redaction import personal_queries, protect_query_log
from ..amazon.selling_partner import ORDERS_PAGE_SIZE
from .account_orders import TO_SHIP

protect_query_log("odoo.sql_db")

INCLUDED_DATA = [
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
]


class HemiAmazonOrder(models.Model):
    """How orders are read: what changed at Amazon, page by page; what must be shipped soonest comes first."""

    _inherit = "hemi.amazon.order"

    @api.model
    def _read(self, run):
        """Read what changed at Amazon since the last time, page by page; commits after each page.

        The watermark is Amazon's own lastUpdatedBefore and moves on when the last page is in. A page token
        that is left by a run that ended early is taken up by the next one.

        :param run: the run of the job
        """
        account = run.account
        due_at = account._orders_due_at()
        if due_at > fields.Datetime.now():
            run.again(due_at)
            return
        more = bool(account.marketplace_ids)
        while more and not run.is_over():
            account._begin_orders_pass()
            try:
                answer = self._next_page(run.seller, account)
            except AmazonError as error:
                if not account._forget_dead_page(error):
                    raise
                run.commit()
                continue
            self._take_page(account, answer["orders"])
            token = (answer.get("pagination") or {}).get("nextToken")
            more = account._note_orders_page(token, answer.get("lastUpdatedBefore"))
            run.commit()
        if more:
            run.again(fields.Datetime.now())

    @api.model
    def _next_page(self, seller, account):
        return seller.search_orders(
            account.marketplace_ids.mapped("amazon_id"),
            last_updated_after=account._orders_since(),
            included_data=INCLUDED_DATA,
            pagination_token=account.orders_page_token or None,
            page_size=ORDERS_PAGE_SIZE,
            **account._orders_filter(),
        )

    @api.model
    def _take_page(self, account, payloads):
        """Import a page of orders: the new ones together, the others each for itself; of both what must be
        shipped soonest comes first.

        :param list payloads: Orders of the Orders API 2026-01-01
        """
        outlines = [(read_outline(payload), payload) for payload in payloads]
        page = [
            (outline.order_id or self._stand_in_name(payload), payload)
            for outline, payload in sorted(outlines, key=lambda pair: pair[0].ship_by or datetime.max)
        ]
        changes = [outline.last_updated_at for outline, _payload in outlines if outline.last_updated_at]
        account._subscription(ORDER_CHANGE)._found(max(changes, default=None))
        records = self._rows(account, [name for name, _payload in page])
        for record, payload in self._take_together([(records[name], payload) for name, payload in page]):
            record._take(payload)

    @api.model
    def _stand_in_name(self, payload):
        """Name an order that has no number: by what it holds, so that it comes to the same row again."""
        content = json.dumps(payload, sort_keys=True)
        return f"? {hashlib.sha256(content.encode()).hexdigest()[:12]}"

    @api.model
    def _rows(self, account, names):
        """Give the rows of orders, made where they are missing.

        :param list names: Amazon's order numbers
        :return: number -> row
        :rtype: dict
        """
        rows = self.search([("account_id", "=", account.id), ("name", "in", names)])
        missing = dict.fromkeys(name for name in names if name not in set(rows.mapped("name")))
        rows += self.create([{"account_id": account.id, "name": name} for name in missing])
        return {row.name: row for row in rows}

    def _take(self, payload):
        """Take what Amazon says of an order; what goes wrong stays with this order.

        :param dict payload: an Order of the Orders API 2026-01-01
        """
        self.ensure_one()
        if self.state == "ignored":
            return
        try:
            with personal_queries(), self.env.cr.savepoint():
                order = read_order(payload)
                if self._is_news(order):
                    self._check(order)
                    order = self._as_it_may_be_kept(order)
                    self._update(order)
                    self._import(order)
        except psycopg2.OperationalError:
            raise  # the database's own trouble is not the order's
        except Exception as error:
            self._note_failure(payload, hide_personal(self._reason(error), payload))

    def _is_news(self, order):
        """Tell whether an order says more than was taken already; an older state of it never does."""
        known = self.last_updated_at
        if known and order.last_updated_at == known:
            return self.state == "failed" or self.requested
        return not known or order.last_updated_at > known

    def _as_it_may_be_kept(self, order):
        """What was erased does not come back with a later change, unless Amazon has it delivered only now.

        :param orders.Order order: the order as read
        """
        if not self.erased_at:
            return order
        transfers = self.sale_order_id.picking_ids
        is_delivered = "done" in transfers.mapped("state") or self.sale_order_id.state == "cancel"
        if order.status in TO_SHIP["fulfillment_statuses"] and not is_delivered:
            self.erased_at = False
            return order
        return without_personal_data(order)

    def _check(self, order):
        """Refuse what Odoo does not know.

        :param orders.Order order: the order as read
        :raise UserError: what it is, and what to do
        """
        if words := self._problem(order):
            raise UserError(words)

    def _problem(self, order):
        """Give the words for what Odoo does not know of an order, something false if there is nothing."""
        problems = (self._strange_marketplace, self._strange_currency, self._strange_word, self._no_items)
        return next((words for problem in problems if (words := problem(order))), None)

    def _strange_marketplace(self, order):
        return (order.marketplace_id and not self._marketplace_of(order)) and self.env._(
            "The order is of a marketplace that is not known here: %s. Add it under Configuration, "
            "Marketplaces, then press Retry.",
            order.marketplace_id,
        )

    def _strange_currency(self, order):
        return (order.currency and not self._currency_of(order)) and self.env._(
            "The order is in a currency that Odoo does not have: %s. Create it under Accounting, "
            "Configuration, Currencies, then press Retry.",
            order.currency,
        )

    @api.model
    def _strange_word(self, order):
        words = {"status": order.status, "fulfilled_by": order.fulfilled_by}
        unknown = [
            word for name, word in words.items() if word and word not in dict(self._fields[name].selection)
        ]
        return unknown and self.env._(
            "Amazon calls the order %s, which this version of the addon does not know. Tell your "
            "administrator to look for a newer one; until then enter the order by hand and press Ignore.",
            ", ".join(unknown),
        )

    @api.model
    def _no_items(self, order):
        return not order.items and self.env._(
            "Amazon shows no items in this order. It is imported as soon as Amazon shows them. If it has "
            "to be shipped before, look it up in Seller Central, enter it by hand and press Ignore."
        )
