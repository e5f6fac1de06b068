import copy
from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest
from amazon.order_fields import Reader
from amazon.orders import Buyer, Charge, OrderError, read_order
from hypothesis import given
from hypothesis import strategies as st

D = Decimal


def money(amount, currency="EUR"):
    return {"amount": str(amount), "currencyCode": currency}


def breakdown(kind, amount, details=None):
    part = {"type": kind, "subtotal": money(amount)}
    if details is not None:
        part["detailedBreakdowns"] = [
            {"subtype": name, "value": money(value)} for name, value in details.items()
        ]
    return part


def item(total=None, breakdowns=(), quantity=1, **values):
    proceeds = {"breakdowns": list(breakdowns)}
    if total is not None:
        proceeds["proceedsTotal"] = money(total)
    return {
        "orderItemId": "12345678901234",
        "quantityOrdered": quantity,
        "product": {"sellerSku": "SKU-1"},
        "proceeds": proceeds,
        **values,
    }


def order(*items, **values):
    return {
        "orderId": "123-1234567-1234567",
        "createdTime": "2026-11-20T10:15:00Z",
        "lastUpdatedTime": "2026-11-20T10:16:00Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1PA6795UKMFR9"},
        "orderItems": list(items),
        **values,
    }


def only_item(*values, **named):
    return read_order(order(item(*values, **named))).items[0]


def sandbox_orders(spapi):
    """The orders of Amazon's static sandbox, of both operations."""
    for operations in spapi("models/orders_2026-01-01.json")["paths"].values():
        for case in operations["get"]["responses"]["200"]["x-amzn-api-sandbox"]["static"]:
            yield from case["response"].get("orders") or [case["response"]["order"]]


# --- Amazon's own orders ---


def test_every_sandbox_order_adds_up(spapi):
    orders = [read_order(payload) for payload in sandbox_orders(spapi)]
    assert len(orders) == 6
    for each in orders:
        assert sum(charge.gross for line in each.items for charge in line.charges) == each.grand_total
        for line in each.items:
            assert sum(charge.gross for charge in line.charges) == line.total
            assert line.quantity_fulfilled + line.quantity_unfulfilled == line.quantity_ordered


def test_the_japanese_sandbox_order(spapi):
    each = next(
        read_order(payload) for payload in sandbox_orders(spapi) if payload["orderId"].startswith("250-")
    )
    assert (each.currency, each.grand_total, each.fulfilled_by, each.status) == (
        "JPY",
        19940,
        "AMAZON",
        "SHIPPED",
    )
    assert [(line.sku, line.quantity_ordered, line.unit_price, line.total) for line in each.items] == [
        ("ECHO-DOT-4-JP-CHARCOAL", 1, 5980, 5980),
        ("FIRE-TV-4K-MAX-JP", 2, 6980, 13960),
    ]
    assert each.created_at == datetime(2024, 12, 25, 2, 30)
    assert (each.ship_by_from, each.ship_by) == (datetime(2024, 12, 25), datetime(2024, 12, 25, 23, 59, 59))
    assert (each.deliver_by_from, each.deliver_by) == (None, None)
    assert each.aliases == ("JP-ORDER-2024-001",)
    assert each.address.lines == ("123 Business Park", "Suite 456")


def test_the_brazilian_business_order(spapi):
    each = next(
        read_order(payload) for payload in sandbox_orders(spapi) if payload["orderId"].startswith("171-23")
    )
    assert each.buyer == Buyer(
        "Carlos Oliveira",
        "buyer-email@marketplace.amazon.com.br",
        "Oliveira Tecnologia Ltda",
        "PO-BR-2024-5678",
    )
    assert each.programs == ("AMAZON_BUSINESS", "DELIVERY_BY_AMAZON")
    assert [(tax.type, tax.number, tax.legal_name) for tax in each.tax_registrations] == [
        ("VAT", "1234567890", "Oliveira Tecnologia Ltda")
    ]
    assert (each.address.district, each.address.address_type) == ("Bela Vista", "COMMERCIAL")


def test_the_turkish_order_whose_tax_amazon_collects(spapi):
    each = next(
        read_order(payload) for payload in sandbox_orders(spapi) if payload["orderId"].startswith("028-")
    )
    assert (each.items[0].facilitator, each.items[0].reporting_scheme) == (True, "IOSS")
    assert each.tax_registrations[0].address.city == "Istanbul"


