"""Moving in from another connector: accounts, listings and open orders from files, nothing sent twice."""

import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import MERCHANT_ID
from .common_simulator import GERMANY, SimulatorCase

HEAD = "merchant_id,amazon_order,sales_order"


@tagged("post_install", "-at_install")
class TestTakeOver(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.account.write({"update_stock": False, "update_price": False})

    def sell(self, quantity=2):
        """A buyer orders at Amazon; another connector made the sale order."""
        item = {"sku": "LAMP-1", "quantity": quantity, "unitPrice": "20.00", "shipping": "5.00"}
        number = self.world.place_order(
            MERCHANT_ID, {"marketplaceId": GERMANY, "items": [item], "createdHoursAgo": 24}
        )
        sale_order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Known before"}).id,
                "client_order_ref": number,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.lamp.product_id.id,
                            "product_uom_qty": quantity,
                            "price_unit": 19,
                            "tax_ids": [],
                        }
                    )
                ],
            }
        )
        sale_order.action_confirm()
        return number, sale_order

    def take_over(self, *rows):
        text = "\n".join([HEAD, *(",".join(row) for row in rows)])
        wizard = Form(self.env["hemi.amazon.take.over"])
        wizard.file = base64.b64encode(text.encode())
        return wizard.save().action_take_over()

    def order(self, number):
        return self.env["hemi.amazon.order"].search([("name", "=", number)])

    def test_an_order_of_another_connector_is_shipped_from_here(self):
        number, sale_order = self.sell()
        self.take_over((MERCHANT_ID, number, sale_order.name))
        self.run_job()
        record = self.order(number)
        self.assertEqual((record.state, record.sale_order_id), ("imported", sale_order), record.error)
        self.assertEqual(sale_order.partner_id.name, "Known before")
        self.assertEqual(sale_order.amount_total, 38, "its prices stay")
        self.assertEqual(self.env["sale.order"].search_count([("client_order_ref", "=", number)]), 1)
        self.deliver(sale_order)
        self.settle()
        [shipment] = self.world.books(MERCHANT_ID)["shipments"]
        self.assertEqual(shipment["orderId"], number)

    def test_what_was_shipped_before_is_not_told_again(self):
        number, sale_order = self.sell()
        self.deliver(sale_order)
        self.take_over((MERCHANT_ID, number, sale_order.name))
        self.settle()
        self.assertEqual(self.order(number).state, "imported")
        self.assertFalse(self.world.books(MERCHANT_ID)["shipments"])
        self.assertFalse(self.order(number).message_ids)

    def test_a_file_that_is_read_twice_changes_nothing(self):
        number, sale_order = self.sell()
        for _time in range(2):
            self.take_over((MERCHANT_ID, number, sale_order.name))
            self.settle()
        self.assertEqual(len(self.order(number)), 1)
        self.assertEqual(len(sale_order.order_line.filtered("hemi_amazon_item")), 1)

    def test_an_order_that_is_not_in_odoo_is_fetched(self):
        number, sale_order = self.sell()
        sale_order._action_cancel()
        self.take_over((MERCHANT_ID, number, ""))
        self.run_job()
        self.assertEqual(self.order(number).state, "imported")
        self.assertNotEqual(self.order(number).sale_order_id, sale_order)

    def test_an_order_whose_lines_do_not_fit_asks_a_person(self):
        number, sale_order = self.sell()
        self.lamp.product_id = self.other_lamp.product_id
        self.take_over((MERCHANT_ID, number, sale_order.name))
        self.run_job()
        record = self.order(number)
        self.assertEqual(record.state, "failed")
        self.assertIn(f"{sale_order.name} has no line with 2 of the product", record.error)
        self.lamp.product_id = sale_order.order_line.product_id
        record.action_retry()
        self.run_job()
        self.assertEqual(record.state, "imported")

    def test_cancelled_at_amazon_cancels_here(self):
        number, sale_order = self.sell()
        self.take_over((MERCHANT_ID, number, sale_order.name))
        self.run_job()
        self.world.change_order(MERCHANT_ID, number, {"fulfillment": {"fulfillmentStatus": "CANCELLED"}})
        self.settle()
        self.assertEqual(sale_order.state, "cancel")

    def test_files_that_cannot_be_understood_change_nothing(self):
        number, sale_order = self.sell()
        good = (MERCHANT_ID, number, sale_order.name)
        for row, words in {
            ("A0NOBODY00", number, ""): "Line 3: A0NOBODY00 is the Merchant ID of no account",
            (MERCHANT_ID, "12", ""): "Line 3: 12 is no order number",
            (MERCHANT_ID, "302-1234567-1234567", "S99999"): "Line 3: There is no sales order S99999",
        }.items():
            with self.subTest(row), self.assertRaisesRegex(UserError, words):
                self.take_over(good, row)
            self.assertFalse(self.order(number))
        wizard = self.env["hemi.amazon.take.over"]
        for content, words in ((b"a,b\n1,2", "no column merchant_id"), ("ä".encode("latin1"), "UTF-8")):
            with self.assertRaisesRegex(UserError, words):
                wizard.create({"file": base64.b64encode(content)}).action_take_over()

    def test_accounts_from_a_file(self):
        fields = ["merchant_id", "client_email", "home_marketplace_id", "name"]
        rows = [
            [MERCHANT_ID, "other@seller.example", "Germany", "Renamed"],
            ["A2NEWSELLER001", "new@seller.example", "Germany", "New"],
        ]
        result = self.env["hemi.amazon.account"].load(fields, rows)
        self.assertEqual(result["messages"], [])
        self.assertEqual((self.account.name, self.account.client_email), ("Renamed", "other@seller.example"))
        new = self.env["hemi.amazon.account"].search([("merchant_id", "=", "A2NEWSELLER001")])
        self.assertEqual((new.name, new.state), ("New", "not_authorised"))
