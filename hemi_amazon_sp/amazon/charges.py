"""What an order item's money is made of: its proceeds (Orders API 2026-01-01) as charges with their tax."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ITEM, SHIPPING, GIFT_WRAP, COD_FEE = "ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE"
OTHER, DISCOUNT, TAX = "OTHER", "DISCOUNT", "TAX"
_COMPONENTS = (ITEM, SHIPPING, GIFT_WRAP, COD_FEE, OTHER)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Charge:
    """One component of what a buyer pays, in the order's currency.

    :param component: ``ITEM``, ``SHIPPING``, ``GIFT_WRAP``, ``COD_FEE``, ``OTHER``, ``DISCOUNT`` (below zero)
    :param amount: as Amazon states it
    :param tax: the tax on it
    :param tax_included: whether ``amount`` contains ``tax``
    :param on: the component that a discount is taken off
    """

    component: str
    amount: Decimal
    tax: Decimal
    tax_included: bool
    on: str = ITEM

    @property
    def gross(self):
        """What it comes to, tax included."""
        return self.amount if self.tax_included else self.amount + self.tax


@dataclass(frozen=True)
class Proceeds:
    """The money of one item.

    :param charges: their gross sum is ``total`` wherever that is known
    :param total: None if not told
    :param tax_included: whether the amounts contain the tax
    :param tax_told: whether Amazon says anything about tax
    """

    charges: tuple[Charge, ...]
    total: Decimal | None
    tax_included: bool
    tax_told: bool


def read_charges(proceeds, unit_price, quantity):
    """Return the money of one item.

    Whether amounts contain tax is not told; Amazon's own sum tells: they do when the components alone come to
    ``proceedsTotal``, they do not when it takes the tax as well. Whatever Amazon's parts lack to Amazon's
    total is one more ``OTHER`` charge, so that the gross sum is the total to the cent. Charges of nothing
    are left out, but for a free item.

    :param Reader proceeds: ``ItemProceeds``; empty for pending orders, then the price stands in
    :param Decimal unit_price: None if not told
    :param int quantity: ordered
    :rtype: Proceeds
    """
    total = proceeds.money("proceedsTotal")
    amounts, discounts, taxes, told = _read_breakdowns(proceeds)
    if not amounts and total is None and unit_price is not None and quantity:
        amounts = {ITEM: unit_price * quantity}
    net = sum(amounts.values(), ZERO) + sum(discounts.values(), ZERO)
    tax = sum(taxes.values(), ZERO)
    included = total is None or abs(total - net) <= abs(total - net - tax)
    missing = ZERO if total is None else total - net - (ZERO if included else tax)
    if missing:
        amounts[OTHER] = amounts.get(OTHER, ZERO) + missing
    charges = (*_charges(amounts, taxes, included), *_discounts(discounts, taxes, included))
    return Proceeds(charges, total, included, told)


def _charges(amounts, taxes, included):
    return (
        Charge(component, amounts.get(component, ZERO), taxes.get(component, ZERO), included)
        for component in _COMPONENTS
        if amounts.get(component) or taxes.get(component) or (component == ITEM and component in amounts)
    )


def _discounts(discounts, taxes, included):
    """One charge per component that something is taken off; their tax, told as one, is shared."""
    tax = taxes.get(DISCOUNT, ZERO)
    discounts = {on: amount for on, amount in discounts.items() if amount} or ({ITEM: ZERO} if tax else {})
    left, whole = tax, sum(discounts.values(), ZERO)
    for number, (on, amount) in enumerate(discounts.items(), 1):
        part = left if number == len(discounts) else _round(tax * amount / whole, tax)
        left -= part
        yield Charge(DISCOUNT, amount, part, included, on)


def _round(amount, like):
    return amount.quantize(like, ROUND_HALF_UP)


def _read_breakdowns(proceeds):
    """Amounts by component, discounts by what they are taken off, taxes by component, whether tax is told."""
    amounts, discounts, taxes, tax_parts, rest = {}, {}, {}, [], ZERO
    for part in proceeds.children("breakdowns"):
        kind, subtotal = part.text("type", required=True), part.money("subtotal", required=True)
        if kind == TAX:
            tax_parts.append((part, subtotal))
        elif kind == DISCOUNT:
            rest += _add_discounts(discounts, part, subtotal)
        else:
            _add(amounts, kind, subtotal)
    _take_off(discounts, amounts, rest)
    for part, subtotal in tax_parts:
        _add_taxes(taxes, part, subtotal, amounts | ({DISCOUNT: sum(discounts.values(), ZERO)}))
    return amounts, discounts, taxes, bool(tax_parts)


def _add_discounts(discounts, part, subtotal):
    """Add what is taken off of what, always below zero.

    :return: what the details do not explain
    """
    rest = abs(subtotal)
    for detail in part.children("detailedBreakdowns"):
        on, amount = _known(detail.text("subtype") or ITEM), abs(detail.money("value") or ZERO)
        on = ITEM if on == DISCOUNT else on
        discounts[on] = discounts.get(on, ZERO) - amount
        rest -= amount
    return rest


def _take_off(discounts, amounts, rest):
    """Take off what Amazon does not say what it is off: the item, as far as it goes, then the other
    components, so that no part of a price falls below zero."""
    for component in _COMPONENTS:
        worth = amounts.get(component, ZERO) + discounts.get(component, ZERO)
        taken = min(rest, max(worth, ZERO))
        if taken:
            discounts[component] = discounts.get(component, ZERO) - taken
            rest -= taken
    if rest:
        discounts[ITEM] = discounts.get(ITEM, ZERO) - rest


def _add_taxes(taxes, part, subtotal, amounts):
    """Tax by what it is on. Without details all amounts have their share of it; what details do not explain
    is on the item."""
    details = {}
    for detail in part.children("detailedBreakdowns"):
        _add(details, detail.text("subtype") or ITEM, detail.money("value") or ZERO)
    if not details:
        details = _shares(subtotal, amounts)
    rest = subtotal - sum(details.values(), ZERO)
    if rest:
        details[ITEM] = details.get(ITEM, ZERO) + rest
    for component, tax in details.items():
        taxes[component] = taxes.get(component, ZERO) + tax


def _shares(tax, amounts):
    whole = sum(amounts.values(), ZERO)
    if not whole:
        return {}
    return {
        component: _round(tax * amount / whole, tax)
        for component, amount in amounts.items()
        if amount and component != ITEM
    }


def _add(amounts, kind, amount):
    """Add up, discounts always below zero, types that are not known yet as ``OTHER``."""
    component = _known(kind)
    amounts[component] = amounts.get(component, ZERO) + (-abs(amount) if kind == DISCOUNT else amount)


def _known(kind):
    return kind if kind in (*_COMPONENTS, DISCOUNT) else OTHER
