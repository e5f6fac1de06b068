"""What is promised when Amazon stops, cancels or forgets a feed, answers oddly, or does not know a SKU."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.documents import xml
from odoo.addons.hemi_amazon_sp.amazon.documents.report import Report, Result
from odoo.addons.hemi_amazon_sp.amazon.errors import BAD_ANSWER, AmazonError
from odoo.addons.hemi_amazon_sp.models.feed_results import MANY_FAILURES
from odoo.tests import tagged

from .common import MERCHANT_ID
from .common_simulator import FRANCE, GERMANY, SimulatorCase


@tagged("post_install", "-at_install")
class TestPromisesFeeds(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.account.write({"update_stock": False, "update_price": False, "upload_invoices": False})

    def books(self):
        return self.world.books(MERCHANT_ID)

    def feeds_of(self, flow):
        return self.env["hemi.amazon.feed"].search([("flow", "=", flow)])

    def deliver_two(self, **first):
        """Have two orders in one feed of shipments."""
        orders = self.place_order(**first), self.place_order()
        return [self.deliver(order) for order in orders]

    def refund(self):
        [note] = self.refund_several(1)
        return note

    def refund_several(self, count):
        """Ship orders and post a credit note about the goods of each."""
        orders = [self.place_order() for _number in range(count)]
        for order in orders:
            self.deliver(order)
        self.settle()
        return [self.credit(self.invoice(order), {"LAMP-1": 2}) for order in orders]

    # --- stopped

    def test_fatal_with_a_report_refuses_what_it_names_and_looks_for_the_rest(self):
        good, bad = self.deliver_two()
        bad.hemi_amazon_order_id.name = "402-9999999-9999999"  # Amazon does not know it
        self.world.add_fault("createFeed", "fatal", effect="all", report=True)
        self.settle()
        self.assertEqual(self.feeds_of("ship").state, "fatal")
        self.assertEqual(bad.hemi_amazon_state, "rejected")
        self.assertIn("402-9999999-9999999", bad.hemi_amazon_answer)
        self.assertTrue(bad.activity_ids)
        self.assertEqual(good.hemi_amazon_state, "accepted", good.hemi_amazon_answer)
        self.assertEqual(len(self.books()["shipments"]), 1)

    def test_fatal_with_a_report_asks_a_person_about_the_refunds_that_it_does_not_name(self):
        good, bad = self.refund_several(2)
        bad.hemi_amazon_order_id.name = "402-9999999-9999999"
        self.world.add_fault("createFeed", "fatal", effect="all", report=True)
        self.settle()
        self.assertEqual(self.feeds_of("refund").state, "fatal")
        self.assertIn("402-9999999-9999999", bad.hemi_amazon_answer)
        self.assertEqual(good.hemi_amazon_state, "rejected")
        self.assertIn("Look in Seller Central", good.hemi_amazon_answer)
        self.assertEqual(len(self.books()["refunds"]), 1)
        good.sudo().hemi_amazon_message_ids._abandon("Amazon has it")
        self.settle()
        self.assertEqual(len(self.books()["refunds"]), 1)

    def test_what_a_stopped_feed_may_have_refunded_is_not_refunded_by_another_credit_note(self):
        note = self.refund()
        self.world.add_fault("createFeed", "fatal", effect="all")
        self.settle()
        self.assertEqual(note.hemi_amazon_state, "rejected")
        again = self.credit(note.reversed_entry_id, {"LAMP-1": 1})
        self.settle()
        self.assertEqual(again.hemi_amazon_state, "rejected")
        self.assertIn("are left", again.hemi_amazon_answer)
        note.sudo().hemi_amazon_message_ids._abandon("Amazon has it")
        again.sudo().hemi_amazon_message_ids.action_retry()
        self.settle()
        [refund] = self.books()["refunds"]
        self.assertEqual(refund["components"], {"Principal": Decimal("40.00")})

    def test_a_stopped_invoice_asks_a_person_and_goes_again_when_told(self):
        self.account.upload_invoices = True
        self.world.add_fault("createFeed", "fatal")
        invoice = self.invoice(self.place_order())
        self.settle()
        self.assertEqual(invoice.hemi_amazon_state, "rejected")
        self.assertIn("Look in Seller Central", invoice.hemi_amazon_answer)
        self.assertTrue(invoice.activity_ids)
        self.assertEqual(self.books()["invoices"], [])
        invoice.sudo().hemi_amazon_message_ids.action_retry()
        self.settle()
        self.assertEqual(invoice.hemi_amazon_state, "accepted", invoice.hemi_amazon_answer)
        self.assertEqual(len(self.books()["invoices"]), 1)

    def test_stock_of_a_stopped_feed_is_told_again_but_not_what_was_refused(self):
        self.account.write({"update_stock": True, "listing_interval": 1})
        stranger = self.make_listing("NOT-AT-AMAZON")
        self.world.add_fault("createFeed", "fatal", effect="all", report=True)
        self.settle()
        self.env["hemi.amazon.feed"].search([]).submitted_at = "2020-01-01"
        self.settle()
        self.assertEqual(self.feeds_of("listings").mapped("state"), ["done", "fatal"])
        self.assertEqual(self.feeds_of("listings")[0].message_count, 2)  # the two lamps
        self.assertTrue(self.lamp.quantity_sent_at)
        self.assertEqual(stranger.at_amazon, "unknown")

    # --- cancelled

    def cancel_at_amazon(self, feed):
        self.world.feeds.find(MERCHANT_ID, feed.amazon_feed_id).cancelled = True

    def test_a_feed_that_is_cancelled_at_amazon_goes_again_once(self):
        picking = self.deliver(self.place_order())
        self.world.add_fault("createFeed", "stuck_in_queue")
        self.run_job()
        feed = self.feeds_of("ship")
        self.cancel_at_amazon(feed)
        self.settle()
        self.assertEqual(feed.state, "cancelled")
        self.assertEqual(self.feeds_of("ship").mapped("state"), ["done", "cancelled"])
        self.assertEqual(picking.hemi_amazon_state, "accepted", picking.hemi_amazon_answer)
        self.assertEqual(len(self.books()["shipments"]), 1)

    def test_the_watchdog_cancels_what_is_still_queued_and_sends_it_again_once(self):
        note = self.refund()
        self.world.add_fault("createFeed", "stuck_in_queue")
        self.run_job(2)
        stuck = self.feeds_of("refund")
        self.assertEqual(stuck.state, "submitted")
        stuck.submitting_at = fields.Datetime.now() - timedelta(hours=9)
        self.run_job()
        asked = self.account.activity_ids.filtered(lambda activity: "does not finish" in activity.summary)
        self.assertEqual(len(asked), 1)
        self.settle()
        self.assertEqual(self.feeds_of("refund").mapped("state"), ["done", "cancelled"])
        self.assertEqual(note.hemi_amazon_state, "accepted", note.hemi_amazon_answer)
        self.assertEqual(len(self.books()["refunds"]), 1)

    def test_the_watchdog_tries_to_cancel_until_amazon_answers(self):
        self.refund()
        self.world.add_fault("createFeed", "stuck_in_queue")
        self.run_job(2)
        stuck = self.feeds_of("refund")
        stuck.submitting_at = fields.Datetime.now() - timedelta(hours=9)
        self.world.add_fault("cancelFeed", "server_error", count=1)
        self.run_job()
        self.assertEqual(stuck.state, "submitted")
        self.settle()
        self.assertEqual(stuck.state, "cancelled")
        asked = self.account.activity_ids.filtered(lambda activity: "does not finish" in activity.summary)
        self.assertEqual(len(asked), 1)

    # --- reports that do not tell

    def test_a_report_that_hides_a_failure_is_settled_by_what_amazon_holds(self):
        pickings = self.deliver_two()
        shy = Report(accepted=1, rejected=1, processed=2)
        self.patch(type(self.env["hemi.amazon.feed"]), "_read_report", lambda feed, run, document: shy)
        self.settle()
        self.assertEqual(self.feeds_of("ship").state, "done_errors")
        self.assertEqual([picking.hemi_amazon_state for picking in pickings], ["accepted"] * 2)

    def test_a_report_that_stays_unreadable_blocks_nobody_for_ever(self):
        picking = self.deliver(self.place_order())
        feeds = self.env["hemi.amazon.feed"]

        def unreadable(feed, run, document):
            raise AmazonError(BAD_ANSWER, "Amazon's processing report is not XML.")

        self.patch(type(feeds), "_read_report", unreadable)
        self.run_job(8)
        feed = self.feeds_of("ship")
        self.assertEqual(feed.finished_at, False)
        self.run_job(10)
        self.assertEqual(feed.state, "done_errors")
        self.assertEqual(picking.hemi_amazon_state, "accepted", picking.hemi_amazon_answer)
        asked = self.account.activity_ids.filtered(lambda activity: "cannot be read" in activity.summary)
        self.assertEqual(len(asked), 1)

    def test_a_feed_that_amazon_does_not_know_any_more_blocks_nobody_for_ever(self):
        """The seller's authorisation was gone for longer than Amazon keeps feeds."""
        [picking, _other] = self.deliver_two()
        self.run_job()
        self.assertEqual(picking.hemi_amazon_state, "in_feed")
        self.world.advance(600)
        self.assertEqual(len(self.books()["shipments"]), 2)
        self.world.advance(91 * 86400)
        self.run_job(MANY_FAILURES)
        self.assertEqual(self.feeds_of("ship").state, "submitted")
        self.run_job(2)
        self.assertEqual(self.feeds_of("ship").state, "fatal")
        self.assertEqual(picking.hemi_amazon_state, "accepted", "Amazon's order tells that it was shipped")

    def test_a_slow_feed_is_no_unreadable_one(self):
        self.deliver(self.place_order())
        self.world.add_fault("createFeed", "stuck", seconds=180 * 16)
        self.run_job(15)
        self.world.add_fault("getFeed", "server_error", count=1)
        self.run_job()
        self.assertFalse(self.account.activity_ids)

    # --- too large, and too late

    def test_a_message_that_is_too_large_alone_is_shown_and_the_others_go(self):
        items = [{"sku": "LAMP-1", "quantity": 1, "unitPrice": "1.00"}] * 8
        large, small = self.deliver_two(items=items)
        self.patch(xml, "MAX_BYTES", 1200)
        self.settle()
        self.run_job(3)
        self.assertEqual(large.hemi_amazon_state, "rejected")
        self.assertIn("alone is larger", large.hemi_amazon_answer)
        self.assertTrue(large.activity_ids)
        self.assertEqual(small.hemi_amazon_state, "accepted", small.hemi_amazon_answer)

    def test_a_late_worker_knows_the_number_that_a_person_is_asked_for(self):
        picking = self.deliver(self.place_order())
        self.world.add_fault("createFeed", "drop_after", count=1)
        self.run_job()
        feed = self.feeds_of("ship")
        number = self.books()["feeds"][0]["feedId"]
        feed._cannot_be_settled([number, "2"])
        feed._arrived(number)
        self.settle()
        self.assertEqual(feed.state, "done")
        self.assertEqual(picking.hemi_amazon_state, "accepted")

    # --- SKUs that Amazon does not know

    def sell_everywhere(self):
        self.account.write({"update_stock": True, "update_price": True, "listing_interval": 1})

    def next_feeds(self):
        self.env["hemi.amazon.feed"].search([]).submitted_at = "2020-01-01"
        self.settle()

    def add_to_amazon(self, sku):
        """The seller creates the listing in Seller Central."""
        listings = self.world.sellers[MERCHANT_ID].listings
        listings[sku] = replace(deepcopy(listings["LAMP-1"]), sku=sku)

    def test_a_sku_that_amazon_does_not_know_is_held_back_and_asked_about_once(self):
        self.sell_everywhere()
        stranger = self.make_listing("NOT-AT-AMAZON")
        self.settle()
        self.assertEqual(stranger.at_amazon, "unknown")
        self.assertEqual(self.lamp.at_amazon, "known")
        self.assertEqual(len(stranger.activity_ids), 1)
        self.assertEqual(len(stranger.sudo().hemi_amazon_message_ids), 1)
        self.stock(stranger, 5)
        stranger.product_id.list_price = 77
        self.stock(self.lamp, 5)
        self.next_feeds()
        self.assertEqual(self.feeds_of("listings")[0].message_count, 1)  # the lamp alone
        self.assertEqual(len(stranger.activity_ids), 1)
        self.assertEqual(self.books()["stock"]["LAMP-1"]["quantity"], 15)

    def test_read_listings_finds_the_sku_and_what_was_held_back_goes(self):
        self.sell_everywhere()
        stranger = self.make_listing("NOT-AT-AMAZON")
        self.settle()
        self.account.action_read_listings()
        self.run_job()
        self.assertEqual(stranger.at_amazon, "unknown")  # not there yet
        self.add_to_amazon("NOT-AT-AMAZON")
        self.stock(stranger, 5)
        self.account.action_read_listings()
        self.next_feeds()
        self.next_feeds()
        self.assertEqual(stranger.at_amazon, "known")
        self.assertFalse(stranger.activity_ids)
        self.assertEqual(stranger.sudo().hemi_amazon_message_ids.mapped("state"), ["superseded"])
        self.assertEqual(self.books()["stock"]["NOT-AT-AMAZON"]["quantity"], 5)
        prices = self.books()["prices"]["NOT-AT-AMAZON"]
        self.assertEqual({prices[market]["amount"] for market in (GERMANY, FRANCE)}, {Decimal("20.00")})

    def test_retry_asks_amazon_again_about_a_sku(self):
        self.sell_everywhere()
        stranger = self.make_listing("NOT-AT-AMAZON")
        self.settle()
        stranger.sudo().hemi_amazon_message_ids.action_retry()
        self.next_feeds()
        self.assertEqual(stranger.at_amazon, "unknown")
        self.assertEqual(len(stranger.activity_ids), 1)
        self.add_to_amazon("NOT-AT-AMAZON")
        stranger.sudo().hemi_amazon_message_ids.action_retry()
        self.next_feeds()
        self.assertEqual(stranger.at_amazon, "known")
        self.assertFalse(stranger.activity_ids)
        self.assertEqual(self.books()["stock"]["NOT-AT-AMAZON"]["quantity"], 0)
        self.assertEqual(self.books()["prices"]["NOT-AT-AMAZON"][FRANCE]["amount"], Decimal("20.00"))

    def test_a_sku_that_one_marketplace_does_not_know_is_sold_in_the_other(self):
        self.sell_everywhere()
        feeds = self.env["hemi.amazon.feed"]
        read = type(feeds)._read_report

        def unknown_in_france(feed, run, document):
            if feed.marketplace_ids != self.france or not document:
                return read(feed, run, document)
            return Report({self.lamp.id: [Result("error", "13013", "No such SKU.")]}, 1, 1, 2)

        self.patch(type(feeds), "_read_report", unknown_in_france)
        self.settle()
        words = {offer.marketplace_id: offer.at_amazon for offer in self.lamp.offer_ids}
        self.assertEqual(words, {self.germany: "known", self.france: "unknown"})
        self.assertEqual(self.lamp.at_amazon, "known")
        self.lamp.product_id.list_price = 30
        self.next_feeds()
        self.assertEqual(self.books()["prices"]["LAMP-1"][GERMANY]["amount"], Decimal("30.00"))
        self.assertEqual(self.books()["prices"]["LAMP-1"][FRANCE]["amount"], Decimal("20.00"))
