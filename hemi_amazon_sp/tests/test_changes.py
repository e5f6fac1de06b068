"""What follows from what changed is what a computation of everything finds."""

import random
import unittest
from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .changes import WAYS, Shop

try:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
except ModuleNotFoundError:
    given = None


@tagged("post_install", "-at_install")
class TestChanges(Shop):
    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(fields.Datetime.now()))
        self.begin()

    def step(self, way, number, other):
        """Do what changes something.

        :return: whether a wanted value changed
        """
        before = self.values()
        getattr(self, way)(number, other)
        self.follow()
        return self.values() != before

    def check_sweep(self, way=None):
        known = self.values()
        self.sweep()
        self.assertEqual(self.values(), known, way)
        self.assertEqual(self.account.sweep_corrected, 0, way)

    @unittest.skipUnless(given, "hypothesis is not installed")
    def test_whatever_changes_the_sweep_finds_nothing_more(self):
        start, changed = fields.Datetime.now(), dict.fromkeys(WAYS, 0)

        @settings(
            derandomize=True,
            max_examples=12,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.permutations(WAYS * 2), st.integers(0, 2**32))
        def lives(ways, seed):
            dice = random.Random(seed)
            self.clock.move_to(start)
            everything = self.env.cr.savepoint()
            self.begin()
            try:
                for way in ways:
                    number, other = dice.randrange(8), dice.randrange(8)
                    changed[way] += self.step(way, number, other)
                    self.check_sweep((way, number, other))
            finally:
                everything.close(rollback=True)
                self.env.invalidate_all()

        lives()
        silent = {way for way, times in changed.items() if not times}
        self.assertEqual(silent, {"tidy_quants", "archive"}, "ways that change no value prove nothing")

    def test_a_change_costs_what_changed(self):
        listing = self.listings[1]
        self.assertEqual(self.on_the_list(), set())
        self.env["stock.quant"]._update_available_quantity(listing.product_id, self.shelf, 3)
        self.assertEqual(self.on_the_list(), {listing.id})
        self.follow()
        self.assertEqual((self.on_the_list(), listing.quantity_wanted), (set(), 23))
        self.listings[2].product_id.list_price = 99
        self.assertEqual(self.on_the_list(), {self.listings[2].id})

    def test_what_cannot_change_a_value_costs_nothing(self):
        product = self.products[0]
        product.write({"name": "Other Name", "description_sale": "New", "weight": 3})
        self.account.name = "Other Name"
        self.env["product.category"].create({"name": "New"})
        self.env["res.currency"].search([("name", "=", "USD")]).symbol = "S"
        self.assertEqual(self.on_the_list(), set())

    def test_a_change_that_is_undone_leaves_no_note(self):
        with self.env.cr.savepoint() as savepoint:
            self.reprice(0, 5)
            self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertEqual(self.on_the_list(), set())

    def refresh_all(self, known):
        self.env["hemi.amazon.refresh"]._add_accounts(self.account.ids)
        self.env["hemi.amazon.flow.listings"]._refresh_batch(self.account, known)
        return self.values()

    def test_a_tax_that_changes_between_two_batches_counts(self):
        known = {}
        before = self.refresh_all(known)
        self.assertTrue(known)
        self.taxes[0].amount = 50
        after = self.refresh_all(known)
        self.assertNotEqual(after, before)
        self.taxes[0].price_include_override = "tax_included"
        included = self.refresh_all(known)
        self.assertNotEqual(included, after)
        self.assertEqual(self.refresh_all({}), included)

    def test_only_taxes_of_sales_that_are_in_use_count(self):
        offer = self.listings[3].offer_ids.filtered(lambda offer: offer.marketplace_id == self.germany)
        purchase = self.taxes[0].copy({"type_tax_use": "purchase"})
        self.products[3].taxes_id = self.taxes[1]
        self.follow()
        self.assertEqual(offer.price_wanted, 23.8)
        self.products[3].taxes_id |= purchase
        self.follow()
        self.assertEqual(offer.price_wanted, 23.8)
        self.taxes[1].active = False
        self.follow()
        self.assertEqual(offer.price_wanted, 20.0)

    def test_the_sweep_counts_what_it_corrects(self):
        right = self.values()
        self.env.cr.execute(
            "UPDATE hemi_amazon_listing SET quantity_wanted = 77 WHERE id = %s", self.listings[0].ids
        )
        with self.assertLogs("odoo.addons.hemi_amazon_sp.models.flow_listings_refresh", "WARNING"):
            self.sweep()
        self.assertEqual((self.account.sweep_corrected, self.values()), (1, right))

    def test_the_sweep_looks_at_every_listing_within_a_day(self):
        flow = self.env["hemi.amazon.flow.listings"]
        self.patch(flow.__class__, "_refresh_batch", lambda flow, account, known: False)
        self.env.cr.execute(
            """INSERT INTO hemi_amazon_listing (account_id, sku, product_type, channel, active, stock_rule)
               SELECT %s, 'S' || n, 'PRODUCT', 'merchant', true, 'account' FROM generate_series(1, 1000) n""",
            self.account.ids,
        )
        midnight = fields.Datetime.now().replace(hour=0, minute=0, second=0) + timedelta(days=1)
        for hour in range(0, 24, 4):  # a sweep by day or by night comes before
            with self.subTest(hour=hour):
                self.check_a_day_of_sweeps(flow, midnight + timedelta(hours=hour))

    def check_a_day_of_sweeps(self, flow, begin):
        self.clock.move_to(begin)
        self.account.write({"sweep_began_at": begin - timedelta(hours=4), "swept_at": begin})
        seen = set()
        for _hour in range(29):  # begun within 24 hours, done in four more
            flow._sweep(self.account)
            due = set(self.env["hemi.amazon.refresh"]._next(self.account, 2000))
            self.assertLessEqual(len(due), 1006 / 4 + 100, "more at once than the share of an hour")
            seen |= due
            self.env["hemi.amazon.refresh"]._done(due)
            self.clock.tick(3600)
        self.assertEqual(len(seen), 1006)
        self.assertGreater(self.account.swept_at, begin)
