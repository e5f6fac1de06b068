"""How much stock and which price Amazon is told, and what people do with many listings at once."""

import csv

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import file_open, mute_logger
from psycopg2 import IntegrityError

from .common import MERCHANT_ID
from .common_simulator import GERMANY, SimulatorCase


@tagged("post_install", "-at_install")
class TestListingRules(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.account.listings_way = "patches"

    def told(self):
        """What Amazon has of the stock of ten."""
        self.settle()
        return self.quantity("LAMP-1")

    def quantity(self, sku):
        return self.world.books(MERCHANT_ID)["stock"][sku]["quantity"]

    def price(self, sku="LAMP-1"):
        return self.world.books(MERCHANT_ID)["prices"][sku][GERMANY]["amount"]

    def test_share_buffer_and_maximum_of_the_account(self):
        self.assertEqual(self.told(), 10)
        self.account.stock_share = 55
        self.assertEqual(self.told(), 5, "rounded down")
        self.account.stock_buffer = 2
        self.assertEqual(self.told(), 3)
        self.account.stock_maximum = 1
        self.assertEqual(self.told(), 1)

    def test_a_listing_has_its_own_rule(self):
        self.account.stock_buffer = 4
        with Form(self.lamp) as form:
            form.stock_rule = "share"
            form.stock_share = 50
            form.stock_maximum = 3
        self.assertEqual(self.told(), 3)
        self.lamp.write({"stock_rule": "fixed", "stock_fixed": 25})
        self.assertEqual(self.told(), 25, "whatever is free")
        self.lamp.stock_rule = "never"
        self.stock(self.lamp, 90)
        self.assertEqual(self.told(), 25, "Amazon keeps what it has")
        self.lamp.stock_rule = "account"
        self.assertEqual(self.told(), 96)

    def test_of_a_product_that_is_not_tracked_no_quantity_is_told(self):
        self.assertEqual(self.told(), 10)
        self.lamp.product_id.is_storable = False
        self.assertEqual(self.told(), 10, "Amazon keeps what it has; it would be 0")
        self.assertTrue(self.lamp.is_untracked)
        self.lamp.write({"stock_rule": "fixed", "stock_fixed": 25})
        self.assertEqual(self.told(), 25)
        self.assertFalse(self.lamp.is_untracked)

    def test_of_a_kit_what_is_free_of_its_components_is_told(self):
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed: there are no kits")
        self.assertEqual(self.told(), 10)
        self.lamp.product_id.is_storable = False
        lines = [Command.create({"product_id": self.other_lamp.product_id.id, "product_qty": 2})]
        template = self.lamp.product_id.product_tmpl_id
        self.env["mrp.bom"].create({"product_tmpl_id": template.id, "type": "phantom", "bom_line_ids": lines})
        self.env.invalidate_all()
        self.assertEqual(self.told(), int(self.other_lamp.product_id.free_qty // 2))
        self.assertFalse(self.lamp.is_untracked)

    def test_rules_that_make_no_sense(self):
        for values in ({"stock_share": 101}, {"stock_share": -1}, {"stock_fixed": -1}):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.lamp.write(values)

    def test_a_price_stays_within_its_bounds(self):
        self.lamp.product_id.taxes_id = False
        offer = self.lamp.offer_ids.filtered(lambda offer: offer.marketplace_id.amazon_id == GERMANY)
        self.lamp.product_id.lst_price = 30
        self.settle()
        self.assertEqual(self.price(), 30)
        offer.price_ceiling = 25
        self.settle()
        self.assertEqual(self.price(), 25)
        self.lamp.product_id.lst_price = 3
        offer.price_floor = 5
        self.settle()
        self.assertEqual(self.price(), 5)

    def test_a_user_sets_bounds_and_nothing_else_of_an_offer(self):
        user = new_test_user(self.env, "seller", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        user.company_ids = [Command.link(self.account.company_id.id)]
        offer = self.lamp.offer_ids[:1].with_user(user)
        offer.price_floor = 5
        self.assertEqual(offer.price_floor, 5)
        with self.assertRaisesRegex(AccessError, "by hand"):
            offer.price_sent = 5

    def test_what_waits_for_amazon_is_found(self):
        listings = self.env["hemi.amazon.listing"]
        waiting = [("is_waiting", "=", True), ("account_id", "=", self.account.id)]
        self.settle()
        self.assertFalse(listings.search(waiting))
        self.lamp.action_tell_again()
        self.env.flush_all()
        self.assertEqual(listings.search(waiting), self.lamp)
        self.assertTrue(self.lamp.is_waiting)

    def test_told_again_amazon_gets_it_once_more(self):
        def patches():
            return sum(call["operation"] == "patchListingsItem" for call in self.world.calls())

        self.settle()
        before = patches()
        self.settle()
        self.assertEqual(patches(), before, "nothing changed")
        self.lamp.action_tell_again()
        self.settle()
        self.assertGreater(patches(), before)

    def test_match_by_reference_or_barcode(self):
        listings = self.env["hemi.amazon.listing"].create(
            [{"account_id": self.account.id, "sku": sku} for sku in ("REF-1", "4006381333931", "NONE")]
        )
        products = self.env["product.product"].create(
            [{"name": "A", "default_code": "REF-1"}, {"name": "B", "barcode": "4006381333931"}]
        )
        answer = listings.action_match()
        self.assertEqual(listings.mapped("product_id"), products)
        self.assertIn("2 of 3", answer["params"]["message"])


@tagged("post_install", "-at_install")
class TestListingImport(SimulatorCase):
    FIELDS = ["account_id", "sku", "product_id", "stock_rule", "stock_fixed"]

    def load(self, *rows):
        result = self.env["hemi.amazon.listing"].load(self.FIELDS, [list(row) for row in rows])
        self.assertFalse([message["message"] for message in result["messages"]])

    def test_a_file_makes_listings_and_updates_those_that_are_there(self):
        self.lamp.product_id.default_code = "LAMP-REF"
        self.load(
            (MERCHANT_ID, "LAMP-1", "LAMP-REF", "Fixed quantity", "7"),
            (self.account.name, "NEW-1", "LAMP-REF", "Never tell Amazon", ""),
        )
        listings = self.env["hemi.amazon.listing"].search([("account_id", "=", self.account.id)])
        self.assertEqual(sorted(listings.mapped("sku")), ["LAMP-1", "LAMP-2", "NEW-1"])
        self.assertEqual((self.lamp.stock_rule, self.lamp.stock_fixed), ("fixed", 7))
        new = listings.filtered(lambda listing: listing.sku == "NEW-1")
        self.assertEqual((new.product_id, new.stock_rule), (self.lamp.product_id, "never"))

    def test_the_template_can_be_loaded(self):
        [template] = self.env["hemi.amazon.listing"].get_import_templates()
        path = template["template"].removeprefix("/hemi_amazon_sp/")
        with file_open(f"hemi_amazon_sp/{path}") as file:
            names, *rows = csv.reader(file)
        self.account.name = rows[0][0]
        for reference in {row[2] for row in rows}:
            self.env["product.product"].create({"name": reference, "default_code": reference})
        result = self.env["hemi.amazon.listing"].load(names, rows)
        self.assertEqual(result["messages"], [])
        self.assertEqual(len(result["ids"]), len(rows))
