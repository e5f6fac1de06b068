"""Notifications: Amazon's own examples, and everything else that can lie in a queue."""

import json
from datetime import datetime

import pytest
from amazon.notifications import (
    FEED_FINISHED,
    KINDS,
    ORDER_CHANGE,
    REPORT_FINISHED,
    Notification,
    read_notification,
)
from hypothesis import given
from hypothesis import strategies as st

ORDER = {
    "NotificationType": "ORDER_CHANGE",
    "EventTime": "2026-11-20T10:15:30.123Z",
    "Payload": {
        "OrderChangeNotification": {
            "SellerId": "A1SELLER",
            "AmazonOrderId": "903-8868176-2219830",
            "Summary": {"OrderStatus": "Unshipped", "DestinationPostalCode": "48110"},
        }
    },
}
FEED = {
    "notificationType": "FEED_PROCESSING_FINISHED",
    "eventTime": "2026-11-20T11:15:30+01:00",
    "payload": {"feedProcessingFinishedNotification": {"sellerId": "A1SELLER", "feedId": "50001"}},
}
WHEN = datetime(2026, 11, 20, 10, 15, 30)


def read(message):
    return read_notification(json.dumps(message))


def recased(value, change):
    if isinstance(value, dict):
        return {change(name): recased(item, change) for name, item in value.items()}
    return value


@pytest.mark.parametrize(
    ("name", "kind", "number"),
    [
        ("OrderChange", ORDER_CHANGE, "903-8868176-2219830"),
        ("FeedProcessingFinished", FEED_FINISHED, "53347018456"),
        ("ReportProcessingFinished", REPORT_FINISHED, "54517018502"),
    ],
)
def test_amazons_own_examples(spapi, name, kind, number):
    example, *of_vendors = spapi(f"schemas/notifications/{name}Notification.json")["examples"]
    found = read(example)
    assert (found.kind, found.seller_id, found.number) == (kind, "A3TH9S8BH6GOGM", number)
    assert found.sent_at
    assert found.order_status == ("Unshipped" if kind == ORDER_CHANGE else None)
    for vendors in of_vendors:
        assert read(vendors).seller_id == "amzn1.vg.6213651"  # nobody's here


@pytest.mark.parametrize("change", [str, str.lower, str.upper, str.swapcase])
def test_the_case_of_names_does_not_count(change):
    order = Notification(ORDER_CHANGE, "A1SELLER", "903-8868176-2219830", WHEN, "Unshipped")
    assert read(recased(ORDER, change)) == order
    assert read(recased(FEED, change)) == Notification(FEED_FINISHED, "A1SELLER", "50001", WHEN)


def test_as_a_rule_of_eventbridge_forwards_it():
    envelope = {"version": "0", "id": "1", "detail-type": "ORDER_CHANGE", "source": "aws.partner/x"}
    assert read(envelope | {"detail": ORDER}) == read(ORDER)
    assert read(envelope | {"detail": "ORDER_CHANGE"}) is None


def test_the_seller_by_the_account():
    payload = {"sellerId": None, "accountId": "amzn1.merchant.o.A1SELLER", "feedId": "50001"}
    assert read(FEED | {"payload": {"feedProcessingFinishedNotification": payload}}).seller_id == "A1SELLER"


@pytest.mark.parametrize("moment", [None, "yesterday", 5, [], "9999-12-31T23:59:59-23:00"])
def test_a_time_that_cannot_be_read(moment):
    assert read(ORDER | {"EventTime": moment}).sent_at is None


@pytest.mark.parametrize(
    "kind", ["ANY_OFFER_CHANGED", "APPLICATION_OAUTH_CLIENT_NEW_SECRET", "", None, ["a"]]
)
def test_other_kinds(kind):
    assert read(ORDER | {"NotificationType": kind}) is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        "null",
        '"ORDER_CHANGE"',
        "\ud800",
        "[" * 100_000,
        '{"detail": {"detail": {}}}',
    ],
)
def test_foreign_text(body):
    assert read_notification(body) is None


@pytest.mark.parametrize("number", ["", None, 5, ["1"], "a\x00b", "' OR 1=1", "1" * 65, "\u0661", "1\n"])
def test_numbers_that_are_none(number):
    assert read(FEED | {"payload": {"feedProcessingFinishedNotification": {"feedId": number}}}) is None
    payload = {"sellerId": "A1SELLER", "feedId": number}
    assert read(FEED | {"payload": {"feedProcessingFinishedNotification": payload}}) is None
    payload = {"sellerId": number, "feedId": "50001"}
    assert read(FEED | {"payload": {"feedProcessingFinishedNotification": payload}}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([*KINDS, "A1SELLER"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["notificationType", "payload", "detail", "eventTime", "orderChangeNotification", "Summary"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_left(value):
    found = read(value)
    assert found is None or found.kind in KINDS


@given(st.sampled_from([ORDER, FEED]), st.data())
def test_any_part_can_be_anything(message, data):
    message = json.loads(json.dumps(message))
    part = message
    for _depth in range(data.draw(st.integers(0, 3))):
        inner = [value for value in part.values() if isinstance(value, dict)]
        part = inner[0] if inner else part
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(JSON)
    found = read(message)
    assert found is None or (found.kind in KINDS and found.seller_id and found.number)
