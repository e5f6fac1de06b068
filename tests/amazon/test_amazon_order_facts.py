"""What an order tells besides the money of its items, and how its money is split."""

from decimal import Decimal

from amazon.orders import Charge, Delivery, read_order

D = Decimal


def money(amount, currency="EUR"):
    return {"amount": str(amount), "currencyCode": currency}


def part(kind, amount, **details):
    found = {"type": kind, "subtotal": money(amount)}
    if details:
        found["detailedBreakdowns"] = [
            {"subtype": name, "value": money(value)} for name, value in details.items()
        ]
    return found


def order(parts=(), total=None, item=None, **values):
    return read_order(
        {
            "orderId": "402-1234567-1234567",
            "createdTime": "2026-11-20T10:15:00Z",
            "lastUpdatedTime": "2026-11-20T10:16:00Z",
            "salesChannel": {"channelName": "AMAZON"},
            "orderItems": [
                {
                    "orderItemId": "1",
                    "quantityOrdered": 3,
                    "product": {"sellerSku": "SKU-1"},
                    "proceeds": {"breakdowns": list(parts)}
                    | ({"proceedsTotal": money(total)} if total else {}),
                }
                | (item or {})
            ],
        }
        | values
    )


def charges(*parts, total):
    return order(parts, total).items[0].charges


def test_a_promotion_of_shipping_is_taken_off_shipping():
    assert charges(
        part("ITEM", "10"),
        part("SHIPPING", "4"),
        part("DISCOUNT", "-5", ITEM="1", SHIPPING="4"),
        total="9",
    ) == (
        Charge("ITEM", D(10), D(0), True),
        Charge("SHIPPING", D(4), D(0), True),
        Charge("DISCOUNT", D(-1), D(0), True, "ITEM"),
        Charge("DISCOUNT", D(-4), D(0), True, "SHIPPING"),
    )


def test_what_the_details_of_a_promotion_do_not_explain_is_taken_off_the_item():
    discounts = charges(part("ITEM", "10"), part("DISCOUNT", "5", SHIPPING="4"), total="5")[1:]
    assert [(charge.on, charge.amount) for charge in discounts] == [("SHIPPING", -4), ("ITEM", -1)]


def test_the_tax_of_promotions_is_shared_to_the_cent():
    found = charges(
        part("ITEM", "10"),
        part("DISCOUNT", "3", ITEM="1", SHIPPING="2"),
        part("TAX", "0.90", ITEM="1.00", DISCOUNT="0.10"),
        total="7.90",
    )
    assert [charge.tax for charge in found] == [D("1.00"), D("-0.03"), D("-0.07")]


def test_tax_without_details_is_shared_by_amount():
    found = charges(part("ITEM", "99.80"), part("SHIPPING", "4.99"), part("TAX", "16.73"), total="104.79")
    assert [charge.tax for charge in found] == [D("15.93"), D("0.80")]


def test_tax_of_zero_is_not_the_same_as_no_word_of_tax():
    assert order([part("ITEM", "1"), part("TAX", "0")], "1").items[0].tax_told
    assert not order([part("ITEM", "1")], "1").items[0].tax_told


def test_a_tip_counts_when_it_is_in_the_total():
    proceeds = {"breakdowns": [part("DELIVERY_TIP", "2")]}
    for total, due in (("12", 1), ("10", 0)):
        each = order([part("ITEM", "10")], "10", proceeds=proceeds | {"grandTotal": money(total)})
        assert (len(each.due_charges), each.total) == (due, D(total))


def test_without_a_total_the_parts_are_the_total():
    assert order([part("ITEM", "10"), part("SHIPPING", "2")], "12").total == 12


def test_what_was_cancelled_of_an_item_is_not_delivered():
    quantities = {"quantityFulfilled": 1, "quantityUnfulfilled": 1}
    assert order(item={"fulfillment": quantities}).items[0].quantity == 2
    assert order().items[0].quantity == 3
    assert order(item={"fulfillment": {"quantityFulfilled": 9}}).items[0].quantity == 3


def test_replacements_and_cash_on_delivery():
    related = [{"orderId": "402-0000000-0000001", "associationType": "EXCHANGE_ORIGINAL_ID"}]
    each = order(
        associatedOrders=related,
        payment={"paymentExecutions": [{"paymentMethod": "CashOnDelivery"}]},
    )
    assert (each.replaces, each.cash_on_delivery) == ("402-0000000-0000001", True)
    other = [{"orderId": "402-0000000-0000001", "associationType": "SOMETHING_NEW"}]
    assert order(associatedOrders=other).replaces is None
    constraint = {"fulfillment": {"shipping": {"shippingConstraints": {"cashOnDelivery": "MANDATORY"}}}}
    assert order(item=constraint).cash_on_delivery
    assert not order().cash_on_delivery


def test_payments_in_another_currency_do_not_matter():
    payment = {"paymentExecutions": [{"paymentMethod": "Pix", "paymentAmount": money("20", "BRL")}]}
    assert order([part("ITEM", "10")], "10", payment=payment).currency == "EUR"


def test_what_the_packer_must_know():
    item = {
        "product": {"sellerSku": "SKU-1", "customization": {"customizedUrl": "https://x.example/1"}},
        "fulfillment": {
            "packing": {"serialNumberRequirement": {"requirementType": "REQUIRED"}},
            "shipping": {
                "shippingConstraints": {"signatureConfirmation": "MANDATORY", "palletDelivery": None}
            },
        },
        "programs": ["TRANSPARENCY"],
    }
    each = order(
        item=item,
        recipient={
            "deliveryPreference": {"dropOffLocation": "Garage", "deliveryCapabilities": ["PALLET_DISABLED"]}
        },
    )
    found = each.items[0]
    assert found.customized_url == "https://x.example/1"
    assert (found.serial_numbers_required, found.constraints) == (True, ("signatureConfirmation",))
    assert found.programs == ("TRANSPARENCY",)
    assert each.delivery == Delivery("Garage", None, ("PALLET_DISABLED",))


def test_an_address_in_pieces():
    address = {
        "addressLine1": "Rua 1",
        "city": "Town",
        "municipality": "District",
        "extendedFields": {"streetNumber": "1", "complement": "Flat 2"},
    }
    each = order(recipient={"deliveryAddress": address})
    assert each.address.extended == ("District", "1", "Flat 2")


def test_a_business_is_known_by_program_or_company():
    assert order(programs=["AMAZON_BUSINESS"]).is_business
    assert order(buyer={"buyerCompanyName": "Muster GmbH"}).is_business
    assert not order().is_business
