"""Random orders within Amazon's model orders_2026-01-01.json, whose parts come to Amazon's total."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

# marketplace -> country, currency; all of them
MARKETPLACES = {
    "A2EUQ1WTGCTBG2": ("CA", "CAD"),
    "ATVPDKIKX0DER": ("US", "USD"),
    "A1AM78C64UM0Y8": ("MX", "MXN"),
    "A2Q3Y263D00KWC": ("BR", "BRL"),
    "A1F83G8C2ARO7P": ("GB", "GBP"),
    "A1PA6795UKMFR9": ("DE", "EUR"),
    "A13V1IB3VIYZZH": ("FR", "EUR"),
    "APJ6JRA9NG5V4": ("IT", "EUR"),
    "A1RKKUPIHCS9HS": ("ES", "EUR"),
    "A28R8C7NBKEWEA": ("IE", "EUR"),
    "AMEN7PMS3EDWL": ("BE", "EUR"),
    "A1805IZSGTT6HS": ("NL", "EUR"),
    "A2NODRKZP88ZB9": ("SE", "SEK"),
    "A1C3SOZRARQ6R3": ("PL", "PLN"),
    "A33AVAJ2PDY3EV": ("TR", "TRY"),
    "ARBP9OOSHTCHU": ("EG", "EGP"),
    "A17E79C6D8DWNP": ("SA", "SAR"),
    "A2VIGQ35RCS4UG": ("AE", "AED"),
    "A21TJRUUN4KGV": ("IN", "INR"),
    "AE08WJ6YKNBMC": ("ZA", "ZAR"),
    "A19VAU5U5O7RUS": ("SG", "SGD"),
    "A39IBJ37TRP1C6": ("AU", "AUD"),
    "A1VC38T7YXB528": ("JP", "JPY"),
}
RATES = [
    Decimal(rate) for rate in ("0", "5", "5.5", "7", "8", "8.875", "10", "19", "20", "21", "22", "23", "25")
]
SKUS = ["LAMP-1", "LAMP-2", "LAMP-1-B", "BOOK-1", "OLD-1"]
QUANTITIES = st.one_of(st.integers(1, 5), st.integers(1, 999))
# none: Amazon tells no tax; included, on_top: it is ours; collected: Amazon's, on top or in the price
TAXES = ["none", "included", "on_top", "collected_on_top", "collected_in_price"]


def cents(currency):
    return Decimal(1) if currency == "JPY" else Decimal("0.01")


def amounts(currency, most="99999.99"):
    """Amounts of money, often the corners."""
    unit = cents(currency)
    top = int(Decimal(most) / unit)
    corners = [number for number in (0, 1, 3, 999, 1999, 9999999) if number <= top]
    return st.one_of(st.sampled_from(corners), st.integers(0, min(top, 20000)), st.integers(0, top)).map(
        lambda number: number * unit
    )


def money(amount, currency):
    return {"amount": f"{amount:f}", "currencyCode": currency}


def tax_of(amount, rate, included, unit):
    part = amount * rate / (100 + rate) if included else amount * rate / 100
    return part.quantize(unit, ROUND_HALF_UP)


@st.composite
def items(draw, number, currency):
    """One order item; its ``proceedsTotal`` is the sum of its parts."""
    unit, quantity, sku = cents(currency), draw(QUANTITIES), draw(st.sampled_from(SKUS))
    each = draw(amounts(currency, "99.99" if quantity > 99 else "99999.99"))
    parts = {"ITEM": each * quantity}
    for kind in draw(st.sets(st.sampled_from(["SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER"]))):
        parts[kind] = draw(amounts(currency, "999.99"))
    discounts = {}
    for kind in draw(st.sets(st.sampled_from(["ITEM", "SHIPPING"]))):
        most = int(parts.get(kind, Decimal(0)) / unit)
        discounts[kind] = draw(st.one_of(st.just(most), st.integers(0, most))) * unit  # often all of it
    taxed, rate = draw(st.sampled_from(TAXES)), draw(st.sampled_from(RATES))
    included = taxed in ("included", "collected_in_price")
    taxes = {}
    if taxed != "none":
        taxes = {kind: tax_of(amount, rate, included, unit) for kind, amount in parts.items()}
    if taxes and discounts:
        taxes["DISCOUNT"] = -sum(tax_of(amount, rate, included, unit) for amount in discounts.values())
    total = sum(parts.values()) - sum(discounts.values()) + (0 if included else sum(taxes.values()))
    item = {
        "orderItemId": f"{30000000000000 + number}",
        "quantityOrdered": quantity,
        "product": {
            "sellerSku": sku,
            "title": f"Thing {number}",
            "price": {"unitPrice": money(each, currency)},
        },
        "proceeds": {
            "proceedsTotal": money(total, currency),
            "breakdowns": breakdowns(parts, discounts, taxes, currency, draw(st.booleans())),
        },
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": quantity},
    }
    if taxed.startswith("collected"):
        item["tax"] = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon"}]}
    return item


def breakdowns(parts, discounts, taxes, currency, detailed):
    """Proceeds by type; what discounts are on and what taxes are on is told, or not."""

    def whole(kind, found):
        part = {"type": kind, "subtotal": money(sum(found.values(), Decimal(0)), currency)}
        if detailed:
            part["detailedBreakdowns"] = [
                {"subtype": name, "value": money(value, currency)} for name, value in found.items()
            ]
        return part

    result = [{"type": kind, "subtotal": money(value, currency)} for kind, value in parts.items()]
    if discounts:
        result.append(whole("DISCOUNT", discounts))
    if taxes:
        result.append(whole("TAX", taxes))
    return result


@st.composite
def orders(draw, most_items=4):
    """One order of a buyer that is told, or is not."""
    marketplace = draw(st.sampled_from(sorted(MARKETPLACES)))
    country, currency = MARKETPLACES[marketplace]
    number = draw(st.integers(1, 9999999))
    wares = [draw(items(each, currency)) for each in range(1, draw(st.integers(1, most_items)) + 1)]
    total = sum(Decimal(item["proceeds"]["proceedsTotal"]["amount"]) for item in wares)
    order = {
        "orderId": f"402-{number:07}-{number:07}",
        "createdTime": "2026-11-20T10:00:00Z",
        "lastUpdatedTime": "2026-11-20T10:05:00Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": marketplace},
        "buyer": {"buyerName": "Erika Muster", "buyerEmail": "alias@marketplace.amazon.example"},
        "recipient": {
            "deliveryAddress": {
                "name": "Erika Muster",
                "addressLine1": "Hauptstrasse 5",
                "city": "Berlin",
                "postalCode": "10115",
                "countryCode": country,
            }
        },
        "proceeds": {"grandTotal": money(total, currency)},
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
        "orderItems": wares,
    }
    if draw(st.booleans()):
        order["programs"] = ["AMAZON_BUSINESS"]
        order["buyer"]["buyerCompanyName"] = "Muster GmbH"
    for section in draw(st.sets(st.sampled_from(["buyer", "recipient"]))):
        del order[section]
    return order
