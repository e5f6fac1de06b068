import json
from decimal import Decimal
from itertools import chain

import jsonschema
import pytest
from amazon.documents import MAX_BYTES, listings
from amazon.documents.listings import (
    ANY_PRODUCT_TYPE,
    ListingPatch,
    Price,
    problems,
    split,
    write_listings_feed,
)
from amazon.errors import AmazonError
from hypothesis import given
from hypothesis import strategies as st

D = Decimal
SELLER, MARKET = "A1SELLER", "A1PA6795UKMFR9"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
PRICES = st.builds(
    Price,
    marketplace_id=st.just(MARKET),
    currency=st.sampled_from(["EUR", "JPY", "USD"]),
    amount=st.decimals("0.01", "9999999", places=4),
)
PATCHES = st.builds(
    ListingPatch,
    message_id=st.integers(1, 2**31 - 1),
    sku=TEXT,
    product_type=st.just(ANY_PRODUCT_TYPE),
    quantity=st.integers(0, 10**7),
    lead_time=st.none() | st.integers(0, 30),
    price=st.none() | PRICES,
)


def patch(message_id=1, **values):
    return ListingPatch(
        message_id, **{"sku": "SKU-1", "product_type": ANY_PRODUCT_TYPE, "quantity": 5, **values}
    )


def test_the_document():
    price = Price(MARKET, "EUR", D("19.9"))
    content = write_listings_feed(SELLER, [patch(quantity=5, lead_time=2, price=price)], "de_DE")
    assert json.loads(content) == {
        "header": {"sellerId": SELLER, "version": "2.0", "issueLocale": "de_DE"},
        "messages": [
            {
                "messageId": 1,
                "sku": "SKU-1",
                "operationType": "PATCH",
                "productType": "PRODUCT",
                "patches": [
                    {
                        "op": "merge",
                        "path": "/attributes/fulfillment_availability",
                        "value": [
                            {
                                "fulfillment_channel_code": "DEFAULT",
                                "quantity": 5,
                                "lead_time_to_ship_max_days": 2,
                            }
                        ],
                    },
                    {
                        "op": "merge",
                        "path": "/attributes/purchasable_offer",
                        "value": [
                            {
                                "marketplace_id": MARKET,
                                "currency": "EUR",
                                "audience": "ALL",
                                "our_price": [{"schedule": [{"value_with_tax": 19.9}]}],
                            }
                        ],
                    },
                ],
            }
        ],
    }


def test_what_is_not_given_is_not_touched():
    (stock,) = listings.json_patches(patch(quantity=0))
    assert stock["value"] == [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}]
    (offer,) = listings.json_patches(patch(quantity=None, price=Price(MARKET, "EUR", D(1))))
    assert offer["path"] == "/attributes/purchasable_offer"
    assert "issueLocale" not in json.loads(write_listings_feed(SELLER, [patch()]))["header"]


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("19.99", "EUR", "19.99"),
        ("20", "EUR", "20.00"),
        ("0.1", "USD", "0.10"),
        ("1500", "JPY", "1500"),
        ("1500.5", "JPY", "1501"),
        ("2.675", "EUR", "2.68"),
        ("123456789012.34", "EUR", "123456789012.34"),
        ("1E+3", "JPY", "1000"),
    ],
)
def test_money_is_written_with_the_digits_of_its_currency(amount, currency, written):
    content = write_listings_feed(SELLER, [patch(price=Price(MARKET, currency, D(amount)))])
    assert f'"value_with_tax":{written}}}'.encode() in content


@given(st.lists(PATCHES, min_size=1, max_size=5))
def test_whatever_the_text_the_document_says_it(patches):
    messages = json.loads(write_listings_feed(SELLER, patches), parse_float=D)["messages"]
    assert [message["sku"] for message in messages] == [each.sku for each in patches]
    assert [message["messageId"] for message in messages] == [each.message_id for each in patches]
    for message, each in zip(messages, patches, strict=True):
        assert message["patches"][0]["value"][0]["quantity"] == each.quantity
        if each.price:
            written = message["patches"][1]["value"][0]["our_price"][0]["schedule"][0]["value_with_tax"]
            assert abs(written - each.price.amount) <= (
                D("0.5") if each.price.currency == "JPY" else D("0.005")
            )


