"""Orders, kept by seller and by time, in the shape of Amazon's Orders API 2026-01-01."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from decimal import Decimal

from .charges import paid
from .clock import iso, parse

UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED, CANCELLED = "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED"
NOT_READY = frozenset({"PENDING", "PENDING_AVAILABILITY"})
CREATED, UPDATED = "created", "updated"


@dataclass
class Line:
    """One order item: what was ordered, and what became of it.

    :param dict data: the item as Amazon shows it
    :param dict paid: what the buyer paid, component -> ``Decimal``
    :param list refunds: one dict component -> ``Decimal`` for each refund
    """

    data: dict
    paid: dict
    shipped: int = 0
    cancelled: int = 0
    refunds: list = field(default_factory=list)

    @property
    def id(self):
        """Order item id."""
        return self.data["orderItemId"]

    @property
    def sku(self):
        """Seller's SKU, None if Amazon shows none."""
        return self.data["product"].get("sellerSku")

    @property
    def ordered(self):
        """Units ordered."""
        return self.data["quantityOrdered"]

    @property
    def open(self):
        """Units that are neither shipped nor cancelled."""
        return self.ordered - self.shipped - self.cancelled

    def refunded(self, component):
        """The sum of all refunds of a component."""
        return sum((refund.get(component, Decimal()) for refund in self.refunds), Decimal())


@dataclass
class Order:
    """One order.

    :param dict data: the order as Amazon shows it, all sections
    :param list refunds: (moment, order item id -> component -> ``Decimal``), oldest first
    :param garbled: what is shown in its place, whatever is asked for; None if nothing is wrong
    """

    seller_id: str
    data: dict
    lines: dict = field(default_factory=dict)
    refunds: list = field(default_factory=list)
    garbled: object = None

    def __post_init__(self):
        for item in self.data["orderItems"]:
            line = Line(item, paid(item))
            line.shipped = item.get("fulfillment", {}).get("quantityFulfilled", 0)
            self.lines[line.id] = line
        self.follow_status()

    @property
    def id(self):
        """Amazon's order id."""
        return self.data["orderId"]

    @property
    def marketplace_id(self):
        """Where the order was placed."""
        return self.data["salesChannel"].get("marketplaceId")

    @property
    def status(self):
        """Amazon's ``FulfillmentStatus``."""
        return self.data["fulfillment"]["fulfillmentStatus"]

    @property
    def fulfilled_by(self):
        """``MERCHANT`` or ``AMAZON``."""
        return self.data["fulfillment"].get("fulfilledBy", "MERCHANT")

    @property
    def created(self):
        """When the order was placed, an aware ``datetime``."""
        return parse(self.data["createdTime"])

    @property
    def updated(self):
        """When anything of it changed last, an aware ``datetime``."""
        return parse(self.data["lastUpdatedTime"])

    def follow_status(self):
        """Give the items the quantities that belong to the status of a new or changed order."""
        for line in self.lines.values():
            if self.status == CANCELLED:
                line.cancelled += line.open
            elif self.status == SHIPPED:
                line.shipped += line.open
        self._write_quantities()

    def settle(self):
        """Write what became of the items into the data, and derive the order's status."""
        self._write_quantities()
        self.data["fulfillment"]["fulfillmentStatus"] = self._derived_status()

    def _write_quantities(self):
        for line in self.lines.values():
            fulfillment = line.data.setdefault("fulfillment", {})
            fulfillment["quantityFulfilled"], fulfillment["quantityUnfulfilled"] = line.shipped, line.open

    def _derived_status(self):
        lines = self.lines.values()
        shipped, waiting = any(line.shipped for line in lines), any(line.open for line in lines)
        if shipped:
            return PARTIALLY_SHIPPED if waiting else SHIPPED
        return UNSHIPPED if waiting else CANCELLED


class OrderBook:
    """All orders of all sellers.

    :param on_change: called with each order that is new, or of which something changed
    """

    def __init__(self, on_change):
        self._orders, self._by_time, self._on_change = {}, {}, on_change

    def add(self, order):
        """Keep a new order.

        :raise ValueError: the seller has an order of this id
        """
        orders = self._orders.setdefault(order.seller_id, {})
        if order.id in orders:
            raise ValueError(f"{order.seller_id} has an order {order.id} already.")
        orders[order.id] = order
        insort(self._index(order.seller_id, CREATED), (order.created, order.id))
        insort(self._index(order.seller_id, UPDATED), (order.updated, order.id))
        self._on_change(order)

    def find(self, seller_id, order_id):
        """Return a seller's order, None if there is none."""
        return self._orders.get(seller_id, {}).get(order_id)

    def of(self, seller_id):
        """Return all orders of a seller."""
        return self._orders.get(seller_id, {}).values()

    def touch(self, order, moment):
        """Note that something of an order changed."""
        index = self._index(order.seller_id, UPDATED)
        del index[bisect_left(index, (order.updated, order.id))]
        order.data["lastUpdatedTime"] = iso(moment)
        insort(index, (order.updated, order.id))
        self._on_change(order)

    def between(self, seller_id, which, first, last, after=None):
        """Yield a seller's orders by time, both ends included.

        :param str which: ``CREATED`` or ``UPDATED``
        :param tuple after: (time, order id) of the last order seen; the next one is the first
        """
        index, orders = self._index(seller_id, which), self._orders.get(seller_id, {})
        start = bisect_right(index, after) if after else bisect_left(index, (first, ""))
        for position in range(start, bisect_right(index, (last, "\uffff"))):
            moment, order_id = index[position]
            yield moment, orders[order_id]

    def _index(self, seller_id, which):
        return self._by_time.setdefault((seller_id, which), [])
