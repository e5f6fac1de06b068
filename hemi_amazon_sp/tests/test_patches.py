"""Few changes go one by one: what Amazon holds, and that its limits are kept."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.throttle import LIMITS
from odoo.tests import tagged

from .common import MERCHANT_ID
from .common_simulator import FRANCE, GERMANY, SimulatorCase

PATCH = "patchListingsItem"


@tagged("post_install", "-at_install")
class TestPatches(SimulatorCase):
    clock = "running"

    def setUp(self):
        super().setUp()
        self.account.listings_way = "automatic"
        self.settle()
        self.start = len(self.world.calls())

    def books(self):
        return self.world.books(MERCHANT_ID)

    def quantity(self, sku="LAMP-1"):
        return self.books()["stock"][sku]["quantity"]

    def calls(self, operation):
        return [call for call in self.world.calls()[self.start :] if call["operation"] == operation]

    def feeds(self):
        return self.env["hemi.amazon.feed"].search([("flow", "=", "listings")])

    def test_stock_and_price_reach_amazon_at_once(self):
        self.assertFalse(self.feeds())
        self.stock(self.lamp, 5)
        self.lamp.product_id.list_price = 25
        self.run_job()
        prices = {market: price["amount"] for market, price in self.books()["prices"]["LAMP-1"].items()}
        self.assertEqual(
            (self.quantity(), prices), (15, {GERMANY: Decimal("25.00"), FRANCE: Decimal("25.00")})
        )
        self.assertEqual(
            (self.lamp.quantity_sent, set(self.lamp.offer_ids.mapped("price_sent"))), (15, {25.0})
        )
        self.assertEqual(len(self.calls(PATCH)), 2, "stock and price of one marketplace go together")
        self.assertFalse(self.feeds())

    def test_what_has_not_changed_is_not_sent_again(self):
        self.settle()
        self.assertEqual(self.calls(PATCH), [])

    def test_no_call_is_above_the_limit(self):
        for number in range(12):
            self.make_listing(f"MORE-{number}")
        self.register_seller(MERCHANT_ID, "Atzr|other", [f"MORE-{number}" for number in range(12)])
        self.run_job()
        statuses = [call["status"] for call in self.calls(PATCH)]
        self.assertEqual(set(statuses), {200})
        self.assertGreaterEqual(len(statuses), LIMITS[PATCH].burst)
        self.assertLess(self.account.next_run_at, fields.Datetime.now() + timedelta(seconds=10))
        self.account.listings_way = "patches"
        self.run_job(10)
        self.assertEqual({call["status"] for call in self.calls(PATCH)}, {200})
        self.assertEqual(len(self.calls(PATCH)), 24)

    def test_a_refused_sku_is_shown_and_not_sent_again(self):
        stranger = self.make_listing("NOT-AT-AMAZON")
        self.stock(self.lamp, 5)
        self.run_job(2)
        self.assertTrue(stranger.quantity_refused_at)
        self.assertEqual(stranger.at_amazon, "unknown")
        self.assertEqual(set(stranger.sudo().hemi_amazon_message_ids.mapped("state")), {"rejected"})
        self.assertTrue(stranger.activity_ids)
        self.assertEqual(self.quantity(), 15)
        calls = len(self.calls(PATCH))
        self.run_job(2)
        self.assertEqual(len(self.calls(PATCH)), calls)

    def test_a_patch_whose_outcome_is_unknown_is_told_again(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind=kind):
                before = self.quantity()
                self.world.add_fault(PATCH, kind, count=1)
                self.stock(self.lamp, 5)
                self.run_job()
                self.assertFalse(self.lamp.quantity_sent_at)
                self.assertTrue(self.account.last_error)
                self.run_job(2)
                self.assertEqual((self.quantity(), self.lamp.quantity_sent), (before + 5, before + 5))

    def test_a_value_that_returns_after_an_unknown_outcome_is_told_again(self):
        self.world.add_fault(PATCH, "drop_after", count=1)
        self.stock(self.lamp, 5)
        self.run_job()
        self.assertEqual(self.quantity(), 15)
        self.stock(self.lamp, -5)
        self.run_job(2)
        self.assertEqual((self.quantity(), self.lamp.quantity_sent), (10, 10))

    def test_a_sku_that_an_open_feed_holds_is_not_patched(self):
        self.account.listings_way = "feed"
        self.lamp.product_id.list_price = 25
        self.run_job()
        self.assertEqual(self.feeds().mapped("state"), ["submitted"] * 2)
        self.account.listings_way = "patches"
        self.stock(self.lamp, 5)
        self.stock(self.other_lamp, 5)
        self.world.add_fault("getFeed", "server_error", count=10)
        self.run_job()
        self.assertEqual((self.quantity("LAMP-1"), self.quantity("LAMP-2")), (10, 5))
        self.world.clear_faults()
        self.run_job(3)
        self.assertEqual(self.quantity("LAMP-1"), 15)

    def test_many_changes_go_by_feed(self):
        self.note_feed(took=40)
        noted = self.feeds()
        self.make_many(450)
        self.run_job()
        self.assertTrue(self.feeds() - noted)
        self.assertLessEqual(len(self.calls(PATCH)), 2)

    def test_feeds_are_used_sooner_where_the_last_ones_were_quick(self):
        self.make_many(450)
        flow, germany = self.env["hemi.amazon.flow.listings"], self.account.home_marketplace_id
        free = SimpleNamespace(wait=lambda *_operation: 0.0)
        run = SimpleNamespace(account=self.account, limiter=free)
        self.assertEqual(flow._by_feed(run, {germany: 450}), set())
        self.note_feed(took=40)
        self.assertEqual(flow._by_feed(run, {germany: 450}), {germany})
        self.feeds().unlink()
        self.note_feed(took=40, hours_ago=30)
        self.assertEqual(flow._by_feed(run, {germany: 450}), set())

    def note_feed(self, took, hours_ago=1):
        """Note a feed that Amazon processed, by its seconds."""
        submitted_at = fields.Datetime.now() - timedelta(hours=hours_ago)
        finished_at = submitted_at + timedelta(seconds=took)
        moments = {"submitted_at": submitted_at, "finished_at": finished_at}
        values = {"flow": "listings", "feed_type": "JSON_LISTINGS_FEED", "state": "done", "lane": "lane"}
        values |= {"account_id": self.account.id, "content_type": "application/json"}
        return self.env["hemi.amazon.feed"].create(values | moments)

    def make_many(self, number):
        """Make listings of one product."""
        values = {"account_id": self.account.id, "product_id": self.lamp.product_id.id}
        self.env["hemi.amazon.listing"].create([values | {"sku": f"MANY-{n}"} for n in range(number)])

    def test_the_setting_forces_a_way(self):
        self.account.listings_way = "feed"
        self.stock(self.lamp, 5)
        self.run_job()
        self.assertTrue(self.feeds())
        self.assertEqual(self.calls(PATCH), [])

    def test_what_a_feed_lost_is_told_again_though_the_value_returned(self):
        self.account.listings_way = "feed"
        self.world.add_fault("createFeed", "fatal", effect="all", report=False)
        self.stock(self.lamp, 5)
        self.run_job()
        self.stock(self.lamp, -5)
        self.run_job(3)
        self.env["hemi.amazon.feed"].search([]).submitted_at = "2020-01-01"
        self.run_job(3)
        self.assertEqual((self.quantity(), self.lamp.quantity_sent), (10, 10))