@given(st.lists(PATCHES, min_size=1, max_size=3), st.none() | st.sampled_from(["en_US", "ja_JP"]))
def test_the_document_is_valid_by_amazons_schema(spapi, patches, locale):
    schema = spapi("schemas/listings-feed-schema-v2.json")
    jsonschema.Draft7Validator(schema).validate(json.loads(write_listings_feed(SELLER, patches, locale)))


# --- the two limits ---


def size(each):
    two = len(write_listings_feed(SELLER, [each, each])) - len(write_listings_feed(SELLER, [each]))
    return two - 1  # without the comma


@given(st.lists(PATCHES, max_size=40), st.integers(1, 7), st.integers(600, 3000))
def test_feeds_are_as_large_as_allowed_and_no_larger(patches, most, most_bytes):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(listings, "MAX_MESSAGES", most)
        monkeypatch.setattr(listings, "MAX_BYTES", most_bytes)
        parts = list(split(patches, SELLER))
        assert list(chain(*parts)) == patches
        contents = [write_listings_feed(SELLER, part) for part in parts]
    for part, content, following in zip(parts, contents, parts[1:], strict=False):
        assert len(part) == most or len(content) + 1 + size(following[0]) > most_bytes


@pytest.mark.parametrize(
    ("spare", "lengths"), [(0, [3, 3, 3]), (-1, [2, 2, 2, 2, 1]), (size(patch()), [3, 3, 3])]
)
def test_not_a_byte_is_wasted(monkeypatch, spare, lengths):
    patches = [patch(number) for number in range(1, 10)]
    monkeypatch.setattr(listings, "MAX_BYTES", len(write_listings_feed(SELLER, patches[:3])) + spare)
    assert [len(part) for part in split(patches, SELLER)] == lengths


def test_amazons_limits():
    assert (listings.MAX_MESSAGES, MAX_BYTES) == (25_000, 10_485_760)


def test_25000_messages_in_a_feed():
    patches = [patch(number, sku=f"S-{number}") for number in range(1, 50_002)]
    parts = list(split(patches, SELLER))
    assert [len(part) for part in parts] == [25_000, 25_000, 1]
    assert len(write_listings_feed(SELLER, parts[0])) < MAX_BYTES


def test_10_mib_in_a_feed():
    price = Price(MARKET, "EUR", D("1234.56"))
    patches = [patch(number, sku="\u20ac" * 40, lead_time=3, price=price) for number in range(1, 25_001)]
    parts = list(split(patches, SELLER, "de_DE"))
    contents = [write_listings_feed(SELLER, part, "de_DE") for part in parts]
    assert len(parts) == 2
    assert MAX_BYTES - 1000 < len(contents[0]) <= MAX_BYTES


def test_splitting_reads_no_further_than_needed():
    def endless():
        number = 0
        while True:
            number += 1
            yield patch(number)

    assert len(next(split(endless(), SELLER))) == 25_000


def test_nothing_to_split():
    assert list(split([], SELLER)) == []


@pytest.mark.parametrize(
    "patches", [[], [patch(number) for number in range(1, 25_002)], [patch(sku="x" * MAX_BYTES)]]
)
def test_what_does_not_fit_is_not_written(patches):
    with pytest.raises(AmazonError, match="split it first|alone is larger") as caught:
        write_listings_feed(SELLER, patches)
    assert (caught.value.code, caught.value.outcome) == ("BadDocument", "not_sent")


# --- problems ---


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"message_id": 0}, "message number"),
        ({"message_id": 2**31}, "message number"),
        ({"sku": ""}, "SKU"),
        ({"sku": "x" * 41}, "SKU"),
        ({"quantity": None}, "Nothing"),
        ({"quantity": -1}, "negative"),
        ({"lead_time": -1}, "lead time"),
        ({"quantity": None, "lead_time": 1, "price": Price(MARKET, "EUR", D(1))}, "lead time"),
        ({"price": Price(MARKET, "XXX", D(1))}, "currency"),
        ({"price": Price(MARKET, "EUR", D(0))}, "above zero"),
        ({"price": Price(MARKET, "EUR", D("0.004"))}, "above zero"),
        ({"price": Price(MARKET, "EUR", D("NaN"))}, "above zero"),
        ({"price": Price(MARKET, "EUR", D("1E+40"))}, "not a price"),
    ],
)
def test_problems_are_told_in_words(values, words):
    (sentence,) = problems(patch(**values))
    assert words in sentence


@given(PATCHES)
def test_what_the_schema_takes_has_no_problems(each):
    assert problems(each) == [] or each.price.amount < 1  # which can be nothing in yen
