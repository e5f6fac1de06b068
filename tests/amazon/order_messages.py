"""Good messages of the three XML feeds about orders, for tests to spoil."""

from datetime import datetime
from decimal import Decimal

from amazon.documents.acknowledgement import Cancellation
from amazon.documents.adjustment import Refund, RefundItem
from amazon.documents.fulfillment import Shipment

D = Decimal
ORDER, ITEM = "123-1234567-1234567", "12345678901234"
WHEN = datetime(2026, 11, 20, 10, 15)


def shipment(**values):
    return Shipment(
        **{
            "message_id": 1,
            "order_id": ORDER,
            "fulfillment_id": 7,
            "shipped_at": WHEN,
            "carrier_code": "DHL",
            "carrier_name": None,
            "shipping_method": "Paket",
            "tracking_number": "00340434161094000000",
            "items": [(ITEM, 2)],
            **values,
        }
    )


def cancellation(**values):
    return Cancellation(
        **{"message_id": 1, "order_id": ORDER, "items": [(ITEM, 2)], "reason": "NoInventory", **values}
    )


def refund_item(**values):
    return RefundItem(
        **{
            "order_item_id": ITEM,
            "reason": "CustomerReturn",
            "quantity": 1,
            "components": [("Principal", D("10")), ("Shipping", D("2.5"))],
            "adjustment_id": "55",
            **values,
        }
    )


def refund(**values):
    return Refund(
        **{"message_id": 1, "order_id": ORDER, "items": [refund_item()], "currency": "EUR", **values}
    )
