import json
import os
import unittest
from decimal import Decimal
from pathlib import Path

from odoo.tests import tagged

from .common import AmazonCase

MODELS = os.environ.get("SPAPI_MODELS")


def sandbox_orders():
    """Read the orders of Amazon's own sandbox cases, those of searchOrders first."""
    model = json.loads(Path(MODELS, "models", "orders_2026-01-01.json").read_text())
    for path in ("/orders/2026-01-01/orders", "/orders/2026-01-01/orders/{orderId}"):
        for case in model["paths"][path]["get"]["responses"]["200"]["x-amzn-api-sandbox"]["static"]:
            yield from case["response"].get("orders") or [case["response"]["order"]]


def tax_on_top(item):
    """The tax that an item's total contains besides its other parts."""
    parts = {part["type"]: Decimal(part["subtotal"]["amount"]) for part in item["proceeds"]["breakdowns"]}
    return float(Decimal(item["proceeds"]["proceedsTotal"]["amount"]) - parts["ITEM"])


def make_payload(order_id="402-1234567-1234567", **values):
    """A German order of one lamp, tax included, with shipping charge."""
    return {
        "orderId": order_id,
        "createdTime": "2026-11-20T10:00:00Z",
        "lastUpdatedTime": "2026-11-20T10:05:00Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1PA6795UKMFR9"},
        "buyer": {"buyerName": "Erika Muster", "buyerEmail": "alias1@marketplace.amazon.de"},
        "recipient": {
            "deliveryAddress": {
                "name": "Erika Muster",
                "addressLine1": "Hauptstrasse 5",
                "addressLine2": "Hinterhaus",
                "city": "Berlin",
                "postalCode": "10115",
                "countryCode": "DE",
            }
        },
        "proceeds": {"grandTotal": {"amount": "104.79", "currencyCode": "EUR"}},
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
        "orderItems": [
            {
                "orderItemId": "40212345671234",
                "quantityOrdered": 2,
                "product": {
                    "sellerSku": "LAMP-1",
                    "title": "Lamp",
                    "price": {"unitPrice": {"amount": "49.90", "currencyCode": "EUR"}},
                },
                "proceeds": {
                    "proceedsTotal": {"amount": "104.79", "currencyCode": "EUR"},
                    "breakdowns": [
                        {"type": "ITEM", "subtotal": {"amount": "99.80", "currencyCode": "EUR"}},
                        {"type": "SHIPPING", "subtotal": {"amount": "4.99", "currencyCode": "EUR"}},
                        {
                            "type": "TAX",
                            "subtotal": {"amount": "16.73", "currencyCode": "EUR"},
                            "detailedBreakdowns": [
                                {"subtype": "ITEM", "value": {"amount": "15.93", "currencyCode": "EUR"}},
                                {"subtype": "SHIPPING", "value": {"amount": "0.80", "currencyCode": "EUR"}},
                            ],
                        },
                    ],
                },
                "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": 2},
            }
        ],
    } | values


