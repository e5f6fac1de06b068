from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_orders import MarketplacesCase, an_order


def unknown(number, sku="NEVER-SEEN", **changes):
    """An order of a SKU that nobody knows, at 15.00 euros."""
    order = an_order("de_unknown_sku_holds", orderId=f"402-0000000-000000{number}", **changes)
    order["orderItems"][0]["product"]["sellerSku"] = sku
    return order


@tagged("post_install", "-at_install")
class TestOrderProducts(MarketplacesCase):
    """Which product a SKU is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls.env["product.product"].create(
            {"name": "Chair", "is_storable": True, "taxes_id": cls.taxes["DE", 7].ids, "list_price": 99}
        )

    def map_products(self, records, **products):
        """Map and Continue, as a user of Amazon does it."""
        user = self.make_user("mapper", "hemi_amazon_sp.hemi_amazon_sp_group_user,base.group_user")
        action = records.with_user(user).action_map_products()
        wizard = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        with Form(wizard) as form:
            for index, line in enumerate(wizard.line_ids):
                with form.line_ids.edit(index) as row:
                    row.product_id = products[line.sku.replace("-", "_")]
        wizard.action_continue()

    def test_map_and_continue_repairs_all_waiting_orders(self):
        orders = self.take(unknown(1), unknown(2), unknown(3, sku="OTHER"))
        self.assertEqual(set(orders.sale_order_id.mapped("state")), {"draft"})
        self.assertEqual(orders.mapped("has_unknown_sku"), [True] * 3)
        self.assertEqual(orders.sale_order_id.mapped("hemi_amazon_unknown_sku"), [True] * 3)
        self.map_products(orders[0], NEVER_SEEN=self.chair)
        self.assertEqual(orders.sale_order_id.mapped("state"), ["sale", "sale", "draft"])
        for order in orders[:2]:
            line = order.sale_order_id.order_line
            self.assertEqual((line.product_id, line.tax_ids), (self.chair, self.taxes["DE", 7]))
            self.assertAlmostEqual(order.sale_order_id.amount_total, 15.00)
            self.assertEqual(order.sale_order_id.picking_ids.move_ids.product_id, self.chair)
            self.assertFalse(self.activities(order.sale_order_id))
        listing = self.env["hemi.amazon.listing"].search([("sku", "=", "NEVER-SEEN")])
        self.assertEqual(listing.product_id, self.chair)
        self.assertEqual(self.take(unknown(4)).sale_order_id.state, "sale")

    def test_a_tax_that_amazon_told_stays(self):
        order = an_order("de_two_rates")
        order["orderItems"][0]["product"]["sellerSku"] = "NEVER-SEEN"
        record = self.take(order)
        self.map_products(record, NEVER_SEEN=self.chair)
        self.assertEqual(record.sale_order_id.order_line[0].tax_ids, self.taxes["DE", 19])
        self.assertAlmostEqual(record.sale_order_id.amount_total, 85.90)

    def test_held_orders_are_imported_by_map_and_continue(self):
        self.account.unknown_sku_rule = "hold"
        orders = self.take(unknown(1), unknown(2))
        self.assertEqual(orders.mapped("state"), ["held", "held"])
        self.assertFalse(orders.sale_order_id)
        self.assertIn("NEVER-SEEN", orders[0].error)
        self.map_products(orders[0], NEVER_SEEN=self.chair)
        self.assertEqual(orders.mapped("state"), ["imported", "imported"])
        self.assertEqual(orders.sale_order_id.mapped("state"), ["sale", "sale"])
        self.assertEqual(orders.sudo().mapped("payload_encrypted"), [False, False])
        self.assertEqual(orders.mapped("error"), [False, False])

    def test_a_held_order_is_erased_after_30_days_and_fetched_anew(self):
        self.account.unknown_sku_rule = "hold"
        record = self.take(unknown(1))
        record.failed_at = fields.Datetime.now() - timedelta(days=31)
        record._gc_payloads()
        self.assertEqual((record.sudo().payload_encrypted, record.state), (False, "held"))
        action = record.action_map_products()
        self.assertEqual(action["tag"], "display_notification")
        self.assertTrue(record.requested)
        self.take(unknown(1))
        self.assertFalse(record.requested)
        self.map_products(record, NEVER_SEEN=self.chair)
        self.assertEqual((record.state, record.sale_order_id.state), ("imported", "sale"))

    def test_what_goes_wrong_with_one_held_order_stays_with_it(self):
        self.account.unknown_sku_rule = "hold"
        orders = self.take(unknown(1), unknown(2))
        importer = type(self.env["hemi.amazon.order.import"])
        original = importer._prepare_order

        def prepare(this, record, order):
            if record == orders[0]:
                raise LookupError("strange")
            return original(this, record, order)

        self.patch(importer, "_prepare_order", prepare)
        with mute_logger("odoo.addons.hemi_amazon_sp.models.order_failures"):
            self.map_products(orders, NEVER_SEEN=self.chair)
        self.assertEqual(orders.mapped("state"), ["failed", "imported"])
        self.assertIn("LookupError", orders[0].error)

    def test_held_orders_go_on_when_their_listing_got_a_product_elsewhere(self):
        self.account.unknown_sku_rule = "hold"
        orders = self.take(unknown(1), unknown(2, sku="OTHER"))
        self.env["hemi.amazon.listing"]._map(self.account, "NEVER-SEEN", self.chair)
        user = self.make_user("finder", "hemi_amazon_sp.hemi_amazon_sp_group_user,base.group_user")
        action = orders[0].with_user(user).action_map_products()
        self.assertEqual(action["tag"], "soft_reload")
        self.assertEqual(orders.mapped("state"), ["imported", "held"])
        self.map_products(orders[1], OTHER=self.chair)
        self.assertEqual(orders.mapped("state"), ["imported", "imported"])

    def test_a_held_order_that_is_cancelled_waits_no_more(self):
        self.account.unknown_sku_rule = "hold"
        record = self.take(unknown(1))
        cancelled = {"fulfillmentStatus": "CANCELLED"}
        self.take(unknown(1, later=5, fulfillment=cancelled))
        self.assertEqual((record.state, record.sale_order_id.id), ("imported", False))

    def test_an_order_by_amazon_is_delivered_when_its_product_is_known(self):
        order = an_order("de_by_amazon_shipped")
        order["orderItems"][0]["product"]["sellerSku"] = "NEVER-SEEN"
        record = self.take(order)
        self.assertEqual(record.sale_order_id.state, "draft")
        self.map_products(record, NEVER_SEEN=self.chair)
        self.assertEqual(record.sale_order_id.order_line.qty_delivered, 2)
        self.assertEqual(record.sale_order_id.picking_ids.state, "done")

    def test_the_product_is_made_once(self):
        self.account.unknown_sku_rule = "create"
        orders = self.take(unknown(1), unknown(2))
        products = orders.sale_order_id.order_line.product_id
        self.assertEqual(products.default_code, "NEVER-SEEN")
        self.assertEqual(products.name, "Something")
        self.assertIn("Product made for SKU NEVER-SEEN", self.activities(products.product_tmpl_id))

    def test_the_product_with_this_reference_is_taken(self):
        self.account.unknown_sku_rule = "create"
        self.chair.default_code = "NEVER-SEEN"
        self.assertEqual(self.take(unknown(1)).sale_order_id.order_line.product_id, self.chair)

    def test_an_archived_product_is_sold_and_said(self):
        sale_order = self.sale_order_of(an_order("de_archived_product"))
        self.assertIn("Archived in Odoo, but sold at Amazon", sale_order.message_ids[0].body)
