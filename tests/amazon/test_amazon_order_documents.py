"""The three XML feeds about orders: element order, words and lengths of Amazon's schemas; hostile text."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from amazon.documents import acknowledgement, adjustment, fulfillment, xml
from amazon.documents.carriers import CARRIERS, OTHER
from amazon.errors import AmazonError
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.amazon.order_messages import ITEM, ORDER, WHEN, cancellation, refund, refund_item, shipment

D = Decimal
SELLER = "A1SELLER"
# any text, of the kinds that break documents more often
HOSTILE = st.text(
    st.characters() | st.sampled_from("<>&\"'\x00\x0b\x1f\x85\ud800\ufffe\uffff ]\t\n\xa0\u2028")
)


KINDS = {
    "shipment": (fulfillment, shipment),
    "cancellation": (acknowledgement, cancellation),
    "refund": (adjustment, refund),
}


def outline(element):
    """Tags, attributes and texts as nested tuples."""
    children = tuple(outline(child) for child in element)
    return (element.tag, *sorted(element.attrib.items()), children or element.text)


def bodies(content):
    return [outline(message[1])[1] for message in etree.fromstring(content).iter("Message")]


def refused(module, *messages):
    with pytest.raises(AmazonError) as caught:
        module.write(SELLER, messages)
    assert (caught.value.code, caught.value.outcome) == ("BadDocument", "not_sent")
    return caught.value.message


# --- the documents ---


def test_the_envelope():
    content = fulfillment.write(SELLER, [shipment(), shipment(message_id=2)])
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    root = etree.fromstring(content)
    assert (root.tag, [child.tag for child in root]) == (
        "AmazonEnvelope",
        ["Header", "MessageType", "Message", "Message"],
    )
    assert outline(root[0])[1] == (("DocumentVersion", "1.01"), ("MerchantIdentifier", SELLER))
    assert root[1].text == "OrderFulfillment"
    assert [[child.tag for child in message] for message in root.iter("Message")] == [
        ["MessageID", "OrderFulfillment"]
    ] * 2
    assert [message[0].text for message in root.iter("Message")] == ["1", "2"]


def test_a_shipment():
    full = shipment(
        carrier_code=OTHER, carrier_name="Bike & Co", items=[(ITEM, 2), (ITEM[::-1], 1)], cod_collection=True
    )
    assert bodies(fulfillment.write(SELLER, [full])) == [
        (
            ("AmazonOrderID", ORDER),
            ("MerchantFulfillmentID", "7"),
            ("FulfillmentDate", "2026-11-20T10:15:00Z"),
            (
                "FulfillmentData",
                (
                    ("CarrierCode", "Other"),
                    ("CarrierName", "Bike & Co"),
                    ("ShippingMethod", "Paket"),
                    ("ShipperTrackingNumber", "00340434161094000000"),
                ),
            ),
            ("CODCollectionMethod", "DirectPayment"),
            ("Item", (("AmazonOrderItemCode", ITEM), ("Quantity", "2"))),
            ("Item", (("AmazonOrderItemCode", ITEM[::-1]), ("Quantity", "1"))),
        )
    ]


def test_a_shipment_with_the_least():
    least = shipment(shipping_method=None, tracking_number=None, carrier_name="not needed")
    (body,) = bodies(fulfillment.write(SELLER, [least]))
    assert [part[0] for part in body] == [
        "AmazonOrderID",
        "MerchantFulfillmentID",
        "FulfillmentDate",
        "FulfillmentData",
        "Item",
    ]
    assert body[3][1] == (("CarrierCode", "DHL"),)


def test_aware_shipping_dates_are_utc():
    (body,) = bodies(fulfillment.write(SELLER, [shipment(shipped_at=WHEN.replace(tzinfo=UTC))]))
    assert body[2] == ("FulfillmentDate", "2026-11-20T10:15:00Z")


def test_a_cancellation():
    items = [(ITEM, 2), (ITEM[::-1], None)]
    assert bodies(acknowledgement.write(SELLER, [cancellation(items=items, reason="BuyerCanceled")])) == [
        (
            ("AmazonOrderID", ORDER),
            ("StatusCode", "Failure"),
            ("Item", (("AmazonOrderItemCode", ITEM), ("CancelReason", "BuyerCanceled"), ("Quantity", "2"))),
            ("Item", (("AmazonOrderItemCode", ITEM[::-1]), ("CancelReason", "BuyerCanceled"))),
        )
    ]


def test_a_refund():
    assert bodies(adjustment.write(SELLER, [refund()])) == [
        (
            ("AmazonOrderID", ORDER),
            (
                "AdjustedItem",
                (
                    ("AmazonOrderItemCode", ITEM),
                    ("MerchantAdjustmentItemID", "55"),
                    ("AdjustmentReason", "CustomerReturn"),
                    (
                        "ItemPriceAdjustments",
                        (
                            ("Component", (("Type", "Principal"), ("Amount", ("currency", "EUR"), "10.00"))),
                            ("Component", (("Type", "Shipping"), ("Amount", ("currency", "EUR"), "2.50"))),
                        ),
                    ),
                    ("Quantity", "1"),
                ),
            ),
        )
    ]


def test_a_refund_of_yen_has_no_decimals():
    yen = refund(currency="JPY", items=[refund_item(components=[("Principal", D("1500"))], quantity=None)])
    content = adjustment.write(SELLER, [yen])
    assert b'<Amount currency="JPY">1500</Amount>' in content
    assert b"Quantity" not in content


AMOUNTS = st.decimals("0.01", "99999.99", places=2)


@given(st.dictionaries(st.sampled_from(sorted(adjustment.COMPONENTS)), AMOUNTS, min_size=1))
def test_refunds_are_written_to_the_cent(components):
    content = adjustment.write(SELLER, [refund(items=[refund_item(components=list(components.items()))])])
    written = etree.fromstring(content).iter("Component")
    assert {part.findtext("Type"): D(part.findtext("Amount")) for part in written} == components


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_of_a_feed(kind, monkeypatch):
    module, make = KINDS[kind]
    monkeypatch.setattr(xml, "MAX_MESSAGES", 2)
    assert module.write(SELLER, (make(message_id=number) for number in (1, 2)))
    assert "split it first" in refused(module, *(make(message_id=number) for number in (1, 2, 3)))
    assert "split it first" in refused(module)
    monkeypatch.setattr(xml, "MAX_BYTES", len(module.write(SELLER, [make()])))
    assert module.write(SELLER, [make()])
    assert "split it first" in refused(module, make(message_id=1), make(message_id=2))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spare", [0, 1, 100])
def test_feeds_are_cut_exactly_at_the_size_limit(kind, spare, monkeypatch):
    module, make = KINDS[kind]
    messages = [make(message_id=10**19 + number) for number in range(9)]
    monkeypatch.setattr(xml, "MAX_BYTES", len(module.write(SELLER, messages[:4])) + spare)
    parts = list(module.split(SELLER, messages))
    assert [len(part) for part in parts] == [4, 4, 1]
    assert [message for part in parts for message in part] == messages
    assert "split it first" in refused(module, *messages[:5])


@pytest.mark.parametrize("kind", KINDS)
def test_feeds_are_cut_exactly_at_the_number_of_messages(kind, monkeypatch):
    module, make = KINDS[kind]
    monkeypatch.setattr(xml, "MAX_MESSAGES", 3)
    messages = [make(message_id=number) for number in range(1, 8)]
    parts = list(module.split(SELLER, messages))
    assert [len(part) for part in parts] == [3, 3, 1]
    assert [message for part in parts for message in part] == messages


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_number_is_used_once(kind):
    module, make = KINDS[kind]
    assert "twice" in refused(module, make(), make())


def test_the_feed_types():
    assert [module.FEED_TYPE for module, _make in KINDS.values()] == [
        "POST_ORDER_FULFILLMENT_DATA",
        "POST_ORDER_ACKNOWLEDGEMENT_DATA",
        "POST_PAYMENT_ADJUSTMENT_DATA",
    ]
    assert {module.CONTENT_TYPE for module, _make in KINDS.values()} == {"text/xml; charset=UTF-8"}


# --- problems ---

COMMON = [
    ({"message_id": 0.5}, "message number"),
    ({"message_id": "x"}, "message number"),
    ({"message_id": 10**20}, "message number"),
    ({"message_id": -1}, "message number"),
    ({"order_id": "123-1234567-123456"}, "order number"),
    ({"order_id": "S01-1234567-1234567<"}, "order number"),
    ({"order_id": ""}, "order number"),
    ({"order_id": None}, "order number"),
    ({"items": []}, "No item"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("values", "words"), COMMON)
def test_what_is_wrong_with_any_message(kind, values, words):
    module, make = KINDS[kind]
    (sentence,) = module.problems(make(**values))
    assert words in sentence
    assert words in refused(module, make(**values))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong_with_a_good_message(kind):
    module, make = KINDS[kind]
    assert module.problems(make()) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fulfillment_id": "WH/OUT/00001"}, "parcel number"),
        ({"fulfillment_id": 10**20}, "parcel number"),
        ({"shipped_at": datetime.now(UTC) + timedelta(hours=1)}, "future"),
        ({"shipped_at": None}, "date is missing"),
        ({"carrier_code": ""}, "carrier code"),
        ({"carrier_code": "D\x00HL"}, "carrier code"),
        ({"carrier_code": OTHER}, "needs the name"),
        ({"carrier_code": OTHER, "carrier_name": "\x00 "}, "needs the name"),
        ({"tracking_number": "1" * 51}, "tracking number"),
        ({"tracking_number": "1\x0b2"}, "tracking number"),
        ({"items": [(ITEM, None)]}, "missing"),
        ({"items": [(ITEM, 0)]}, "above zero"),
        ({"items": [(ITEM, 1.5)]}, "above zero"),
        ({"items": [("1234567890123", 1)]}, "14 digits"),
        ({"items": [("\u0661" * 14, 1)]}, "14 digits"),
    ],
)
def test_what_is_wrong_with_a_shipment(values, words):
    (sentence,) = fulfillment.problems(shipment(**values))
    assert words in sentence


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": "TooLate"}, "reasons to cancel"),
        ({"items": [(ITEM, 0)]}, "above zero"),
        ({"items": [("x", None)]}, "14 digits"),
    ],
)
def test_what_is_wrong_with_a_cancellation(values, words):
    (sentence,) = acknowledgement.problems(cancellation(**values))
    assert words in sentence


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": "NoInventor"}, "reasons to refund"),
        ({"adjustment_id": ""}, "adjustment number"),
        ({"adjustment_id": "x" * 51}, "adjustment number"),
        ({"quantity": 0}, "above zero"),
        ({"order_item_id": "1"}, "14 digits"),
        ({"components": []}, "nothing is refunded"),
        ({"components": [("Principle", D(1))]}, "components"),
        ({"components": [("Principal", D(1)), ("Principal", D(2))]}, "twice"),
        ({"components": [("Principal", D("1.005"))]}, "more digits"),
        ({"components": [("Principal", D("NaN"))]}, "more digits"),
        ({"components": [("Principal", D("1E+40"))]}, "more digits"),
        ({"components": [("Principal", D(0))]}, "above zero"),
        ({"components": [("Principal", D(-1))]}, "above zero"),
        ({"components": [("Principal", D(1)), ("RestockingFee", D(-1))]}, "nothing is refunded"),
    ],
)
def test_what_is_wrong_with_a_refund(values, words):
    (sentence,) = adjustment.problems(refund(items=[refund_item(**values)]))
    assert words in sentence


def test_a_currency_that_amazon_does_not_have():
    (sentence,) = adjustment.problems(refund(currency="CHF"))
    assert "CHF" in sentence


def test_a_restocking_fee_may_be_kept():
    kept = refund_item(components=[("Principal", D(10)), ("RestockingFee", D("-1.50"))])
    assert adjustment.problems(refund(items=[kept])) == []


@pytest.mark.parametrize("table", [acknowledgement.REASONS, adjustment.REASONS, adjustment.COMPONENTS])
def test_every_word_of_amazon_has_a_label(table):
    assert all(table.values()) and len(set(table.values())) == len(table)


def test_carriers_are_choices():
    codes = [code for code, _label in CARRIERS]
    assert len(set(codes)) == len(codes) == len({label for _code, label in CARRIERS})
    assert codes[-1] == OTHER
    assert all(fulfillment.problems(shipment(carrier_code=code)) == [] for code in codes[:-1])


# --- hostile text ---


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_free_text_never_breaks_a_shipment(code, name, method, tracking):
    each = shipment(carrier_code=code, carrier_name=name, shipping_method=method, tracking_number=tracking)
    if fulfillment.problems(each):
        refused(fulfillment, each)
        return
    (body,) = etree.fromstring(fulfillment.write(SELLER, [each])).iter("OrderFulfillment")
    data = body.find("FulfillmentData")
    assert data.findtext("CarrierCode") == code
    assert data.findtext("ShipperTrackingNumber") == (tracking or None)
    for element in data:
        assert 0 < len(element.text) <= 50
        assert element.text == " ".join(element.text.split())
    assert [item.tag for item in body].count("Item") == 1


def nearly(valid):
    """The valid id, or what is not quite it."""
    return (
        st.just(valid)
        | HOSTILE
        | HOSTILE.map(lambda text: valid + text)
        | HOSTILE.map(lambda text: text + valid)
    )


@given(nearly(ORDER), nearly(ITEM), nearly("55"))
def test_ids_are_never_changed(order_id, item_id, adjustment_id):
    item = refund_item(order_item_id=item_id, adjustment_id=adjustment_id)
    each = refund(order_id=order_id, items=[item])
    if adjustment.problems(each):
        refused(adjustment, each)
    else:
        (body,) = etree.fromstring(adjustment.write(SELLER, [each])).iter("OrderAdjustment")
        assert body.findtext("AmazonOrderID") == order_id
        assert body.findtext(".//MerchantAdjustmentItemID") == adjustment_id


@given(HOSTILE, st.integers(1, 60))
def test_a_string_is_normalised_cut_and_stays_itself(text, length):
    clean = xml.string(text, length)
    assert len(clean) <= length
    assert xml.string(clean, length) == clean
    assert etree.fromstring(etree.tostring(xml.add(etree.Element("a"), "b", clean))).text == (clean or None)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  a \n b\t", "a b"),
        ("a\x00b", "ab"),
        ("a \x07 b", "a b"),
        ("\u20ac\U0001f4e6", "\u20ac\U0001f4e6"),
        ("x" * 60, "x" * 50),
        ("x" * 49 + " y", "x" * 49),
    ],
)
def test_strings(text, clean):
    assert xml.string(text) == clean


def test_problems_of_a_message_are_all_told():
    each = SimpleNamespace(message_id="x", order_id="y", items=[])
    assert len(xml.common_problems(each)) == 3
