"""The order shapes' expectations, computed once more from Amazon's JSON alone."""

import json
import unittest
from decimal import Decimal

from odoo.tests import tagged

from .test_order_shapes import FILES

TAX_APART = ("Tax Collected by Amazon", "Amazon Tax Without Odoo Tax")
# Amazon states no tax of this fee; it is taxed as the item: 330 yen with 10 %
FEE_TAX = {"jp_cash_on_delivery": 30}
CHARGES = ("Amazon ", "Tax ")  # products of charges begin so, those of the seller do not


def taxes_told(item):
    """Add up what Amazon says of an item's tax."""
    parts = item.get("proceeds", {}).get("breakdowns", ())
    return sum((Decimal(part["subtotal"]["amount"]) for part in parts if part["type"] == "TAX"), Decimal(0))


def is_facilitator(item):
    collections = item.get("tax", {}).get("taxCollections", ())
    return any(collection["model"] == "MARKETPLACE_FACILITATOR" for collection in collections)


def components(item):
    """Give the number of components that Amazon rounds, one per unit and charge."""
    charges = [part for part in item.get("proceeds", {}).get("breakdowns", ()) if part["type"] != "TAX"]
    return item["quantityOrdered"] + len(charges)


@tagged("post_install", "-at_install")
class TestShapesAddUp(unittest.TestCase):
    def shapes(self):
        """Give name, order and expectation of all shapes that become a sale order."""
        for path in FILES:
            shape = json.loads(path.read_text())
            if shape["expected"]["lines"]:
                yield path.stem, shape["order"], shape["expected"]

    def test_the_total_is_what_the_buyer_paid(self):
        for name, order, expected in self.shapes():
            with self.subTest(shape=name):
                total = Decimal(expected["total"].split()[1])
                paid = order.get("proceeds", {}).get("grandTotal")
                if paid is None:  # pending, or a replacement: the price of the items stands in
                    prices = (
                        Decimal(item["product"].get("price", {}).get("unitPrice", {}).get("amount", 0))
                        * item["quantityOrdered"]
                        for item in order["orderItems"]
                    )
                    self.assertEqual(total, sum(prices))
                else:
                    self.assertEqual(total, Decimal(paid["amount"]))
                # Odoo rounds the taxes of an order as a whole, the lines each for itself
                lines = sum(Decimal(amount) for _product, _quantity, amount in expected["lines"])
                self.assertLessEqual(abs(lines - total), Decimal("0.01"))

    def test_the_quantities_are_what_is_to_be_delivered(self):
        for name, order, expected in self.shapes():
            with self.subTest(shape=name):
                wanted = sum(
                    item["fulfillment"]["quantityFulfilled"] + item["fulfillment"]["quantityUnfulfilled"]
                    for item in order["orderItems"]
                )
                own = (line for line in expected["lines"] if not line[0].startswith(CHARGES))
                self.assertEqual(sum(quantity for _product, quantity, _amount in own), wanted)

    def test_the_taxes_are_amazons(self):
        for name, order, expected in self.shapes():
            with self.subTest(shape=name):
                items, told = order["orderItems"], sum(map(taxes_told, order["orderItems"]))
                ours = sum(map(Decimal, expected["taxes"].values()), Decimal(0))
                apart = sum(Decimal(line[2]) for line in expected["lines"] if line[0] in TAX_APART)
                if all(map(is_facilitator, items)):
                    self.assertEqual((ours, apart), (0, told), "tax that Amazon collects is none of ours")
                elif told:
                    step = Decimal(1) if expected["total"].startswith("JPY") else Decimal("0.01")
                    slack = step * sum(map(components, items)) / 2
                    self.assertLessEqual(abs(ours + apart - told - FEE_TAX.get(name, 0)), slack)
