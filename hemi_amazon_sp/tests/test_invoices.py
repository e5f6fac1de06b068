"""The loop of invoices: not the upload decides, but whether Amazon took the invoice."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import MERCHANT_ID
from .common_simulator import PRIVATE_TOKEN, SimulatorCase

HOUR = 3600


@tagged("post_install", "-at_install")
class TestInvoices(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.account.write({"update_stock": False, "update_price": False})

    def enroll(self, invoicing, vat_calculation):
        """Enroll the seller in the VAT Calculation Service, at Amazon and here."""
        self.register_seller(MERCHANT_ID, PRIVATE_TOKEN, ["LAMP-1"], vat_calculation=vat_calculation)
        self.account.invoicing = invoicing
        self.world.set_limit("createReport", 100, 1000)
        self.world.set_limit("getReportDocument", 100, 1000)

    def upload(self):
        """Ship and invoice an order until Amazon's feed has taken the invoice."""
        sale_order = self.place_order()
        self.deliver(sale_order)
        self.settle()
        invoice = self.invoice(sale_order)
        self.settle()
        return invoice

    def read_report(self):
        """Let hours pass and the report be asked for and read."""
        reports = self.env["hemi.amazon.report"]
        for report in reports.search([]):
            report.asked_at -= timedelta(hours=7)
        self.world.advance(6 * HOUR)
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        for _turn in range(4):
            reports.search([("state", "=", "asked")]).next_check_at = fields.Datetime.now()
            self.run_job()
        return reports.search([("kind", "=", "invoice")], limit=1)

    def test_without_the_service_the_feed_decides(self):
        invoice = self.upload()
        self.assertEqual(invoice.hemi_amazon_invoice_status, "taken")
        self.assertTrue(invoice.hemi_amazon_invoice_due_at > fields.Datetime.now())
        self.assertFalse(self.env["hemi.amazon.report"].search([("kind", "=", "invoice")]))

    def test_with_the_service_the_report_decides(self):
        self.enroll("vcs", "seller")
        invoice = self.upload()
        self.assertEqual(invoice.hemi_amazon_state, "accepted", invoice.hemi_amazon_answer)
        self.assertEqual(invoice.hemi_amazon_invoice_status, "uploaded")
        report = self.read_report()
        self.assertEqual((report.state, report.error), ("done", False))
        self.assertTrue(report.row_count)
        self.assertEqual(invoice.hemi_amazon_invoice_status, "taken")

    def test_a_refused_invoice_is_shown_with_amazons_reason(self):
        self.enroll("vcs", "seller")
        sale_order = self.place_order()
        self.world.refuse_invoice(MERCHANT_ID, sale_order.client_order_ref, "The total does not match.")
        self.deliver(sale_order)
        self.settle()
        invoice = self.invoice(sale_order)
        self.settle()
        self.assertEqual(invoice.hemi_amazon_invoice_status, "uploaded")
        self.read_report()
        self.assertEqual(invoice.hemi_amazon_invoice_status, "refused")
        self.assertIn("The total does not match.", invoice.hemi_amazon_answer)
        self.assertTrue(invoice.activity_ids)

    def test_amazon_invoices_one_order(self):
        sale_order = self.place_order(programs=["INVOICE_BY_AMAZON"])
        self.assertTrue(sale_order.hemi_amazon_order_id.invoiced_by_amazon)
        sale_order.hemi_amazon_order_id.invoiced_by_amazon = False  # Amazon said it only by its refusal
        invoice = self.invoice(sale_order)
        self.settle()
        self.assertEqual(invoice.hemi_amazon_invoice_status, "amazon")
        self.assertEqual(invoice.hemi_amazon_state, "superseded")
        self.assertFalse(invoice.activity_ids)
        self.assertEqual(len(self.account.activity_ids), 1)
        self.assertEqual(self.feeds_of_invoices().state, "done")

    def test_amazon_invoices_all_orders(self):
        self.account.invoicing = "amazon"
        invoice = self.invoice(self.place_order())
        self.settle()
        self.assertEqual(invoice.hemi_amazon_invoice_status, "amazon")
        self.assertFalse(self.feeds_of_invoices())

    def test_a_missing_invoice_is_asked_for_once_before_the_deadline(self):
        self.enroll("vcs", "seller")
        sale_order = self.place_order()
        self.deliver(sale_order)
        self.settle()
        shipment = self.messages("ship")
        self.read_report()
        self.assertFalse(sale_order.activity_ids, "there is time")
        shipment.answered_at = fields.Datetime.now() - timedelta(hours=17)
        self.read_report()
        self.read_report()
        self.assertEqual(len(sale_order.activity_ids), 1)
        self.assertIn(sale_order.client_order_ref, sale_order.activity_ids.summary)

    def test_a_report_that_cannot_be_read_is_shown_and_asked_for_again(self):
        self.enroll("vcs", "seller")
        invoice = self.upload()
        self.patch(self.env.registry["hemi.amazon.report.invoice"], "_take", lambda *_arguments: 1 // 0)
        report = self.read_report()
        self.assertEqual(report.state, "failed")
        self.assertIn("ZeroDivisionError", report.error)
        self.assertEqual(invoice.hemi_amazon_invoice_status, "uploaded")
        self.assertFalse(self.account.last_error)

    def feeds_of_invoices(self):
        return self.env["hemi.amazon.feed"].search([("flow", "=", "invoice")])
