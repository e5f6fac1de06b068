"""Shipments and refunds as the VAT calculation service sees them: each is due an invoice or credit note."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .clock import parse

SHIPMENT, REFUND = "SHIPMENT", "REFUND"
# Standard rates of the countries in which the VAT invoice data report exists. Last seen: 2026-11-24
VAT_RATES = {
    country: Decimal(rate)
    for country, rate in (
        *(("BE", "0.21"), ("DE", "0.19"), ("ES", "0.21"), ("FR", "0.20"), ("GB", "0.20")),
        *(("IE", "0.23"), ("IT", "0.22"), ("NL", "0.21"), ("PL", "0.23"), ("SE", "0.25")),
    )
}


@dataclass(frozen=True)
class Part:
    """One order item in a transaction; amounts as paid, with VAT."""

    line: object
    quantity: int
    item: Decimal
    shipping: Decimal


@dataclass(frozen=True)
class Transaction:
    """One shipment or one refund.

    :param str shipping_id: of the shipment; of a refund, of the order's first one
    :param datetime moment: when it was shipped or refunded
    """

    order: object
    type: str
    id: str
    shipping_id: str
    moment: datetime
    parts: tuple


def transactions(order):
    """Return all shipments, then all refunds of an order."""
    shipments = [_shipment(order, *shipment) for shipment in _shipments(order)]
    refunds = [
        _refund(order, number, shipments[0].shipping_id, *refund)
        for number, refund in enumerate(order.refunds if shipments else (), 1)
    ]
    return shipments + refunds


def find_shipment(orders, shipping_id):
    """Return the order that a shipment is of, None if there is no such shipment."""
    for order in orders:
        if any(known.shipping_id == shipping_id for known in transactions(order)):
            return order
    return None


def _shipments(order):
    """Yield (reference, moment, order item id -> units). An order of Amazon's has no packages, and is one."""
    packages = [package for package in order.data.get("packages", []) if package.get("packageItems")]
    for package in packages:
        units = {}
        for item in package["packageItems"]:
            if item["orderItemId"] in order.lines:
                units[item["orderItemId"]] = units.get(item["orderItemId"], 0) + item["quantity"]
        yield package["packageReferenceId"], _shipped(order, package), units
    shipped = {line.id: line.shipped for line in order.lines.values() if line.shipped}
    if shipped and not packages:
        yield "", order.created, shipped


def _shipped(order, package):
    return parse(package["shipTime"]) if package.get("shipTime") else order.created


def _shipment(order, reference, moment, units):
    parts = []
    for item_id, quantity in units.items():
        line = order.lines[item_id]
        share = Decimal(quantity) / line.ordered
        item, shipping = line.paid.get("Principal", Decimal()), line.paid.get("Shipping", Decimal())
        parts.append(Part(line, quantity, item * share, shipping * share))
    identifier = _identifier("D", order.id, reference)
    return Transaction(order, SHIPMENT, identifier, identifier, moment, tuple(parts))


def _refund(order, number, shipping_id, moment, components_by_item):
    parts = []
    for item_id, components in components_by_item.items():
        line = order.lines[item_id]
        shipping = components.get("Shipping", Decimal())
        parts.append(Part(line, line.shipped, sum(components.values(), Decimal()) - shipping, shipping))
    identifier = _identifier("R", order.id, str(number))
    return Transaction(order, REFUND, identifier, shipping_id, moment, tuple(parts))


def _identifier(letter, *parts):
    """Return an id that is the same whenever it is asked for."""
    return letter + hashlib.sha256("/".join(parts).encode()).hexdigest()[:9]
