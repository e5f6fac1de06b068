"""Returns that Amazon reports: one receipt and one draft credit note each, once."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import MERCHANT_ID
from .common_simulator import SimulatorCase


@tagged("post_install", "-at_install")
class TestReturns(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.account.write({"update_stock": False, "update_price": False, "upload_invoices": False})
        for operation in ("createReport", "getReportDocument"):
            self.world.set_limit(operation, 100, 1000)

    def sell(self, quantity=2, invoiced=True):
        """Sell and ship an order."""
        sale_order = self.place_order(
            [{"sku": "LAMP-1", "quantity": quantity, "unitPrice": "20.00", "shipping": "5.00"}]
        )
        self.deliver(sale_order)
        if invoiced:
            self.invoice(sale_order)
        self.settle()
        return sale_order

    def send_back(self, sale_order, quantity, **columns):
        items = [{"sku": "LAMP-1", "quantity": quantity, "reason": "CR-DEFECTIVE"}]
        self.world.request_return(MERCHANT_ID, sale_order.client_order_ref, items, columns)
        self.read_reports()
        return self.env["hemi.amazon.return"].search([], order="id")

    def read_reports(self):
        reports = self.env["hemi.amazon.report"]
        for report in reports.search([]):
            report.asked_at -= timedelta(hours=7)
        for _turn in range(4):
            reports.search([("state", "=", "asked")]).next_check_at = fields.Datetime.now()
            self.run_job()
        self.assertFalse(reports.search([("state", "=", "failed")]), reports.search([]).mapped("error"))

    def test_a_return_becomes_a_receipt_and_a_draft_credit_note_once(self):
        sale_order = self.sell()
        back = self.send_back(sale_order, 1)
        self.read_reports()
        self.assertEqual(
            (back.state, back.quantity, back.reason), ("booked", 1, "CR-DEFECTIVE"), back.problem
        )
        self.assertEqual(len(back.picking_ids), 1)
        self.assertEqual(back.picking_ids.picking_type_code, "incoming")
        self.assertEqual(back.picking_ids.state, "assigned")
        self.assertEqual(back.picking_ids.move_ids.product_uom_qty, 1)
        self.assertEqual(back.credit_note_id.state, "draft")
        self.assertEqual(back.credit_note_id.amount_total, 20.0)
        self.assertEqual(back.credit_note_id.reversed_entry_id, sale_order.invoice_ids - back.credit_note_id)
        self.assertEqual(self.env["hemi.amazon.return"].search_count([]), 1)
        self.assertEqual(back.action_open_receipts()["res_id"], back.picking_ids.id)
        self.assertEqual(back.action_open_credit_note()["res_id"], back.credit_note_id.id)
        self.assertEqual(back.action_open_sale_order()["res_id"], sale_order.id)

    def test_the_posted_credit_note_refunds_the_buyer(self):
        back = self.send_back(self.sell(), 1)
        back.credit_note_id.action_post()
        self.settle()
        [refund] = self.world.books(MERCHANT_ID)["refunds"]
        self.assertEqual(
            {name: str(amount) for name, amount in refund["components"].items()}, {"Principal": "20.00"}
        )

    def test_what_is_refunded_already_is_not_refunded_again(self):
        back = self.send_back(self.sell(), 1, **{"Refunded Amount": "20.00"})
        self.assertTrue(back.is_refunded)
        back.credit_note_id.action_post()
        self.settle()
        self.assertEqual(self.world.books(MERCHANT_ID)["refunds"], [])

    def test_without_an_invoice_there_is_only_the_receipt(self):
        back = self.send_back(self.sell(invoiced=False), 2)
        self.assertEqual(back.state, "booked")
        self.assertTrue(back.picking_ids)
        self.assertFalse(back.credit_note_id)

    def test_a_return_before_the_delivery_waits_for_it(self):
        sale_order = self.place_order()
        order_id = sale_order.client_order_ref
        self.world.change_order(MERCHANT_ID, order_id, {"fulfillment": {"fulfillmentStatus": "SHIPPED"}})
        back = self.send_back(sale_order, 1)
        self.assertEqual(back.state, "waiting")
        self.assertIn("not delivered", back.problem)
        sale_order.action_amazon_release()
        self.deliver(sale_order)
        self.read_reports()
        self.assertEqual(back.state, "booked")

    def test_more_than_was_delivered_asks_a_person_and_stops_nobody(self):
        sale_order, other = self.sell(), self.sell(1)
        picking = sale_order.picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        wizard._create_return()  # booked by hand before Amazon reported it
        self.world.request_return(
            MERCHANT_ID, other.client_order_ref, [{"sku": "LAMP-1", "quantity": 1, "reason": "CR-SWITCHEROO"}]
        )
        self.send_back(sale_order, 2)
        records = self.env["hemi.amazon.return"].search([], order="quantity")
        self.assertEqual(records.mapped("state"), ["booked", "failed"])
        self.assertIn("have not come back yet", records[1].problem)
        self.read_reports()
        self.assertEqual(len(sale_order.activity_ids), 1)
        records[1].action_ignore()
        self.assertEqual(records[1].state, "ignored")

    def test_a_return_to_amazon_is_received_there_and_refunds_nobody_again(self):
        lamp = self.lamp.product_id
        sale_order = self.place_order(fulfilledBy="AMAZON", fulfillmentStatus="SHIPPED")
        location = self.account.fba_location_id
        self.assertEqual(sale_order.picking_ids.state, "done")
        self.invoice(sale_order)
        before = lamp.with_context(location=location.id).qty_available
        items = [{"sku": "LAMP-1", "quantity": 1, "reason": "DEFECTIVE"}]
        self.world.receive_fba_return(MERCHANT_ID, sale_order.client_order_ref, items)
        self.read_reports()
        back = self.env["hemi.amazon.return"].search([])
        self.assertEqual((back.state, back.fulfilled_by), ("booked", "AMAZON"), back.problem)
        self.assertEqual(back.picking_ids.state, "done")
        self.assertEqual(lamp.with_context(location=location.id).qty_available, before + 1)
        self.assertTrue(back.credit_note_id.hemi_amazon_refunded)
        back.credit_note_id.action_post()
        self.settle()
        self.assertEqual(self.world.books(MERCHANT_ID)["refunds"], [])