def test_the_american_order_with_tax_on_top(spapi):
    each = next(
        read_order(payload) for payload in sandbox_orders(spapi) if payload["orderId"].startswith("114-")
    )
    assert each.items[0].charges == (Charge("ITEM", D("39.99"), D("10.00"), False),)
    assert each.items[0].tax_included is False
    assert each.buyer == Buyer()


def test_the_gift_in_a_sandbox_order(spapi):
    each = next(
        read_order(payload) for payload in sandbox_orders(spapi) if payload["orderId"].startswith("171-98")
    )
    assert each.items[0].gift_wrap == "STANDARD"
    assert each.items[0].gift_message.startswith("Feliz Natal!")


# --- arithmetic ---


def test_tax_included():
    line = only_item("11.90", [breakdown("ITEM", "11.90"), breakdown("TAX", "1.90", {"ITEM": "1.90"})])
    assert line.charges == (Charge("ITEM", D("11.90"), D("1.90"), True),)
    assert line.charges[0].gross == D("11.90")


def test_without_tax_amounts_are_what_they_are():
    assert only_item("10", [breakdown("ITEM", "10")]).tax_included is True


def test_tax_on_top():
    line = only_item("11.90", [breakdown("ITEM", "10"), breakdown("TAX", "1.90")])
    assert line.charges == (Charge("ITEM", D(10), D("1.90"), False),)
    assert line.charges[0].gross == D("11.90")


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_discount_is_taken_off_whatever_its_sign(sign):
    parts = [breakdown("ITEM", "10"), breakdown("DISCOUNT", f"{sign}2")]
    parts.append(breakdown("TAX", "0.80", {"ITEM": "1.00", "DISCOUNT": f"{sign}0.20"}))
    line = only_item("8.80", parts)
    assert line.charges == (Charge("ITEM", D(10), D(1), False), Charge("DISCOUNT", D(-2), D("-0.20"), False))


def test_tax_is_split_by_what_it_is_on():
    taxes = {"ITEM": "1.90", "SHIPPING": "0.95", "GIFT_WRAP": "0.19"}
    parts = [breakdown("ITEM", "11.90"), breakdown("SHIPPING", "5.95"), breakdown("GIFT_WRAP", "1.19")]
    line = only_item("19.04", [*parts, breakdown("TAX", "3.04", taxes)])
    assert {charge.component: charge.tax for charge in line.charges} == {
        name: D(tax) for name, tax in taxes.items()
    }
    assert line.tax_included


def test_tax_that_the_details_do_not_explain_is_on_the_item():
    line = only_item("13", [breakdown("ITEM", "10"), breakdown("TAX", "3", {"SHIPPING": "1"})])
    assert {charge.component: charge.tax for charge in line.charges} == {"ITEM": 2, "SHIPPING": 1}


def test_types_that_are_new_are_not_lost():
    line = only_item("15", [breakdown("ITEM", "10"), breakdown("NEW_FEE", "3"), breakdown("OTHER", "2")])
    assert {charge.component: charge.amount for charge in line.charges} == {"ITEM": 10, "OTHER": 5}


def test_what_amazons_parts_lack_to_amazons_total():
    line = only_item("12.34", [breakdown("ITEM", "12.00")])
    assert {charge.component: charge.gross for charge in line.charges} == {"ITEM": 12, "OTHER": D("0.34")}


def test_a_total_without_parts():
    assert [charge.gross for charge in only_item("5").charges] == [5]


def test_charges_of_nothing_are_left_out_but_for_a_free_item():
    parts = [breakdown("ITEM", "0"), breakdown("SHIPPING", "0"), breakdown("TAX", "0")]
    assert [charge.component for charge in only_item("0", parts).charges] == ["ITEM"]


def test_a_pending_order_has_only_a_price():
    product = {"price": {"unitPrice": money("2.50")}}
    line = only_item(quantity=3, product=product)
    assert (line.total, line.charges) == (None, (Charge("ITEM", D("7.50"), D(0), True),))


def test_a_pending_order_without_price():
    assert only_item().charges == ()


def test_a_cancelled_item_costs_nothing():
    product = {"price": {"unitPrice": money("2.50")}}
    assert only_item(quantity=0, product=product).charges == ()


def test_a_tip_belongs_to_the_order():
    proceeds = {
        "grandTotal": money("13"),
        "breakdowns": [breakdown("ITEM", "10"), breakdown("DELIVERY_TIP", "3")],
    }
    each = read_order(order(item("10", [breakdown("ITEM", "10")]), proceeds=proceeds))
    assert each.charges == (Charge("DELIVERY_TIP", D(3), D(0), True),)
    assert sum(charge.gross for charge in (*each.charges, *each.items[0].charges)) == each.grand_total


