import logging
from collections import Counter

import psycopg2
from odoo import api, models

from ..amazon.order_values import PENDING
from ..amazon.orders import OrderError, read_order
from ..amazon.redaction import personal_queries
from .order_page import CONTEXT, OrderPage

_logger = logging.getLogger(__name__)


class HemiAmazonOrder(models.Model):
    """New orders of a page are imported together: by the same calls of the ORM, in one savepoint.

    An order alone goes the same way, as a page of one. Changes of orders, and orders that must wait, are
    taken one by one.
    """

    _inherit = "hemi.amazon.order"

    @api.model
    def _take_together(self, pairs):
        """Import the new orders of a page. If one of them goes wrong, nothing of them is done.

        :param list pairs: rows, and Orders of the Orders API 2026-01-01
        :return: the pairs that are left to be taken one by one
        :rtype: list
        """
        try:
            with personal_queries(), self.env.cr.savepoint():
                new = self._new_ones(pairs)
                self._import_page(new)
        except psycopg2.OperationalError:
            raise  # the database's own trouble is not the orders'
        except Exception as error:
            # whose fault it is, and the words for it, come out one by one
            _logger.info("Amazon orders are imported one by one: %s", type(error).__name__)
            return pairs
        done = {record.id for record, _order in new}
        return [(record, payload) for record, payload in pairs if record.id not in done]

    @api.model
    def _new_ones(self, pairs):
        """Give the rows and orders that can be imported together, in the order of the page."""
        times = Counter(
            record.id for record, _payload in pairs
        )  # two states of one order: one after the other
        read = [
            (record, self._readable(payload))
            for record, payload in pairs
            if record._is_new() and times[record.id] == 1
        ]
        read = self._with_page([(record, order) for record, order in read if order])
        return [(record, order) for record, order in read if record._can_be_made(order)]

    def _is_new(self):
        """Tell whether nothing was made of the order, and nothing of it was erased."""
        return self.state == "waiting" and not self.sale_order_id and not self.erased_at

    @api.model
    def _readable(self, payload):
        try:
            return read_order(payload)
        except OrderError:
            return None

    @api.model
    def _with_page(self, pairs):
        """Give pairs of row and order whose environment knows all of them."""
        page = OrderPage(pairs)
        orders = self.with_context(**{CONTEXT: page})
        page.pairs = [(record.with_env(orders.env), order) for record, order in pairs]
        return page.pairs

    def _can_be_made(self, order):
        """Tell whether a new order can become a sale order at once."""
        return (
            self._is_news(order)
            and not self._problem(order)
            and self._is_wanted(order)
            and not self.env["hemi.amazon.order.import"]._must_hold(self, order)
        )

    def _is_wanted(self, order):
        """Tell whether a new order is to become a sale order."""
        return order.status != "CANCELLED" and (
            order.status not in PENDING or self.account_id.reserve_pending
        )

    @api.model
    def _import_page(self, pairs):
        """Make sale orders of new orders.

        :param list pairs: rows of one account, and orders
        """
        pairs = self._with_page(pairs)
        for record, order in pairs:
            record._update(order)
        self._make_all(pairs)

    @api.model
    def _make_all(self, pairs):
        """Make sale orders of new orders whose facts are written."""
        if not pairs:
            return
        rows = self.browse(record.id for record, _order in pairs)
        importer = self.env["hemi.amazon.order.import"]._for(pairs[0][0])
        for (record, order), sale_order in zip(pairs, importer._make_sale_orders(pairs), strict=True):
            record.write(
                {
                    "sale_order_id": sale_order.id,
                    "address_key": importer.env["hemi.amazon.order.partner"]._address_key(order),
                }
            )
        rows._go_on()
        for record, order in pairs:
            importer._follow_requests(record, record.sale_order_id, order)
        rows._imported()
