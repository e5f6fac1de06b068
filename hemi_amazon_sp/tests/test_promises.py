"""What is promised when things go wrong: nothing twice, nothing lost, and a person who knows what to do."""

import base64
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.documents.report import Report, Result
from odoo.addons.hemi_amazon_sp.amazon.errors import AmazonError
from odoo.tests import tagged

from .common import MERCHANT_ID
from .common_simulator import GERMANY, SimulatorCase


@tagged("post_install", "-at_install")
class TestPromises(SimulatorCase):
    def books(self):
        return self.world.books(MERCHANT_ID)

    def feed_of(self, flow):
        return self.env["hemi.amazon.feed"].search([("flow", "=", flow)], limit=1)

    # --- feeds that were lost sight of

    def test_a_report_about_other_messages_is_not_believed(self):
        picking = self.deliver(self.place_order())
        self.run_job()
        feed = self.feed_of("ship")
        foreign = Report(results={999_999_999: [Result("error", "1", "of somebody else")]})
        self.patch(type(feed), "_read_report", lambda feed, run, document: foreign)
        self.run_job(2)
        self.assertEqual(feed.state, "unknown")
        self.assertIn("999999999", feed.error)
        self.assertEqual(picking.hemi_amazon_state, "in_feed")
        self.assertTrue(self.account.activity_ids)

    def test_a_worker_that_comes_back_late_tells_a_person(self):
        self.deliver(self.place_order())
        self.world.add_fault("createFeed", "drop_before", count=3)
        self.run_job()
        feed = self.feed_of("ship")
        feed._dissolve(AmazonError("NotSubmitted", "given up"))
        feed.flush_recordset()
        feed._arrived("50000000099")
        self.assertEqual((feed.state, feed.amazon_feed_id), ("cancelled", "50000000099"))
        self.assertIn("50000000099", self.account.activity_ids[-1].note)

    def test_fatal_without_a_report_is_settled_by_what_amazon_holds(self):
        for effect in ("all", "none"):
            with self.subTest(effect=effect):
                before = len(self.books()["shipments"])
                picking = self.deliver(self.place_order())
                self.world.add_fault("createFeed", "fatal", count=1, seller_id=MERCHANT_ID, effect=effect)
                self.account.write({"update_stock": False, "update_price": False})
                self.settle()
                self.run_job(3)
                self.assertEqual(picking.hemi_amazon_state, "accepted", picking.hemi_amazon_answer)
                self.assertEqual(len(self.books()["shipments"]), before + 1)

    def test_a_stopped_refund_asks_a_person(self):
        self.account.write({"update_stock": False, "update_price": False, "upload_invoices": False})
        sale_order = self.place_order()
        self.deliver(sale_order)
        self.settle()
        self.world.add_fault("createFeed", "fatal", count=1, effect="all")
        credit_note = self.credit(self.invoice(sale_order))
        self.settle()
        self.run_job(3)
        self.assertEqual(credit_note.hemi_amazon_state, "rejected")
        self.assertIn("Seller Central", credit_note.hemi_amazon_answer)
        self.assertEqual(len(self.books()["refunds"]), 1)

    def test_a_stuck_feed_is_shown_and_asked_about_and_the_others_go_on(self):
        picking = self.deliver(self.place_order())
        self.account.write({"update_stock": False, "update_price": False})
        self.world.add_fault("createFeed", "stuck", count=1, seconds=100_000)
        self.run_job(2)
        feed = self.feed_of("ship")
        feed.submitting_at = fields.Datetime.now() - timedelta(hours=3)
        self.assertTrue(feed.is_late)
        self.assertIn(feed, self.env["hemi.amazon.feed"].search([("is_late", "=", True)]))
        feed.submitting_at = fields.Datetime.now() - timedelta(hours=9)
        self.account.write({"update_stock": True, "update_price": True})
        self.run_job(4)
        self.assertTrue(feed.person_asked_at)
        asked = self.account.activity_ids.filtered(lambda activity: "does not finish" in activity.summary)
        self.assertEqual(len(asked), 1)
        self.assertEqual(picking.hemi_amazon_state, "in_feed")
        self.assertTrue(self.lamp.quantity_sent_at)

    # --- money and order

    def test_no_refund_above_what_was_paid(self):
        sale_order = self.place_order()
        self.deliver(sale_order)
        invoice = self.invoice(sale_order)
        self.credit(invoice)
        self.settle()
        self.run_job(3)
        again = self.credit(invoice)
        self.settle()
        self.assertEqual(again.hemi_amazon_state, "rejected")
        self.assertIn("left", again.hemi_amazon_answer)
        self.assertTrue(again.activity_ids)
        [refund] = self.books()["refunds"]
        self.assertEqual(sum(refund["components"].values()), Decimal("45.00"))

    def test_two_refunds_in_one_feed_are_capped_together(self):
        sale_order = self.place_order()
        invoice = self.invoice(sale_order)
        notes = self.credit(invoice) | self.credit(invoice)
        self.deliver(sale_order)
        self.settle()
        self.run_job(3)
        self.assertEqual(sorted(notes.mapped("hemi_amazon_state")), ["accepted", "rejected"])

    def test_what_is_shipped_is_not_cancelled(self):
        sale_order = self.place_order()
        order = sale_order.hemi_amazon_order_id
        sale_order.hemi_amazon_cancel_reason = "NoInventory"
        sale_order.action_cancel()
        order.status = "SHIPPED"
        self.settle()
        self.assertEqual(sale_order.hemi_amazon_state, "rejected")
        self.assertEqual(self.books()["cancellations"], [])

    def test_what_is_cancelled_is_not_shipped(self):
        picking = self.deliver(self.place_order())
        picking.hemi_amazon_order_id.status = "CANCELLED"
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "rejected")
        self.assertEqual(self.books()["shipments"], [])

    def test_stock_and_price_leave_tokens_for_what_cannot_wait(self):
        limiter = self.env["hemi.amazon.quota"]._limiter(self.account)
        with self.enter_registry_test_mode():
            for _number in range(11):
                limiter.take("createFeed")
            self.assertTrue(limiter.wait("createFeed", 5))
            self.assertFalse(limiter.wait("createFeed"))

    def test_an_operation_that_fails_rests_and_recovers(self):
        limiter = self.env["hemi.amazon.quota"]._limiter(self.account)
        with self.enter_registry_test_mode():
            limiter.failed("getFeed")
            first = limiter.wait("getFeed")
            limiter.failed("getFeed")
            self.assertTrue(0 < first <= 15 and limiter.wait("getFeed") > 10)
            quotas = self.env["hemi.amazon.quota"].search([])
            quotas.rests_until = 0
            quotas.flush_recordset()
            limiter.take("getFeed")
            limiter.succeeded("getFeed")
            [quota] = self.env["hemi.amazon.quota"].search([("operation", "=", "getFeed")])
            self.assertEqual(quota.failure_count, 0)

    # --- a person's tools

    def test_preview_writes_and_sends_nothing(self):
        picking = self.deliver(self.place_order())
        feeds = self.env["hemi.amazon.feed"].search_count([])
        action = self.account.action_preview()
        preview = self.env["hemi.amazon.preview"].browse(action["res_id"])
        shipment = preview.line_ids.filtered(lambda line: line.flow == "ship")
        self.assertIn(b"TRACK123", base64.b64decode(shipment.document))
        self.assertIn("<ShipperTrackingNumber>TRACK123</ShipperTrackingNumber>", shipment.text)
        self.assertEqual(self.env["hemi.amazon.feed"].search_count([]), feeds)
        self.assertEqual(picking.hemi_amazon_state, "pending")
        self.assertEqual(self.books()["shipments"], [])

    def test_a_preview_shows_what_can_be_read(self):
        line = self.env["hemi.amazon.preview.line"]
        self.assertEqual(line._readable(b'{"sku": "L1"}'), '{\n  "sku": "L1"\n}')
        self.assertEqual(line._readable(b"%PDF-1.7 ..."), "This is a PDF: download it to look at it.")
        self.assertEqual(len(line._readable(b"{" + b"x" * 2_000_000)), 100_000 + len(" ..."))

    def test_a_paused_account_waits_and_goes_on(self):
        self.account.action_pause()
        sent = len(self.world.calls())
        self.run_job(2)
        self.assertEqual(len(self.world.calls()), sent)
        self.account.action_resume()
        self.settle()
        self.assertEqual(self.books()["stock"]["LAMP-1"]["quantity"], 10)

    def test_a_person_abandons_with_a_reason(self):
        picking = self.deliver(self.place_order())
        picking.hemi_amazon_order_id.status = "CANCELLED"
        self.settle()
        message = picking.hemi_amazon_message_ids
        wizard = self.env["hemi.amazon.abandon"].with_context(active_ids=message.ids)
        wizard.create({"reason": "Called back"}).action_abandon()
        self.assertEqual(message.state, "abandoned")
        self.assertIn("Called back", message.abandon_reason)
        self.assertIn("Called back", picking.message_ids[0].body)
        self.assertFalse(picking.activity_ids)

    def test_the_log_of_calls_tells_of_each_and_holds_no_ids(self):
        self.world.add_fault("createFeed", "server_error", count=1)
        sale_order = self.place_order()
        self.deliver(sale_order)
        self.settle()
        calls = self.env["hemi.amazon.call"].search([("account_id", "=", self.account.id)])
        self.assertIn("createFeed", calls.mapped("operation"))
        self.assertIn("LWA refresh_token", calls.mapped("operation"))
        failed = calls.filtered(lambda call: call.status == 503)
        self.assertTrue(failed and failed[0].error_code)
        self.assertTrue(all(call.request_id for call in calls if call.operation == "getFeed"))
        text = str(calls.read())
        for secret in (sale_order.client_order_ref, "Atza|", "Atzr|"):
            self.assertNotIn(secret, text)
        calls.called_at = "2000-01-01"
        self.env.flush_all()
        self.env["hemi.amazon.call"]._gc_calls()
        self.assertFalse(calls.exists())

    def test_one_odd_record_costs_the_others_nothing(self):
        good, odd = self.deliver(self.place_order()), self.deliver(self.place_order())
        odd.hemi_amazon_message_ids.payload = {"parcel": 0, "items": [["12345678901234", "two"]]}
        self.settle()
        self.assertEqual(good.hemi_amazon_state, "accepted", good.hemi_amazon_answer)
        self.assertEqual(odd.hemi_amazon_state, "rejected")
        self.assertEqual(self.books()["prices"]["LAMP-1"][GERMANY]["amount"], Decimal("20.00"))

    def test_a_listings_feed_that_never_arrived_is_sent_again(self):
        self.world.add_fault("createFeed", "drop_before", count=9)
        self.run_job()
        self.world.clear_faults()
        lost = self.env["hemi.amazon.feed"].search([("flow", "=", "listings")])
        lost.submitting_at -= timedelta(minutes=20)
        self.settle()
        self.run_job(2)
        self.assertEqual(set(lost.mapped("state")), {"cancelled"}, lost.mapped("error"))
        self.assertEqual(self.books()["stock"]["LAMP-1"]["quantity"], 10)
        self.assertEqual(self.books()["prices"]["LAMP-1"][GERMANY]["amount"], Decimal("20.00"))