class OrderCase(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authorise(cls.account, cls.env["hemi.amazon.marketplace"].search([]))
        cls.vat = cls.env["account.tax"].create({"name": "German VAT", "amount": 19.0})

    def take(self, *payloads):
        """Import orders as the job does and return their records."""
        orders = self.env["hemi.amazon.order"]
        orders._take_page(self.account, payloads)
        names = [payload["orderId"] for payload in payloads]
        return orders.search([("account_id", "=", self.account.id), ("name", "in", names)], order="name")


@tagged("post_install", "-at_install")
class TestOrderImport(OrderCase):
    def test_lines_buyer_and_total(self):
        listing = self.make_listing("LAMP-1")
        order = self.take(make_payload())
        sale_order = order.sale_order_id
        self.assertEqual(order.state, "imported", order.error)
        self.assertEqual(sale_order.state, "sale")
        self.assertEqual(sale_order.date_order, order.purchased_at)
        self.assertEqual(sale_order.currency_id.name, "EUR")
        self.assertAlmostEqual(sale_order.amount_total, 104.79)
        lamp, shipping = sale_order.order_line
        self.assertEqual(
            (lamp.product_id, lamp.product_uom_qty, lamp.price_total), (listing.product_id, 2, 99.80)
        )
        self.assertEqual((lamp.hemi_amazon_item, lamp.hemi_amazon_component), ("40212345671234", "Principal"))
        self.assertEqual((shipping.price_total, shipping.hemi_amazon_component), (4.99, "Shipping"))
        self.assertEqual(sale_order.partner_id.name, "Erika Muster")
        self.assertEqual(sale_order.partner_shipping_id.street2, "Hinterhaus")
        self.assertEqual(sale_order.picking_ids.move_ids.product_id, listing.product_id)

    def test_the_same_order_again_changes_nothing(self):
        self.make_listing("LAMP-1")
        first = self.take(make_payload())
        sale_order = first.sale_order_id
        again = self.take(make_payload(), make_payload())
        self.assertEqual(again, first)
        self.assertEqual(again.sale_order_id, sale_order)
        self.assertEqual(self.env["sale.order"].search_count([("client_order_ref", "=", first.name)]), 1)

    def test_a_second_order_finds_the_buyer_and_the_address_again(self):
        one, two = (
            self.take(make_payload(name)).sale_order_id
            for name in ("402-1234567-1234567", "402-1234567-7654321")
        )
        self.assertEqual(one.partner_id, two.partner_id)
        self.assertEqual(one.partner_shipping_id, two.partner_shipping_id)

    def test_unknown_sku_is_a_line_and_an_activity(self):
        order = self.take(make_payload())
        self.assertEqual(order.state, "imported")
        line = order.sale_order_id.order_line[0]
        self.assertEqual(line.product_id, self.env.ref("hemi_amazon_sp.product_unknown_sku"))
        self.assertEqual(line.hemi_amazon_sku, "LAMP-1")
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assertIn("LAMP-1", order.sale_order_id.activity_ids.summary)
        self.assertAlmostEqual(order.sale_order_id.amount_total, 104.79)

    def test_taxes_of_the_product_are_found_in_the_price(self):
        listing = self.make_listing("LAMP-1")
        tax = self.env["account.tax"].create(
            {"name": "VAT 19", "amount": 19.0, "company_id": self.env.company.id}
        )
        listing.product_id.taxes_id = tax
        sale_order = self.take(make_payload()).sale_order_id
        self.assertAlmostEqual(sale_order.amount_total, 104.79)
        self.assertEqual(sale_order.order_line[0].tax_ids, tax)
        self.assertAlmostEqual(sale_order.order_line[0].price_tax, 15.93)

    def test_one_broken_order_does_not_stop_the_rest(self):
        broken = make_payload("402-0000000-0000001")
        del broken["orderItems"][0]["quantityOrdered"]
        good = make_payload("402-0000000-0000002")
        first, second = self.take(broken, good)
        self.assertEqual((first.state, second.state), ("failed", "imported"))
        self.assertIn("quantityOrdered", first.error)
        self.assertFalse(first.sale_order_id)

    def test_a_failed_order_is_imported_when_it_is_mended(self):
        broken = make_payload()
        del broken["orderItems"][0]["quantityOrdered"]
        self.take(broken)
        order = self.take(make_payload())
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertFalse(order.sudo().payload_encrypted)

    def test_pending_waits(self):
        self.make_listing("LAMP-1")
        pending = make_payload()
        pending["fulfillment"]["fulfillmentStatus"] = "PENDING"
        del pending["buyer"], pending["recipient"], pending["proceeds"]
        order = self.take(pending)
        self.assertEqual((order.state, order.sale_order_id.id), ("waiting", False))
        order = self.take(make_payload(lastUpdatedTime="2026-11-20T11:00:00Z"))
        self.assertEqual((order.state, order.sale_order_id.state), ("imported", "sale"))

    def test_cancelled_at_amazon_is_cancelled_here_and_not_sent_back(self):
        order = self.take(make_payload())
        changed = make_payload(lastUpdatedTime="2026-11-20T12:00:00Z")
        changed["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
        self.take(changed)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertFalse(order.message_ids)

    def test_an_older_state_of_an_order_changes_nothing(self):
        self.make_listing("LAMP-1")
        order = self.take(make_payload(lastUpdatedTime="2026-11-20T12:00:00Z"))
        old = make_payload(lastUpdatedTime="2026-11-20T11:00:00Z")
        old["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
        self.take(old)
        self.assertEqual((order.status, order.sale_order_id.state), ("UNSHIPPED", "sale"))

    def test_fulfilled_by_amazon_is_no_work_for_the_warehouse(self):
        self.make_listing("LAMP-1")
        payload = make_payload(fulfillment={"fulfillmentStatus": "SHIPPED", "fulfilledBy": "AMAZON"})
        payload["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 2, "quantityUnfulfilled": 0}
        sale_order = self.take(payload).sale_order_id
        self.assertEqual(sale_order.picking_ids.state, "done")
        self.assertEqual(sale_order.picking_ids.location_id, self.account.fba_location_id)
        self.assertEqual(sale_order.order_line[0].qty_delivered, 2)
        self.assertFalse(self.env["hemi.amazon.feed.message"].search([]))


@tagged("post_install", "-at_install")
@unittest.skipUnless(MODELS, "SPAPI_MODELS is not set: Amazon's own sandbox orders are not read")
class TestSandboxOrders(OrderCase):
    def test_every_sandbox_order_arrives_to_the_cent(self):
        payloads = list(sandbox_orders())
        self.assertGreaterEqual(len(payloads), 6)
        records = {record.name: record for record in self.take(*payloads)}
        for payload in payloads:
            with self.subTest(order=payload["orderId"]):
                self.check_order(records[payload["orderId"]], payload)

    def check_order(self, record, payload):
        self.assertEqual(record.state, "imported", record.error)
        sale_order, total = record.sale_order_id, payload["proceeds"]["grandTotal"]
        self.assertEqual(sale_order.currency_id.name, total["currencyCode"])
        self.assertEqual(
            Decimal(str(sale_order.currency_id.round(sale_order.amount_total))), Decimal(total["amount"])
        )
        self.assertFalse(
            sale_order.order_line.filtered(
                lambda line: line.product_id == self.env.ref("hemi_amazon_sp.product_rounding")
            )
        )
        lines = {
            line.hemi_amazon_item: line
            for line in sale_order.order_line
            if line.hemi_amazon_component == "Principal"
        }
        self.assertEqual(set(lines), {item["orderItemId"] for item in payload["orderItems"]})
        for item in payload["orderItems"]:
            line = lines[item["orderItemId"]]
            [amount] = [
                part["subtotal"]["amount"]
                for part in item["proceeds"]["breakdowns"]
                if part["type"] == "ITEM"
            ]
            self.assertEqual(
                (line.product_uom_qty, line.hemi_amazon_sku),
                (item["quantityOrdered"], item["product"]["sellerSku"]),
            )
            untaxed = sale_order.order_line.filtered(
                lambda part, item=line.hemi_amazon_item: (
                    part.hemi_amazon_item == item
                    and part.product_id == self.env.ref("hemi_amazon_sp.product_missing_tax")
                )
            )
            self.assertAlmostEqual(
                line.price_total + sum(untaxed.mapped("price_total")) - tax_on_top(item), float(amount)
            )
