"""500 orders of which 25 are broken, each in its own way: none of them stops another one."""

import copy
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_simulator import FRANCE, GERMANY, MERCHANT_ID, SimulatorCase

ALL, BROKEN = 500, 25
SILENT = "odoo.addons.hemi_amazon_sp.models.order_failures"


def without(*path):
    """Break an order by leaving a field out."""
    *way, last = path

    def damage(order):
        del follow(order, way)[last]

    return damage


def with_value(value, *path):
    """Break an order by a value that Amazon's model does not allow."""
    *way, last = path

    def damage(order):
        follow(order, way)[last] = value

    return damage


def follow(order, way):
    for key in way:
        order = order[key]
    return order


def in_currency(code):
    """Give all amounts of an order another currency."""

    def damage(value):
        for part in value.values() if isinstance(value, dict) else value:
            if isinstance(part, dict | list):
                damage(part)
        if isinstance(value, dict) and "currencyCode" in value:
            value["currencyCode"] = code

    return damage


ITEM = ("orderItems", 0)
SUBTOTAL = (*ITEM, "proceeds", "breakdowns", 0, "subtotal")
# what is done to the order, and what must be said about it
DAMAGES = [
    (without("orderItems"), "order.orderItems is missing"),
    (without("createdTime"), "order.createdTime is missing"),
    (without("lastUpdatedTime"), "order.lastUpdatedTime is missing"),
    (without("salesChannel"), "order.salesChannel is missing"),
    (without(*ITEM, "quantityOrdered"), r"order.orderItems\[0\].quantityOrdered is missing"),
    (without(*ITEM, "product"), r"order.orderItems\[0\].product is missing"),
    (without(*ITEM, "orderItemId"), r"order.orderItems\[0\].orderItemId is missing"),
    (without(*SUBTOTAL, "currencyCode"), "subtotal.currencyCode is missing"),
    (with_value("two lamps", "orderItems"), "order.orderItems is not a list"),
    (with_value([], "orderItems"), "shows no items"),
    (with_value("2", *ITEM, "quantityOrdered"), "quantityOrdered is not a whole number"),
    (with_value(-2, *ITEM, "quantityOrdered"), "quantityOrdered is not a number of units"),
    (with_value(True, *ITEM, "quantityOrdered"), "quantityOrdered is not a number of units"),
    (with_value(10**12, *ITEM, "quantityOrdered"), "quantityOrdered is not a number of units"),
    (with_value("NaN", *SUBTOTAL, "amount"), "subtotal.amount is not a number of money"),
    (with_value("12,50", *SUBTOTAL, "amount"), "subtotal.amount is not a number"),
    (with_value("USD", *SUBTOTAL, "currencyCode"), "currencyCode differs from the currency of the order"),
    (with_value("2026-13-45T00:00:00Z", "createdTime"), "order.createdTime is not a date and time"),
    (with_value("0001-01-01T00:00:00Z", "createdTime"), "order.createdTime lies in the year 1"),
    (
        with_value("9999-12-31T23:59:59Z", "fulfillment", "shipByWindow", "latestDateTime"),
        "shipByWindow.latestDateTime lies in the year 9999",
    ),
    (
        with_value("A0FOREIGNMARKET", "salesChannel", "marketplaceId"),
        "not known here: A0FOREIGNMARKET. Add it",
    ),
    (with_value("BEAMED", "fulfillment", "fulfillmentStatus"), "calls the order BEAMED, which this version"),
    (in_currency("XXX"), "currency that Odoo does not have: XXX. Create it"),
]
# what other addons and the database do to an order that is in order
BLOCKED, DOUBLED = "Blocked Buyer", "Doubled Buyer"
FOREIGN = {
    BLOCKED: "This customer may not buy. Ask the accountant.",
    DOUBLED: "Odoo cannot store the order: There is a marketplace with this Marketplace ID already.",
}
# odd, but nothing that a person could mend: imported
ODD = {"Nul\0Name": "NulName"}


@tagged("post_install", "-at_install")
class TestFiveHundred(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.stock(self.lamp, 1000)
        self.numbers = [self.place(GERMANY if number % 3 else FRANCE) for number in range(ALL - len(FOREIGN))]
        self.reasons = {self.place(GERMANY, name): reason for name, reason in FOREIGN.items()}
        self.numbers += self.reasons
        for position, (damage, reason) in enumerate(DAMAGES):
            number = self.numbers[position * 19]
            self.garble(number, damage)
            self.reasons[number] = reason
        self.odd = dict(zip(self.numbers[1:], ODD, strict=False))
        for number, name in self.odd.items():
            self.garble(number, with_value(name, "buyer", "buyerName"))
        self.assertEqual((len(set(self.numbers)), len(self.reasons)), (ALL, BROKEN))

    def place(self, marketplace, buyer=None):
        values = {"buyer": buyer} if buyer else {}
        items = [{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}]
        return self.world.place_order(MERCHANT_ID, {"marketplaceId": marketplace, "items": items} | values)

    def garble(self, number, damage):
        shown = copy.deepcopy(self.world.orders.find(MERCHANT_ID, number).data)
        damage(shown)
        self.world.garble_order(MERCHANT_ID, number, shown)

    def other_addons(self):
        """Another addon blocks a customer, and one breaks a constraint of the database."""
        importer = type(self.env["hemi.amazon.order.import"])
        prepare_order = importer._prepare_order

        def refusing(importer, record, order):
            if order.buyer.name == BLOCKED:
                raise UserError(FOREIGN[BLOCKED])
            if order.buyer.name == DOUBLED:
                importer.env.ref("hemi_amazon_sp.marketplace_de").sudo().copy()
            return prepare_order(importer, record, order)

        return patch.object(importer, "_prepare_order", refusing)

    def orders(self):
        return self.env["hemi.amazon.order"].search([("account_id", "=", self.account.id)])

    def activities(self):
        kind = self.env.ref("hemi_amazon_sp.mail_activity_type_failed_orders")
        return self.account.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def test_500(self):
        with self.other_addons(), mute_logger(SILENT, "odoo.sql_db"):
            self.run_job()
        self.check_475()
        for number in set(self.reasons) & set(self.numbers[:-2]):
            self.world.change_order(MERCHANT_ID, number, {"programs": ["PRIME"]})
        self.orders().action_retry()
        self.run_job()
        self.check_500()

    def check_475(self):
        failed = self.orders().filtered(lambda order: order.state == "failed")
        self.assertFalse(self.account.last_error)
        missing = {reason for number, reason in self.reasons.items() if number not in failed.mapped("name")}
        self.assertFalse(missing)
        for order in failed:
            self.assertRegex(order.error, self.reasons[order.name])
            self.assertNotIn("unexpected", order.error)
            self.assertFalse(order.sale_order_id)
        imported = self.orders() - failed
        self.assertEqual(len(imported), ALL - BROKEN)
        self.assertEqual(set(imported.sale_order_id.mapped("state")), {"sale"})
        for number, name in self.odd.items():
            order = imported.filtered(lambda order, number=number: order.name == number)
            self.assertEqual(order.sale_order_id.partner_id.name, ODD[name])
        self.assertEqual(self.activities().summary, f"Amazon orders that could not be imported: {BROKEN}")

    def check_500(self):
        self.assertEqual(set(self.orders().mapped("state")), {"imported"}, self.orders().mapped("error"))
        self.assertEqual(len(self.orders().sale_order_id), ALL)
        self.assertEqual(set(self.orders().sale_order_id.mapped("amount_total")), {20.0})
        self.assertFalse(self.activities())
        self.assertFalse(any(self.orders().sudo().mapped("payload_encrypted")))
