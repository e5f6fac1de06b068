"""What buyers do, and what becomes of orders without the seller."""

import copy

from . import order_builder, reports
from .locking import locked
from .notification_book import BUYER
from .orders_book import Order

_FIXED = frozenset({"orderId", "orderItems", "createdTime", "lastUpdatedTime", "salesChannel"})


class Buyers:
    """Methods of a ``World``."""

    @locked
    def place_order(self, seller_id, order):
        """Let a buyer place an order.

        :param dict order: Amazon's whole Order, or a short description (see ``order_builder.complete``)
        :return str: the order id
        """
        seller = self._seller(seller_id)
        if "salesChannel" not in order:
            order = order_builder.complete(order, seller, self.identifiers, self.clock.now())
        order_builder.check(order, seller)
        order = copy.deepcopy(order)
        order.setdefault("fulfillment", {"fulfillmentStatus": "UNSHIPPED"})
        self.orders.add(Order(seller_id, order))
        return order["orderId"]

    @locked
    def request_cancellation(self, seller_id, order_id, reason="No longer needed"):
        """Let the buyer ask for the cancellation of an order; the seller decides."""
        order = self._order(seller_id, order_id)
        for line in order.lines.values():
            request = {"requester": "BUYER", "cancelReason": reason}
            line.data.setdefault("cancellation", {})["cancellationRequest"] = request
        self.orders.touch(order, self.clock.now())
        self.notifications.tell_order(order, BUYER)

    @locked
    def request_return(self, seller_id, order_id, items, columns=None):
        """Let the buyer ask to send goods back to the merchant who shipped them.

        :param list items: [{sku, quantity, reason}]
        :param dict columns: of GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE, that are not as usual
        :return str: Amazon's RMA id
        """
        return self._add_return(seller_id, order_id, items, columns, "MERCHANT")

    @locked
    def receive_fba_return(self, seller_id, order_id, items, columns=None):
        """Let goods that Amazon shipped come back to Amazon.

        :param list items: [{sku, quantity, reason}]
        :param dict columns: of GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA, that are not as usual
        """
        self._add_return(seller_id, order_id, items, columns, "AMAZON")

    def _add_return(self, seller_id, order_id, items, columns, fulfilled_by):
        order, columns = self._order(seller_id, order_id), columns or {}
        if order.fulfilled_by != fulfilled_by:
            raise ValueError(f"The order {order_id} is fulfilled by {order.fulfilled_by}.")
        reports.check_return_columns(columns, fulfilled_by)
        rma_id = self.identifiers.rma_id()
        self.returns.add(order, items, rma_id, self.clock.now(), columns)
        return rma_id

    @locked
    def change_order(self, seller_id, order_id, changes):
        """Change sections of an order: objects are merged, everything else is replaced.

        :param dict changes: in the shape of Amazon's Order, without ``orderItems``
        """
        if fixed := _FIXED & set(changes):
            raise ValueError(f"These cannot be changed in an order: {', '.join(sorted(fixed))}.")
        order = self._order(seller_id, order_id)
        _merge(order.data, copy.deepcopy(changes))
        order.garbled = None
        order.follow_status()
        self.orders.touch(order, self.clock.now())

    @locked
    def garble_order(self, seller_id, order_id, shown):
        """Show something in place of an order, as it is, until the order is changed.

        :param shown: an Order that may break Amazon's model in any way, or any other JSON
        """
        order = self._order(seller_id, order_id)
        order.garbled = copy.deepcopy(shown)
        self.orders.touch(order, self.clock.now())


def _merge(target, changes):
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = value
