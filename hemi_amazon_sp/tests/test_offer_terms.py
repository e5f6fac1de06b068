"""Sale price and business price: what Amazon then holds, and that stock and price never wait for them."""

from datetime import date, timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import MERCHANT_ID
from .common_simulator import GERMANY, SimulatorCase


@tagged("post_install", "-at_install")
class TestOfferTerms(SimulatorCase):
    clock = "running"

    def setUp(self):
        super().setUp()
        self.account.listings_way = "patches"
        self.settle()
        self.offer = self.lamp.offer_ids.filtered(lambda offer: offer.marketplace_id == self.germany)
        self.today = fields.Date.today()

    def settle(self):
        """Run the job until everything has its answer; no feed waits for the time after the last one."""
        for _turn in range(4):
            self.env["hemi.amazon.feed"].search([("submitted_at", "!=", False)]).submitted_at = "2026-01-01"
            self.run_job()

    def terms(self):
        return self.world.books(MERCHANT_ID)["terms"]["LAMP-1"].get(GERMANY, {})

    def price(self):
        return self.world.books(MERCHANT_ID)["prices"]["LAMP-1"][GERMANY]["amount"]

    def set_sale(self, price, days=10):
        self.offer.write(
            {
                "sale_price": price,
                "sale_starts_on": self.today,
                "sale_ends_on": self.today + timedelta(days=days),
            }
        )

    def business_pricelist(self, discount):
        rule = {"compute_price": "percentage", "percent_price": discount, "applied_on": "3_global"}
        return self.env["product.pricelist"].create(
            {
                "name": "Business",
                "currency_id": self.account.company_id.currency_id.id,
                "item_ids": [Command.create(rule)],
            }
        )

    def test_a_sale_comes_and_goes(self):
        for way in ("patches", "feed"):
            with self.subTest(way):
                self.account.listings_way = way
                self.set_sale(0.5)
                self.settle()
                amount, starts, ends = self.terms()["sale"]
                self.assertEqual(
                    (amount, date.fromisoformat(starts), date.fromisoformat(ends)),
                    (Decimal("0.50"), self.today, self.today + timedelta(days=10)),
                )
                self.assertEqual(self.offer.sale_price_told, 0.5)
                self.offer.sale_price = 0
                self.settle()
                self.assertEqual((self.terms(), self.offer.sale_price_told), ({}, 0))

    def test_a_sale_that_is_over_is_taken_back(self):
        self.set_sale(0.5)
        self.settle()
        later = fields.Datetime.now() + timedelta(days=12)
        changed = self.env["hemi.amazon.flow.listings"]._sales_of_the_clock(
            self.account, later - timedelta(days=2), later
        )
        self.assertEqual(changed, {"listing": self.lamp.ids})
        self.env["hemi.amazon.flow.terms"]._compute_wanted(self.account, self.lamp.ids, later, {})
        self.settle()
        self.assertEqual(self.terms(), {})

    def test_companies_pay_the_price_of_their_pricelist(self):
        regular = self.price()
        self.account.business_pricelist_id = self.business_pricelist(50)
        self.settle()
        self.assertEqual(self.terms(), {"business": regular / 2})
        self.assertEqual(self.price(), regular)
        self.assertEqual(self.offer.business_price_told, float(regular / 2))
        self.account.business_pricelist_id.item_ids.percent_price = 20
        self.settle()
        self.assertEqual(self.terms(), {"business": regular * Decimal("0.8")})
        self.account.business_pricelist_id = False
        self.settle()
        self.assertEqual((self.terms(), self.price()), ({}, regular))

    def test_what_has_not_changed_is_not_told_again(self):
        self.set_sale(0.5)
        self.settle()
        before = len(self.world.calls())
        self.settle()
        patches = [call for call in self.world.calls()[before:] if call["operation"] == "patchListingsItem"]
        self.assertEqual(patches, [])
        self.assertFalse(self.lamp.is_waiting)

    def test_a_refused_sale_does_not_hold_up_stock_and_price(self):
        for way in ("patches", "feed"):
            with self.subTest(way):
                self.account.listings_way = way
                self.lamp.product_id.list_price = 30
                self.settle()
                self.set_sale(28)
                self.lamp.product_id.list_price = 25  # and the sale is above the price
                self.stock(self.lamp, 3)
                self.settle()
                self.assertEqual(self.terms(), {})
                self.assertEqual(float(self.price()), self.lamp.product_id.list_price)
                self.assertEqual(
                    self.world.books(MERCHANT_ID)["stock"]["LAMP-1"]["quantity"], self.lamp.quantity_wanted
                )
                self.assertTrue(self.offer.terms_refused_at)
                self.assertFalse(self.offer.price_refused_at or self.lamp.quantity_refused_at)
                problem = self.env["hemi.amazon.feed.message"].search([("state", "=", "rejected")], limit=1)
                self.assertEqual(problem.flow, "terms")
                self.set_sale(0.75)
                self.settle()
                self.assertEqual(self.terms()["sale"][0], Decimal("0.75"))
                self.assertEqual(problem.state, "superseded", "what is accepted now needs nobody")
                self.assertFalse(self.lamp.answer or self.lamp.activity_ids or self.offer.answer)
                self.set_sale(0)
                self.settle()

    def test_switched_off_prices_are_left_alone(self):
        self.account.update_price = False
        self.set_sale(0.5)
        self.account.business_pricelist_id = self.business_pricelist(50)
        self.settle()
        self.assertEqual(self.terms(), {})

    def test_a_sale_price_is_below_the_price(self):
        with self.assertRaisesRegex(ValidationError, "LAMP-1 in Germany must be below its price"):
            self.set_sale(20)

    def test_sales_that_make_no_sense(self):
        days = {"sale_starts_on": self.today, "sale_ends_on": self.today}
        for values in (
            {"sale_price": 5},
            {"sale_price": -5} | days,
            {"sale_price": 5, "price_floor": 6} | days,
            {"sale_price": 5, "sale_starts_on": "2026-02-02", "sale_ends_on": "2026-02-01"},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.offer.write(values)
                self.env.flush_all()
            self.env.invalidate_all()

    def test_a_manager_sets_a_sale_and_nobody_what_amazon_was_told(self):
        manager = new_test_user(self.env, "terms", "hemi_amazon_sp.hemi_amazon_sp_group_manager")
        with Form(self.offer.with_user(manager)) as form:
            form.sale_price = 5
            form.sale_starts_on = form.sale_ends_on = self.today
        self.assertEqual(self.offer.sale_price, 5)
        with self.assertRaises(AccessError):
            self.offer.with_user(manager).terms_sent = "{}"