CENTS = st.decimals(0, 10_000, places=2)
PARTS = st.dictionaries(
    st.sampled_from(["ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER"]), CENTS, min_size=1
)


@given(PARTS, PARTS, CENTS, CENTS, st.booleans(), st.booleans(), st.booleans())
def test_charges_come_to_the_total_to_the_cent(
    amounts, taxes, discount, discount_tax, negative, included, detailed
):
    """However Amazon writes signs, whether tax is in or on top, with and without details."""
    sign = -1 if negative else 1
    net = sum(amounts.values()) - discount
    tax = sum(taxes.values()) - discount_tax
    parts = [breakdown(kind, amount) for kind, amount in amounts.items()]
    parts.append(breakdown("DISCOUNT", sign * discount))
    details = {**taxes, "DISCOUNT": sign * discount_tax} if detailed else None
    parts.append(breakdown("TAX", tax, details))
    total = net if included else net + tax
    line = only_item(total, parts)
    assert sum(charge.gross for charge in line.charges) == total == line.total
    assert sum(charge.tax for charge in line.charges) == tax
    if tax:
        assert line.tax_included is included
        assert {charge.tax_included for charge in line.charges} == {included}
    stated, left = Counter(), Counter()
    for charge in line.charges:
        stated[charge.component] += charge.amount
        left[charge.on if charge.component == "DISCOUNT" else charge.component] += charge.amount
    assert stated.get("DISCOUNT", 0) == -discount
    if discount <= sum(amounts.values()):
        assert min(left.values(), default=0) >= 0  # no part of a price is taken off more than it is
    assert {kind: stated.get(kind, 0) for kind in amounts} == amounts
    if detailed:
        stated_taxes = {charge.component: charge.tax for charge in line.charges}
        assert {kind: stated_taxes.get(kind, 0) for kind in taxes} == taxes


@given(CENTS, PARTS, st.none() | CENTS)
def test_even_nonsense_comes_to_the_total(total, amounts, tax):
    parts = [breakdown(kind, amount) for kind, amount in amounts.items()]
    parts += [breakdown("TAX", tax)] if tax is not None else []
    assert sum(charge.gross for charge in only_item(total, parts).charges) == total


# --- what is missing or wrong ---


def test_the_least_that_amazon_promises():
    each = read_order(order({"orderItemId": "1", "quantityOrdered": 2, "product": {}}))
    line = each.items[0]
    assert (each.status, each.currency, each.grand_total, each.address, each.tax_registrations) == (
        None,
    ) * 4 + ((),)
    assert (line.sku, line.unit_price, line.total, line.charges) == (None, None, None, ())
    assert (line.quantity_fulfilled, line.quantity_unfulfilled) == (0, 2)
    assert (line.facilitator, line.cancellation_requested, line.cancel_reason) == (False, False, None)


FULL = order(
    item(
        "11.90",
        [breakdown("ITEM", "11.90"), breakdown("TAX", "1.90", {"ITEM": "1.90"})],
        product={
            "asin": "B0",
            "title": "Thing",
            "sellerSku": "SKU-1",
            "price": {"unitPrice": money("11.90")},
        },
        cancellation={"cancellationRequest": {"requester": "BUYER", "cancelReason": "Too late"}},
        fulfillment={
            "quantityFulfilled": 0,
            "quantityUnfulfilled": 1,
            "packing": {"giftOption": {"giftMessage": "Hi", "giftWrapLevel": "Classic"}},
            "shipping": {"internationalShipping": {"iossNumber": "IM2760000742"}},
        },
        tax={
            "taxCalculationBreakdowns": [{"reportingScheme": "UOSS"}],
            "taxCollections": [{"model": "MARKETPLACE_FACILITATOR"}],
        },
    ),
    orderAliases=[{"aliasId": "S-1", "aliasType": "SELLER_ORDER_ID"}],
    programs=["PRIME"],
    buyer={"buyerName": "B", "buyerEmail": "b@marketplace.amazon.de"},
    recipient={
        "deliveryAddress": {"name": "R", "addressLine1": "Street 1", "addressLine3": "c/o", "phone": "1"}
    },
    proceeds={"grandTotal": money("11.90")},
    fulfillment={
        "fulfillmentStatus": "UNSHIPPED",
        "fulfilledBy": "MERCHANT",
        "fulfillmentServiceLevel": "EXPEDITED",
        "shipByWindow": {"latestDateTime": "2026-11-21T23:59:59.999+01:00"},
    },
    tax={
        "taxRegistrations": [
            {"entityType": "BUYER", "taxRegistrationType": "VAT"},
            {"entityType": "MERCHANT"},
        ]
    },
)


