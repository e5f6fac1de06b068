"""What holds whatever happens: goods and money add up, limits are kept."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from amazon_simulator.clock import iso
from amazon_simulator.ledger import Ledger, Refused
from amazon_simulator.limits import Limit, Limits, WindowLimit
from amazon_simulator.orders_book import Order, OrderBook

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
ITEMS = ("10000000000001", "10000000000002")


def new_order():
    """An order of three units of each of two items, 30.00 EUR and 5.00 EUR for shipping each."""
    breakdowns = [
        {"type": kind, "subtotal": {"amount": amount, "currencyCode": "EUR"}}
        for kind, amount in (("ITEM", "30.00"), ("SHIPPING", "5.00"))
    ]
    items = [
        {"orderItemId": item_id, "quantityOrdered": 3, "product": {}, "proceeds": {"breakdowns": breakdowns}}
        for item_id in ITEMS
    ]
    return Order(
        "A1",
        {
            "orderId": "111-1111111-1111111",
            "createdTime": iso(START),
            "lastUpdatedTime": iso(START),
            "salesChannel": {"channelName": "AMAZON"},
            "fulfillment": {"fulfillmentStatus": "UNSHIPPED"},
            "orderItems": items,
        },
    )


quantities = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 4), min_size=1)
amounts = st.decimals("0.01", "40", places=2)
components = st.dictionaries(
    st.sampled_from(("Principal", "Shipping", "Tax", "Goodwill")), amounts, min_size=1
)
steps = st.one_of(
    st.tuples(st.just("ship"), quantities),
    st.tuples(st.just("cancel"), quantities),
    st.tuples(st.just("refund"), st.dictionaries(st.sampled_from(ITEMS), components, min_size=1)),
)


def take(ledger, order, number, step):
    kind, what = step
    if kind == "ship":
        ledger.ship(order, {"packageReferenceId": str(number), "shipTime": START}, what, START)
    elif kind == "cancel":
        ledger.cancel(
            order, {item_id: ("NoInventory", quantity) for item_id, quantity in what.items()}, START
        )
    else:
        ledger.refund(order, list(what.items()), START)


def state(order):
    lines = [(line.shipped, line.cancelled, deepcopy(line.refunds)) for line in order.lines.values()]
    return lines, deepcopy(order.data)


@given(st.lists(steps, max_size=12))
def test_goods_and_money_add_up(sequence):
    book, order = OrderBook(lambda order: None), new_order()
    book.add(order)
    ledger = Ledger(book)
    for number, step in enumerate(sequence, 1):
        before = state(order)
        try:
            take(ledger, order, number, step)
        except Refused:
            assert state(order) == before
    packed = [item for package in order.data.get("packages", []) for item in package["packageItems"]]
    for line in order.lines.values():
        assert line.shipped + line.cancelled + line.open == 3 and line.open >= 0
        assert line.shipped == sum(item["quantity"] for item in packed if item["orderItemId"] == line.id)
        assert line.refunded("Principal") <= Decimal(30) and line.refunded("Shipping") <= Decimal(5)
        assert line.refunded("Tax") == 0 and (line.shipped or not line.refunds)


@given(st.lists(st.floats(0, 40), max_size=60), st.integers(1, 5), st.sampled_from((0.05, 0.5, 2.0)))
def test_a_bucket_gives_no_more_than_its_rate_and_burst(gaps, burst, rate):
    limits, now, admitted = Limits(), START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if limits.admit([("key", Limit(rate, burst))], now):
            admitted.append(now)
    for first, begin in enumerate(admitted):
        for last in range(first, len(admitted)):
            seconds = (admitted[last] - begin).total_seconds()
            assert last - first + 1 <= burst + seconds * rate + 1e-6


@given(st.lists(st.floats(0, 200), max_size=60))
def test_a_window_is_never_fuller_than_allowed(gaps):
    limits, now, admitted = Limits(), START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if limits.admit([("key", WindowLimit(5, 300))], now):
            admitted.append(now)
    for begin in admitted:
        assert sum(begin <= moment < begin + timedelta(seconds=300) for moment in admitted) <= 5


def test_all_or_nothing():
    limits, wide, narrow = Limits(), ("wide", Limit(1, 10)), ("narrow", Limit(0.001, 1))
    assert limits.admit([wide, narrow], START)
    assert not limits.admit([wide, narrow], START)
    assert [limits.admit([wide], START) for _number in range(10)] == [True] * 9 + [False]
