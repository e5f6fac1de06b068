"""What a buyer paid for an order item, in the components in which it can be given back."""

from decimal import Decimal

# Types of ItemProceedsBreakdown (Orders API 2026-01-01) -> Type of a Component in OrderAdjustment.
_PRICES = {
    "ITEM": "Principal",
    "SHIPPING": "Shipping",
    "GIFT_WRAP": "GiftWrap",
    "COD_FEE": "COD",
    "OTHER": "Other",
}
_TAXES = {
    "ITEM": "Tax",
    "SHIPPING": "ShippingTax",
    "GIFT_WRAP": "GiftWrapTax",
    "COD_FEE": "CODTax",
    "OTHER": "Tax",
}


def paid(item):
    """Return component -> ``Decimal`` for an order item as Amazon shows it."""
    breakdowns = item.get("proceeds", {}).get("breakdowns")
    if not breakdowns:
        return {"Principal": _whole_price(item)}
    sums = {}
    for breakdown in breakdowns:
        for component, amount in _parts(breakdown):
            sums[component] = sums.get(component, Decimal()) + amount
    return sums


def _whole_price(item):
    total = item.get("proceeds", {}).get("proceedsTotal")
    if total:
        return Decimal(total["amount"])
    price = item["product"].get("price", {}).get("unitPrice", {"amount": "0"})
    return Decimal(price["amount"]) * item["quantityOrdered"]


def _parts(breakdown):
    """Yield (component, amount) of one breakdown. A discount makes a price or a tax smaller."""
    kind, subtotal = breakdown["type"], Decimal(breakdown["subtotal"]["amount"])
    details = [
        (detail.get("subtype", "ITEM"), Decimal(detail["value"]["amount"]))
        for detail in breakdown.get("detailedBreakdowns", [])
    ]
    if kind in _PRICES:
        yield _PRICES[kind], subtotal
    elif kind == "TAX":
        for subtype, amount in details or [("ITEM", subtotal)]:
            yield _TAXES.get(subtype, "Tax"), -abs(amount) if subtype == "DISCOUNT" else amount
    elif kind == "DISCOUNT":
        for subtype, amount in details or [("ITEM", subtotal)]:
            yield _PRICES.get(subtype, "Principal"), -abs(amount)