def test_everything_that_is_told():
    each = read_order(FULL)
    line = each.items[0]
    assert (line.gift_message, line.gift_wrap, line.ioss_number) == ("Hi", "Classic", "IM2760000742")
    assert (line.cancellation_requested, line.cancel_reason) == (True, "Too late")
    assert (line.facilitator, line.reporting_scheme) == (True, "UOSS")
    assert each.address.lines == ("Street 1", "c/o")
    assert each.ship_by == datetime(2026, 11, 21, 22, 59, 59)
    assert (each.channel, each.service_level, each.aliases) == ("AMAZON", "EXPEDITED", ("S-1",))
    assert len(each.tax_registrations) == 1


@pytest.mark.parametrize("field", ["orderId", "createdTime", "lastUpdatedTime", "salesChannel", "orderItems"])
@pytest.mark.parametrize("how", ["missing", None])
def test_a_required_field_of_the_order(field, how):
    payload = {name: value for name, value in FULL.items() if name != field}
    if how is None:
        payload[field] = None
    with pytest.raises(OrderError, match=f"order.{field} is missing"):
        read_order(payload)


@pytest.mark.parametrize("field", ["orderItemId", "quantityOrdered", "product"])
def test_a_required_field_of_an_item(field):
    payload = copy.deepcopy(FULL)
    del payload["orderItems"][0][field]
    with pytest.raises(OrderError, match=rf"order.orderItems\[0\].{field} is missing") as caught:
        read_order(payload)
    assert caught.value.path == f"order.orderItems[0].{field}"
    assert caught.value.code == "BadOrder" and not caught.value.is_transient


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"createdTime": "yesterday"}, "order.createdTime"),
        ({"createdTime": 5}, "order.createdTime"),
        ({"orderId": " "}, "order.orderId"),
        ({"orderItems": {}}, "order.orderItems"),
        ({"orderItems": ["x"]}, "order.orderItems[0]"),
        ({"buyer": "me"}, "order.buyer"),
        ({"proceeds": {"grandTotal": money("much")}}, "order.proceeds.grandTotal.amount"),
        ({"proceeds": {"grandTotal": money("NaN")}}, "order.proceeds.grandTotal.amount"),
        ({"proceeds": {"grandTotal": money("1e9999999")}}, "order.proceeds.grandTotal.amount"),
        ({"proceeds": {"grandTotal": {"amount": "1"}}}, "order.proceeds.grandTotal.currencyCode"),
        ({"proceeds": {"grandTotal": money("1", "USD")}}, "order.proceeds.grandTotal.currencyCode"),
        ({"orderItems": [item(quantity=-1)]}, "order.orderItems[0].quantityOrdered"),
        ({"orderItems": [item(quantity="1")]}, "order.orderItems[0].quantityOrdered"),
        ({"orderItems": [item(quantity=True)]}, "order.orderItems[0].quantityOrdered"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_not_quoted(change, path):
    with pytest.raises(OrderError) as caught:
        read_order({**FULL, **change})
    assert caught.value.path == path
    assert "yesterday" not in str(caught.value) and "much" not in str(caught.value)


def paths(value, prefix=()):
    """Paths of every value inside a JSON value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*prefix, key)
        if isinstance(inner, dict | list):
            yield from paths(inner, (*prefix, key))


@pytest.mark.parametrize("path", list(paths(FULL)), ids=lambda path: ".".join(map(str, path)))
@pytest.mark.parametrize("value", [None, "gone", 7, True, "", [], {}, [None], {"x": None}], ids=repr)
def test_no_value_anywhere_does_worse_than_an_order_error(path, value):
    payload = copy.deepcopy(FULL)
    parent = payload
    for key in path[:-1]:
        parent = parent[key]
    if value == "gone" and isinstance(parent, dict):
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    try:
        each = read_order(payload)
    except OrderError as error:
        assert error.path.startswith("order")
    else:
        for line in each.items:
            assert line.total is None or sum(charge.gross for charge in line.charges) == line.total


def test_what_no_database_keeps_is_left_out_of_texts():
    reader = Reader({"name": "Nul\0 and half \ud800 a letter"}, "buyer")
    assert reader.text("name") == "Nul and half ? a letter"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_years_that_cannot_be_are_refused(moment):
    with pytest.raises(OrderError, match="order.createdTime lies in the year"):
        Reader({"createdTime": moment}, "order").moment("createdTime")
