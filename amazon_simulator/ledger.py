"""What may happen to an order: shipments, cancellations and refunds, checked first and then done whole."""

from decimal import Decimal

from .clock import iso
from .orders_book import CANCELLED, NOT_READY

# A refund may be raised by these without a charge that it gives back, up to what was paid for the item.
_GOODWILL = frozenset({"Goodwill", "ReturnShipping", "FreeReplacementReturnShipping"})
# These make a refund smaller: the seller keeps them.
_KEPT = frozenset({"RestockingFee", "RestockingFeeTax"})


class Refused(Exception):
    """An order does not allow what was asked.

    :param str code: number for a processing report; Amazon does not publish these, the numbers are ours
    """

    def __init__(self, code, text, order_item_id=None):
        super().__init__(text)
        self.code, self.text, self.order_item_id = code, text, order_item_id


UNKNOWN_ORDER, UNKNOWN_ITEM, NOT_SHIPPABLE, TOO_MANY = "18028", "18032", "18029", "18033"
BAD_DATE, NOT_CANCELLABLE, NOT_REFUNDABLE, TOO_MUCH, DUPLICATE = "18034", "18035", "18036", "18037", "18038"


class Ledger:
    """Changes orders.

    :param OrderBook orders: keeps them
    """

    def __init__(self, orders):
        self._orders = orders

    def order(self, seller_id, order_id):
        """Return a seller's order.

        :raise Refused: there is none
        """
        order = self._orders.find(seller_id, order_id)
        if order is None:
            raise Refused(UNKNOWN_ORDER, f"The order {order_id} does not exist for this merchant.")
        return order

    def ship(self, order, package, quantities, now):
        """Ship items in one package.

        :param dict package: Amazon's OrderPackage without ``packageItems``; ``shipTime`` is a ``datetime``
        :param dict quantities: order item id -> units; empty means all that is open
        """
        quantities = quantities or {line.id: line.open for line in order.lines.values() if line.open}
        self._check_shipment(order, package, quantities, now)
        for item_id, quantity in quantities.items():
            order.lines[item_id].shipped += quantity
        order.data.setdefault("packages", []).append(_package(package, quantities, now))
        self._changed(order, now)

    def cancel(self, order, reasons, now):
        """Cancel what is open of items, in Amazon's words an acknowledgement with the status Failure.

        :param dict reasons: order item id -> (reason, units or None for all that is open)
        """
        for item_id, (_reason, quantity) in reasons.items():
            _check_cancellation(order, _line(order, item_id), quantity)
        for item_id, (reason, quantity) in reasons.items():
            line = order.lines[item_id]
            line.cancelled += quantity or line.open
            line.data["cancellation"] = {
                **line.data.get("cancellation", {}),
                "cancellationExecution": {"cancelledBy": "MERCHANT", "cancelReason": reason},
            }
        self._changed(order, now)

    def refund(self, order, refunds, now):
        """Give money back.

        :param list refunds: (order item id, component -> ``Decimal``), each item at most once
        """
        for item_id, components in refunds:
            _check_refund(_line(order, item_id), components)
        for item_id, components in refunds:
            order.lines[item_id].refunds.append(components)
        order.refunds.append((now, dict(refunds)))
        self._orders.touch(order, now)

    def _changed(self, order, now):
        order.settle()
        self._orders.touch(order, now)

    def _check_shipment(self, order, package, quantities, now):
        if order.fulfilled_by != "MERCHANT":
            raise Refused(NOT_SHIPPABLE, f"The order {order.id} is fulfilled by Amazon.")
        if order.status in NOT_READY:
            raise Refused(
                NOT_SHIPPABLE, f"The order {order.id} is {order.status} and not ready for shipment."
            )
        if order.status == CANCELLED:
            raise Refused(NOT_SHIPPABLE, f"The order {order.id} is cancelled.")
        if package["packageReferenceId"] in {
            known["packageReferenceId"] for known in order.data.get("packages", [])
        }:
            raise Refused(
                DUPLICATE, f"The order {order.id} has a package {package['packageReferenceId']} already."
            )
        _check_ship_date(order, package["shipTime"], now)
        for item_id, quantity in quantities.items():
            _check_shipped_quantity(_line(order, item_id), quantity)
        if not quantities:
            raise Refused(TOO_MANY, f"Nothing of the order {order.id} is left to ship.")


def _check_ship_date(order, moment, now):
    if moment > now:
        raise Refused(BAD_DATE, f"The ship date {iso(moment)} is in the future.")
    if moment < order.created:
        raise Refused(BAD_DATE, f"The ship date {iso(moment)} is before the order date {iso(order.created)}.")


def _check_shipped_quantity(line, quantity):
    if quantity > line.open:
        text = (
            f"{quantity} units are more than the {line.open} that are open: {line.ordered} ordered, "
            f"{line.shipped} shipped, {line.cancelled} cancelled."
        )
        raise Refused(TOO_MANY, text, line.id)


def _check_cancellation(order, line, quantity):
    if order.fulfilled_by != "MERCHANT":
        raise Refused(NOT_CANCELLABLE, f"The order {order.id} is fulfilled by Amazon.")
    if not line.open:
        state = "shipped" if line.shipped else "cancelled"
        raise Refused(
            NOT_CANCELLABLE, f"The item {line.id} is {state} already and cannot be cancelled.", line.id
        )
    if quantity and quantity > line.open:
        raise Refused(TOO_MANY, f"{quantity} units are more than the {line.open} that are open.", line.id)


def _check_refund(line, components):
    if not line.shipped:
        raise Refused(NOT_REFUNDABLE, f"The item {line.id} is not shipped; nothing can be refunded.", line.id)
    for component, amount in components.items():
        limit = _limit(line, component)
        if line.refunded(component) + amount > limit:
            text = (
                f"A refund of {amount} for {component} is more than was paid: {limit} paid, "
                f"{line.refunded(component)} refunded before."
            )
            raise Refused(TOO_MUCH, text, line.id)


def _limit(line, component):
    """The most that can be refunded of a component."""
    if component in _GOODWILL:
        return sum(line.paid.values(), Decimal())
    return line.paid.get("Principal" if component in _KEPT else component, Decimal())


def _line(order, item_id):
    line = order.lines.get(item_id)
    if line is None:
        raise Refused(UNKNOWN_ITEM, f"The order {order.id} has no item {item_id}.", item_id)
    return line


def _package(package, quantities, now):
    items = [{"orderItemId": item_id, "quantity": quantity} for item_id, quantity in quantities.items()]
    return {
        **package,
        "createdTime": iso(now),
        "shipTime": iso(package["shipTime"]),
        "packageStatus": {"status": "SHIPPED"},
        "packageItems": items,
    }
