from datetime import datetime

import pytest
from amazon.order_outline import Outline, read_outline

WHOLE = {
    "orderId": "302-1234567-1234567",
    "createdTime": "2026-11-20T10:00:00Z",
    "lastUpdatedTime": "2026-11-20T10:05:00Z",
    "fulfillment": {"shipByWindow": {"latestDateTime": "2026-11-22T23:59:59+01:00"}},
}


def test_what_is_readable_is_read():
    assert read_outline(WHOLE) == Outline(
        "302-1234567-1234567",
        datetime(2026, 11, 20, 10),
        datetime(2026, 11, 20, 10, 5),
        datetime(2026, 11, 22, 22, 59, 59),
    )


def test_one_wrong_field_hides_no_other():
    outline = read_outline(WHOLE | {"createdTime": "0000-00-00", "fulfillment": "none"})
    assert (outline.order_id, outline.created_at, outline.ship_by) == ("302-1234567-1234567", None, None)
    assert outline.last_updated_at == datetime(2026, 11, 20, 10, 5)


@pytest.mark.parametrize("payload", [None, [], "order", 7, {}, {"orderId": 7}])
def test_what_is_no_order_has_nothing(payload):
    assert read_outline(payload) == Outline()
