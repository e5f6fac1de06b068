"""Every text of every document against what people and shops can write: the document stays whole, the text is
the one given, or is cut or refused by Amazon's rule for it, and no other message is touched."""

import json

import jsonschema
import pytest
from amazon.documents import acknowledgement, adjustment, fulfillment, listings
from amazon.documents.carriers import OTHER
from amazon.errors import AmazonError
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.amazon import order_messages as make

SELLER = "A1SELLER"
# each alone has broken somebody's document
BITS = [
    "]]>",
    "<![CDATA[",
    "&amp;",
    "&#0;",
    "&",
    "<",
    "</Message>",
    '"',
    "'",
    "\\",
    "{",
    "\x00",
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\uffff",
    "\ufeff",
    "\u202e",
    "\u05d0\u05d1",
    "\u0627\u0644",
    "\U0001f4e6",
    "\U0001f468\u200d\U0001f469",
    "\U0010ffff",
    "e\u0301",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\u2028",
    "\xa0",
    "DHL",
]
TEXTS = st.lists(st.sampled_from(BITS) | st.text(max_size=5), max_size=12).map("".join) | st.integers(
    1, 500
).map("x".__mul__)
EXAMPLES = ["x" * 500, "\U0001f4e6" * 500, " DHL ", "\nDHL\n", "]]>", "\ud800", "a\x00b", ""]


def examples(test):
    """Try the classical texts in each run, whatever else is drawn."""
    for text in EXAMPLES:
        test = example(text=text)(test)
    return test


def nearly(valid):
    """What is not quite the valid text."""
    return st.sampled_from(BITS).flatmap(lambda bit: st.sampled_from([valid + bit, bit + valid])) | TEXTS


# --- XML: message with the text, where it is written, whether it may be cut


def other_shipment(text):
    return make.shipment(carrier_code=OTHER, carrier_name=text)


FREE = {
    "carrier name": (fulfillment, other_shipment, ".//CarrierName"),
    "shipping method": (
        fulfillment,
        lambda text: make.shipment(shipping_method=text),
        ".//ShippingMethod",
    ),
}
EXACT = {
    "carrier code": (fulfillment, lambda text: make.shipment(carrier_code=text), ".//CarrierCode"),
    "tracking number": (
        fulfillment,
        lambda text: make.shipment(tracking_number=text),
        ".//ShipperTrackingNumber",
    ),
    "parcel number": (
        fulfillment,
        lambda text: make.shipment(fulfillment_id=text),
        ".//MerchantFulfillmentID",
    ),
    "order of a shipment": (fulfillment, lambda text: make.shipment(order_id=text), ".//AmazonOrderID"),
    "item of a shipment": (
        fulfillment,
        lambda text: make.shipment(items=[(text, 1)]),
        ".//AmazonOrderItemCode",
    ),
    "order of a cancellation": (
        acknowledgement,
        lambda text: make.cancellation(order_id=text),
        ".//AmazonOrderID",
    ),
    "item of a cancellation": (
        acknowledgement,
        lambda text: make.cancellation(items=[(text, None)]),
        ".//AmazonOrderItemCode",
    ),
    "reason to cancel": (
        acknowledgement,
        lambda text: make.cancellation(reason=text),
        ".//CancelReason",
    ),
    "order of a refund": (adjustment, lambda text: make.refund(order_id=text), ".//AmazonOrderID"),
    "item of a refund": (
        adjustment,
        lambda text: make.refund(items=[make.refund_item(order_item_id=text)]),
        ".//AmazonOrderItemCode",
    ),
    "reason to refund": (
        adjustment,
        lambda text: make.refund(items=[make.refund_item(reason=text)]),
        ".//AdjustmentReason",
    ),
    "adjustment number": (
        adjustment,
        lambda text: make.refund(items=[make.refund_item(adjustment_id=text)]),
        ".//MerchantAdjustmentItemID",
    ),
    "component": (
        adjustment,
        lambda text: make.refund(items=[make.refund_item(components=[(text, make.D(5))])]),
        ".//Type",
    ),
    "currency": (adjustment, lambda text: make.refund(currency=text), ".//Amount/@currency"),
}
GOOD = {fulfillment: make.shipment, acknowledgement: make.cancellation, adjustment: make.refund}


