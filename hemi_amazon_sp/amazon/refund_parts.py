"""The parts of a refund, made to fit what the buyer paid of each.

An order's taxes are rounded per unit by Amazon, per line and as a whole by Odoo, so that the parts of a
credit note may be some cents off what Amazon took for them. For one such cent Amazon, or the rule that no
part is given back twice, would refuse all of the refund.
"""

from decimal import Decimal

# component -> its tax, as Amazon calls them in a refund (BuyerPrice.Component of OrderAdjustment)
TAX_OF = {
    "Principal": "Tax",
    "Other": "Tax",
    "Shipping": "ShippingTax",
    "GiftWrap": "GiftWrapTax",
    "COD": "CODTax",
}


def fit(amounts, left, total, most):
    """Move cents between parts, so that the refund comes to its total and no part gives back more than is
    left of it, as far as rounding is the cause. The buyer gets ``total``, whatever is moved.

    :param dict amounts: (order item, component) -> amount to give back
    :param dict left: (order item, component) -> amount paid and not given back yet
    :param Decimal total: of the credit note
    :param Decimal most: what rounding can make out
    :return: (order item, component) -> amount; they come to ``total`` unless that is further off
        than ``most``
    :rtype: dict[tuple[str, str], Decimal]
    """
    parts = dict(amounts)
    for part in [part for part, amount in amounts.items() if amount < 0]:
        _lift(parts, left, part)
    _round(parts, left, total, most)
    for item, component in list(parts):
        tax = item, TAX_OF.get(component)
        if tax in parts:
            _move(parts, left, tax, (item, component))
            _move(parts, left, (item, component), tax)
    for part in list(parts):
        if 0 < _beyond(parts, left, part) <= most:
            for target in sorted(parts, key=lambda other: (other[0] != part[0], _beyond(parts, left, other))):
                _move(parts, left, part, target)
    return parts


def _lift(parts, left, part):
    """A part below zero, such as a promotion that outweighs what it is on, is taken off others: Amazon takes
    no part below zero. Those of the same item come first, then those of which least is left."""
    owed, parts[part] = -parts[part], Decimal(0)
    for other in sorted(parts, key=lambda other: (other[0] != part[0], -_beyond(parts, left, other))):
        taken = min(owed, max(parts[other], Decimal(0)))
        parts[other] -= taken
        owed -= taken


def _round(parts, left, total, most):
    """The cents go to the part of which most is left, or come off the one of which least is."""
    difference = sum(parts.values(), Decimal(0)) - total
    able = [part for part, amount in parts.items() if amount >= difference]
    if able and 0 < abs(difference) <= most:
        choose = max if difference > 0 else min
        parts[choose(able, key=lambda part: _beyond(parts, left, part))] -= difference


def _beyond(parts, left, part):
    return parts[part] - left.get(part, Decimal(0))


def _move(parts, left, source, target):
    """Move from one part to another what is beyond the rest of the one and has room in the other."""
    amount = min(_beyond(parts, left, source), -_beyond(parts, left, target), parts[source])
    if amount > 0:
        parts[source] -= amount
        parts[target] += amount
