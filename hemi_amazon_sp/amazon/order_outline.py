"""What can be told of an order even when it cannot be read as a whole."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from .order_fields import OrderError, Reader


@dataclass(frozen=True)
class Outline:
    """Which order it is, and how urgent. Times are naive UTC; None for what is missing or cannot be read."""

    order_id: str | None = None
    created_at: datetime | None = None
    last_updated_at: datetime | None = None
    ship_by: datetime | None = None


def read_outline(payload):
    """Read what is readable of an order.

    :param payload: ``Order`` of Amazon's model, or whatever stands in its place
    :rtype: Outline
    """
    with suppress(OrderError):
        order = Reader(payload, "order")
        return Outline(
            _readable(order.text, "orderId"),
            _readable(order.moment, "createdTime"),
            _readable(order.moment, "lastUpdatedTime"),
            _readable(_ship_by, order),
        )
    return Outline()


def _ship_by(order):
    return order.child("fulfillment").child("shipByWindow").moment("latestDateTime")


def _readable(read, *arguments):
    with suppress(OrderError):
        return read(*arguments)
    return None
