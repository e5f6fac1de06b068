"""Amazon's sandbox cases of Orders v0, in the shape of 2026-01-01 by Amazon's own migration data.

Their dates lie in 1970, when Amazon sold nothing; such orders are refused, so the year is moved. The cases of
getOrders hold no items.
"""

import json
import os
import re
import unittest
from pathlib import Path

from odoo.tests import tagged

from .common_orders import MarketplacesCase

MODELS = os.environ.get("SPAPI_MODELS")
PLAIN = re.compile(r"Order(\.\w+)+")
PART = re.compile(
    r"Order\.orderItems\.proceeds\.breakdowns\.(?:subtotal|detailedBreakdowns\.value) "
    r"\((?:with )?type == (\w+)(?: && subtype == (\w+))?\)"
)
PROGRAM = re.compile(r"Order\.programs \(check for (\w+)\)")


def model(name):
    return json.loads(Path(MODELS, "models", name).read_text())


def cases(path):
    """The answers of a sandbox case."""
    answers = model("ordersV0.json")["paths"][path]["get"]["responses"]["200"]
    for case in answers["x-amzn-api-sandbox"]["static"]:
        if payload := case["response"].get("payload"):
            yield payload


def lower(value):
    """Amazon's new field names begin with a small letter; the year 1970 is moved."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: lower(part) for name, part in value.items()}
    return f"2025{value[4:]}" if str(value).startswith("1970-") else value


def put(target, path, value):
    """Put a value where a path such as ``buyer.buyerName`` points."""
    *way, name = path.split(".")
    for step in way:
        target = target.setdefault(step, {})
    target[name] = value


class Migration:
    def __init__(self):
        data = model("orders-api-migration-data.json")
        self.mappings, self.statuses = data["attributeMappings"], data["statusMappings"]

    def order(self, v0, items, **parts):
        """Write an order of v0, its items and the answers of its other operations in the new shape."""
        order = {"salesChannel": {"channelName": "AMAZON"}, "programs": []}
        for name, value in (v0 | parts).items():
            path = self.mappings.get(name) or self.mappings.get(f"BuyerInfo.{name}") or ""
            if program := PROGRAM.search(path):
                order["programs"] += [program[1]] * bool(value)
            elif PLAIN.fullmatch(path) and not path.startswith("Order.orderItems"):
                put(order, path.removeprefix("Order."), lower(value))
        fulfillment = order["fulfillment"]
        fulfillment["fulfillmentStatus"] = self.statuses["fulfillmentStatus"][v0["OrderStatus"]]
        fulfillment["fulfilledBy"] = self.statuses["fulfillmentChannel"][v0["FulfillmentChannel"]]
        order["orderItems"] = [self.item(item, order) for item in items]
        order.pop("packages", None)
        return order

    def item(self, v0, order):
        item, amounts, details = {}, {}, {}
        for name, value in v0.items():
            path = self.mappings.get(name, "")
            if part := PART.fullmatch(path):
                kind, subtype = part.groups()
                (details.setdefault(kind, {}) if subtype else amounts)[subtype or kind] = lower(value)
            elif PLAIN.fullmatch(path) and value not in ("", "false"):
                put(item, path.removeprefix("Order.orderItems."), value)
        for kind, parts in details.items():
            [amount] = parts.values()
            amounts[kind] = amount
        if request := v0.get("BuyerRequestedCancel"):  # the data names the fields without their object
            cancelled = {"requester": "BUYER", "cancelReason": request["BuyerCancelReason"]}
            item["cancellation"] = {"cancellationRequest": cancelled}
        # v0 has no total of an item; that of the order is the one item's
        item["proceeds"] = {
            "proceedsTotal": order["proceeds"]["grandTotal"],
            "breakdowns": [{"type": kind, "subtotal": amount} for kind, amount in amounts.items()],
        }
        return item


@tagged("post_install", "-at_install")
@unittest.skipUnless(MODELS, "SPAPI_MODELS is not set: Amazon's own sandbox orders of v0 are not read")
class TestSandboxOrdersV0(MarketplacesCase):
    def v0_orders(self):
        yield from (order for case in cases("/orders/v0/orders") for order in case["Orders"])
        yield from cases("/orders/v0/orders/{orderId}")

    def test_every_sandbox_order_of_v0_arrives_to_the_cent(self):
        migration = Migration()
        [items] = [case["OrderItems"] for case in cases("/orders/v0/orders/{orderId}/orderItems")]
        [buyer] = cases("/orders/v0/orders/{orderId}/buyerInfo")
        [address] = cases("/orders/v0/orders/{orderId}/address")
        seen = set()
        for v0 in self.v0_orders():
            with self.subTest(order=v0["AmazonOrderId"]):
                own = v0["AmazonOrderId"] == address["AmazonOrderId"]
                parts = buyer | address if own else {}
                if "OrderTotal" not in v0:  # still pending
                    self.assertEqual(self.take(self.bare(migration, v0)).state, "waiting")
                    continue
                item = items[0] if own else self.item_of(v0)
                payload = migration.order(v0, [item], **parts)
                record = self.take(payload)
                self.assertEqual(record.state, "imported", record.error)
                total = f"{record.sale_order_id.amount_total:.2f}"
                self.assertEqual(total, v0["OrderTotal"]["Amount"])
                self.assertFalse(record.rounding)
                if own:
                    self.assertEqual(record.sale_order_id.partner_shipping_id.city, "SEATTLE")
                    self.assertTrue(record.cancel_requested)
                seen.add(v0["AmazonOrderId"])
        self.assertGreaterEqual(len(seen), 3)

    def item_of(self, v0):
        """The cases give the items of one order only."""
        return {"OrderItemId": "05015851154158", "SellerSKU": "LAMP-1", "QuantityOrdered": 1} | {
            "ItemPrice": v0["OrderTotal"]
        }

    def bare(self, migration, v0):
        priced = v0 | {"OrderTotal": {"CurrencyCode": "USD", "Amount": "0"}}
        order = migration.order(priced, [self.item_of(priced)])
        del order["proceeds"], order["orderItems"][0]["proceeds"]
        return order