def written(module, message, place):
    """Write the message between two good ones, and read back what stands at a place of it.

    :return: the texts there, or the problems in words
    """
    before, after = GOOD[module](message_id=7), GOOD[module](message_id=8)
    alone = [etree.tostring(each) for each in etree.fromstring(module.write(SELLER, [before, after]))[2:]]
    problems = module.problems(message)
    if problems:
        with pytest.raises(AmazonError) as caught:
            module.write(SELLER, [before, message, after])
        assert caught.value.outcome == "not_sent"
        assert all(sentence.endswith(".") and len(sentence) > 20 for sentence in problems)
        return None, problems
    root = etree.fromstring(module.write(SELLER, [before, message, after]))
    assert len(root) == 5
    assert [etree.tostring(root[2]), etree.tostring(root[4])] == alone
    assert [each.tag for each in root[3]] == [each.tag for each in root[2]]
    return [str(getattr(each, "text", each)) for each in root[3].xpath(place)], []


@pytest.mark.parametrize("field", FREE)
@examples
@given(text=TEXTS)
@settings(deadline=None)
def test_free_text_is_cleaned_and_cut(field, text):
    module, build, place = FREE[field]
    texts, problems = written(module, build(text), place)
    if problems:
        assert field == "carrier name" and "name of the carrier" in problems[0]
        return
    for found in texts:
        assert 0 < len(found) <= 50
        assert not any(ord(each) < 32 or 0x7F <= ord(each) < 0xA0 for each in found)
    plain = text.isascii() and text.isprintable() and " ".join(text.split()) == text
    if plain and 0 < len(text) <= 50:
        assert texts == [text]


@pytest.mark.parametrize("field", EXACT)
@examples
@given(text=TEXTS)
@settings(deadline=None)
def test_what_must_not_change_is_refused_or_stays(field, text):
    module, build, place = EXACT[field]
    texts, problems = written(module, build(text), place)
    assert problems or texts == ([text] if text else [])


@pytest.mark.parametrize("field", EXACT)
@given(data=st.data())
@settings(deadline=None)
def test_what_is_nearly_right_is_refused_or_stays(field, data):
    module, build, place = EXACT[field]
    good = etree.fromstring(module.write(SELLER, [GOOD[module]()])).xpath(place)[0]
    text = data.draw(nearly(str(getattr(good, "text", good))))
    texts, problems = written(module, build(text), place)
    assert problems or texts == ([text] if text else [])


@pytest.mark.parametrize("module", GOOD)
@examples
@given(text=TEXTS)
@settings(deadline=None)
def test_the_seller_is_written_as_it_is_or_refused(module, text):
    try:
        content = module.write(text, [GOOD[module]()])
    except AmazonError as error:
        assert (error.outcome, "Merchant ID" in error.message) == ("not_sent", True)
    else:
        assert etree.fromstring(content).findtext(".//MerchantIdentifier") == text


# --- JSON

LISTING_TEXTS = {
    "SKU": (lambda text: patch(sku=text), lambda message: message["sku"]),
    "product type": (lambda text: patch(product_type=text), lambda message: message["productType"]),
    "marketplace": (
        lambda text: patch(price=listings.Price(text, "EUR", make.D(5))),
        lambda message: message["patches"][1]["value"][0]["marketplace_id"],
    ),
    "currency": (
        lambda text: patch(price=listings.Price("A1PA6795UKMFR9", text, make.D(5))),
        lambda message: message["patches"][1]["value"][0]["currency"],
    ),
}


def patch(message_id=1, **values):
    return listings.ListingPatch(
        message_id, **{"sku": "SKU-1", "product_type": "PRODUCT", "quantity": 5, **values}
    )


@pytest.mark.parametrize("field", LISTING_TEXTS)
@examples
@given(text=TEXTS)
@settings(deadline=None)
def test_texts_of_listings_are_refused_or_stay(field, text, listings_schema):
    build, read = LISTING_TEXTS[field]
    message, before, after = build(text), patch(7), patch(8)
    problems = listings.problems(message)
    if problems:
        assert all(sentence.endswith(".") and len(sentence) > 20 for sentence in problems)
        return
    content = listings.write_listings_feed(SELLER, [before, message, after], "de_DE")
    feed = json.loads(content)
    listings_schema.validate(feed)
    assert read(feed["messages"][1]) == text
    alone = json.loads(listings.write_listings_feed(SELLER, [before, after], "de_DE"))
    assert [feed["messages"][0], feed["messages"][2]] == alone["messages"]


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
@pytest.mark.parametrize("field", LISTING_TEXTS)
def test_half_a_character_is_refused_before_it_spoils_the_feed(field, text):
    build, _read = LISTING_TEXTS[field]
    assert listings.problems(build(text))


@pytest.fixture(scope="session")
def listings_schema(spapi):
    return jsonschema.Draft7Validator(spapi("schemas/listings-feed-schema-v2.json"))
