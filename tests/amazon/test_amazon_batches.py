"""Cutting into feeds: whatever the sizes and the limits, nothing is lost, doubled or too large."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from amazon.documents import acknowledgement, adjustment, fulfillment, listings, xml
from amazon.documents.batches import batches
from amazon.errors import AmazonError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amazon import order_messages as make

D = Decimal
SELLER, MARKET = "A1SELLER", "A1PA6795UKMFR9"


def patches(number, text):
    price = listings.Price(MARKET, "EUR", D("12.34"))
    return listings.ListingPatch(number, text[:40] or "S", "PRODUCT", quantity=len(text), price=price)


def shipments(number, text):
    count = len(text) % 4 + 1
    return make.shipment(message_id=number, shipping_method=text, items=[(make.ITEM, 1)] * count)


def cancellations(number, text):
    return make.cancellation(message_id=number, items=[(make.ITEM, 1)] * (len(text) % 4 + 1))


def refunds(number, text):
    items = [make.refund_item(adjustment_id=f"{number}-{each}") for each in range(len(text) % 4 + 1)]
    return make.refund(message_id=number, items=items)


def _xml(module):
    return SimpleNamespace(
        limits=xml,
        split=lambda messages: module.split(SELLER, messages),
        write=lambda part: module.write(SELLER, part),
    )


LISTINGS = SimpleNamespace(
    limits=listings,
    split=lambda messages: listings.split(messages, SELLER, "de_DE"),
    write=lambda part: listings.write_listings_feed(SELLER, part, "de_DE"),
)
KINDS = {
    "listings": (LISTINGS, patches),
    "shipments": (_xml(fulfillment), shipments),
    "cancellations": (_xml(acknowledgement), cancellations),
    "refunds": (_xml(adjustment), refunds),
}
TEXTS = st.lists(st.text("a&<\u20ac\U0001f4e6 ", max_size=60), max_size=25)


@pytest.mark.parametrize("kind", KINDS)
@given(texts=TEXTS, most=st.integers(1, 8), most_bytes=st.integers(150, 4000))
@settings(deadline=None)
def test_feeds_hold_all_in_order_and_are_full(kind, texts, most, most_bytes):
    document, message = KINDS[kind]
    messages = [message(number, text) for number, text in enumerate(texts, 1)]
    fits = {each.message_id: len(document.write([each])) <= most_bytes for each in messages}
    with pytest.MonkeyPatch.context() as monkeypatch:
        parts = list(document.split(messages))
        assert parts == ([messages] if messages else [])  # Amazon's own limits are far away
        monkeypatch.setattr(document.limits, "MAX_MESSAGES", most)
        monkeypatch.setattr(document.limits, "MAX_BYTES", most_bytes)
        parts = list(document.split(messages))
        assert [each for part in parts for each in part] == messages
        for part, following in zip(parts, [*parts[1:], None], strict=False):
            if len(part) == 1 and not fits[part[0].message_id]:
                with pytest.raises(AmazonError, match="alone is larger") as caught:
                    document.write(part)
                assert caught.value.outcome == "not_sent"
                continue
            assert 1 <= len(part) <= most
            assert len(document.write(part)) <= most_bytes
            if following:
                with pytest.raises(AmazonError, match="split it first"):
                    document.write([*part, following[0]])


@pytest.mark.parametrize("kind", KINDS)
@given(texts=TEXTS, most=st.integers(1, 8), most_bytes=st.integers(150, 4000))
@settings(deadline=None, max_examples=25)
def test_a_feed_is_cut_off_alike_however_many_follow(kind, texts, most, most_bytes):
    """The job takes the first part, sends it, and cuts the rest anew."""
    document, message = KINDS[kind]
    messages = [message(number, text) for number, text in enumerate(texts, 1)]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(document.limits, "MAX_MESSAGES", most)
        monkeypatch.setattr(document.limits, "MAX_BYTES", most_bytes)
        parts, rest = list(document.split(messages)), messages
        for part in parts:
            assert next(document.split(iter(rest))) == part
            rest = rest[len(part) :]
    assert rest == []


@given(
    st.lists(st.integers(0, 50)),
    st.integers(0, 20),
    st.integers(1, 6),
    st.integers(0, 3),
    st.integers(1, 100),
)
def test_the_arithmetic_against_a_model(sizes, frame, most, separator, most_bytes):
    """Each item goes where a model that adds up whole documents would put it."""

    def weight(part):
        return frame + sum(part) + separator * (len(part) - 1)

    expected = []
    for size in sizes:
        joined = [*expected[-1], size] if expected else []
        if joined and len(joined) <= most and weight(joined) <= most_bytes:
            expected[-1].append(size)
        else:
            expected.append([size])
    assert list(batches(sizes, lambda size: size, frame, most, separator, most_bytes)) == expected


def test_a_message_that_is_too_large_keeps_the_others_going(monkeypatch):
    huge = make.shipment(message_id=2, items=[(make.ITEM, 1)] * 200)
    messages = [make.shipment(message_id=1), huge, make.shipment(message_id=3)]
    monkeypatch.setattr(xml, "MAX_BYTES", 3000)
    assert list(fulfillment.split(SELLER, messages)) == [[each] for each in messages]
    with pytest.raises(AmazonError, match="message 2 alone is larger"):
        fulfillment.write(SELLER, [huge])
