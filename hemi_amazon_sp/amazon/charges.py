"""What an order item's money is made of: its proceeds (Orders API 2026-01-01) as charges with their tax."""

from dataclasses import dataclass
from decimal import Decimal

ITEM, SHIPPING, GIFT_WRAP, COD_FEE = "ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE"
OTHER, DISCOUNT, TAX = "OTHER", "DISCOUNT", "TAX"
_COMPONENTS = (ITEM, SHIPPING, GIFT_WRAP, COD_FEE, OTHER, DISCOUNT)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Charge:
    """One component of what a buyer pays, in the order's currency.

    :param component: ``ITEM``, ``SHIPPING``, ``GIFT_WRAP``, ``COD_FEE``, ``OTHER``, ``DISCOUNT`` (below zero)
    :param amount: as Amazon states it
    :param tax: the tax on it
    :param tax_included: whether ``amount`` contains ``tax``
    """

    component: str
    amount: Decimal
    tax: Decimal
    tax_included: bool

    @property
    def gross(self):
        """What it comes to, tax included."""
        return self.amount if self.tax_included else self.amount + self.tax


def read_charges(proceeds, unit_price, quantity):
    """Return the charges of one item.

    Whether amounts contain tax is not told; Amazon's own sum tells: they do when the components alone come to
    ``proceedsTotal``, they do not when it takes the tax as well. Whatever Amazon's parts lack to Amazon's
    total is one more ``OTHER`` charge, so that the gross sum is the total to the cent. Charges of nothing
    are left out, but for a free item.

    :param Reader proceeds: ``ItemProceeds``; empty for pending orders, then the price stands in
    :param Decimal unit_price: None if not told
    :param int quantity: ordered
    :return: charges, total (None if not told), whether the amounts contain tax
    :rtype: tuple[tuple[Charge, ...], Decimal | None, bool]
    """
    total = proceeds.money("proceedsTotal")
    amounts, taxes = _read_breakdowns(proceeds)
    if not amounts and total is None and unit_price is not None and quantity:
        amounts = {ITEM: unit_price * quantity}
    net, tax = sum(amounts.values(), ZERO), sum(taxes.values(), ZERO)
    if total is None:
        return _charges(amounts, taxes, True), None, True
    included = abs(total - net) <= abs(total - net - tax)
    missing = total - net - (ZERO if included else tax)
    if missing:
        amounts[OTHER] = amounts.get(OTHER, ZERO) + missing
    return _charges(amounts, taxes, included), total, included


def _charges(amounts, taxes, included):
    return tuple(
        Charge(component, amounts.get(component, ZERO), taxes.get(component, ZERO), included)
        for component in _COMPONENTS
        if amounts.get(component) or taxes.get(component) or (component == ITEM and component in amounts)
    )


def _read_breakdowns(proceeds):
    """Amounts and taxes by component."""
    amounts, taxes = {}, {}
    for part in proceeds.children("breakdowns"):
        kind, subtotal = part.text("type", required=True), part.money("subtotal", required=True)
        if kind == TAX:
            _add_taxes(taxes, part, subtotal)
        else:
            _add(amounts, kind, subtotal)
    return amounts, taxes


def _add_taxes(taxes, part, subtotal):
    """Tax by what it is on; what the details do not explain, or all of it without details, is on the item."""
    details = {}
    for detail in part.children("detailedBreakdowns"):
        _add(details, detail.text("subtype") or ITEM, detail.money("value") or ZERO)
    rest = subtotal - sum(details.values(), ZERO)
    if rest:
        _add(details, ITEM, rest)
    for component, tax in details.items():
        taxes[component] = taxes.get(component, ZERO) + tax


def _add(amounts, kind, amount):
    """Add up, discounts always below zero, types that are not known yet as ``OTHER``."""
    component = kind if kind in _COMPONENTS else OTHER
    amounts[component] = amounts.get(component, ZERO) + (-abs(amount) if kind == DISCOUNT else amount)
