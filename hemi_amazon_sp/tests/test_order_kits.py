from odoo.tests import tagged

from .common_orders import MarketplacesCase, an_order


@tagged("post_install", "-at_install")
class TestOrderKits(MarketplacesCase):
    """A kit (phantom bill of materials): Amazon is told of kits, the warehouse of their parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mrp.bom" not in cls.env or "bom_line_id" not in cls.env["stock.move"]._fields:
            cls.skipTest(cls, "sale_mrp is not installed: there are no kits")
        cls.kit = cls.env["hemi.amazon.listing"].search([("sku", "=", "LAMP-1")]).product_id
        cls.bulb, cls.foot = cls.env["product.product"].create(
            [{"name": name, "default_code": name, "is_storable": True} for name in ("BULB", "FOOT")]
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": cls.bulb.id, "product_qty": 3}),
                    (0, 0, {"product_id": cls.foot.id, "product_qty": 1}),
                ],
            }
        )
        location = cls.account.warehouse_id.lot_stock_id
        for product in cls.bulb | cls.foot:
            cls.env["stock.quant"]._update_available_quantity(product, location, 50)

    def told(self):
        return [message.payload["items"][0][1] for message in self.messages("ship")]

    def test_two_kits_are_two_units(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.validate(sale_order.picking_ids)
        self.assertEqual(self.told(), [2])

    def test_a_kit_is_told_with_the_transfer_that_completes_it(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.validate(sale_order.picking_ids, {"BULB": 5, "FOOT": 2})
        self.assertEqual(self.told(), [1])
        rest = sale_order.picking_ids.filtered(lambda picking: picking.state != "done")
        self.validate(rest)
        self.assertEqual(self.told(), [1, 1])
        self.assertEqual(sale_order.order_line[0].qty_delivered, 2)

    def test_parcels_of_one_transfer(self):
        picking = self.sale_order_of(an_order("de_tax_included")).picking_ids
        picking.action_assign()
        lines = picking.move_line_ids
        packages = self.env["stock.package"].create([{"name": "P1"}, {"name": "P2"}])
        for line in lines:
            line.result_package_id = packages[line.product_id == self.foot]
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(sum(self.told()), 2)

    def test_kits_that_amazon_ships(self):
        sale_order = self.sale_order_of(an_order("de_by_amazon_shipped"))
        self.assertEqual(sale_order.order_line.qty_delivered, 2)
        self.assertEqual(sale_order.picking_ids.state, "done")

    def test_a_kit_that_comes_back_brings_its_parts(self):
        sale_order = self.sale_order_of(an_order("de_tax_included"))
        self.validate(sale_order.picking_ids)
        row = {
            "key": "a return",
            "name": "D1",
            "order_name": sale_order.hemi_amazon_order_id.name,
            "fulfilled_by": "MERCHANT",
            "sku": "LAMP-1",
            "quantity": 1,
            "status": "Approved",
            "is_refunded": False,
        }
        self.env["hemi.amazon.return"]._take_rows(self.account, [row])
        back = self.env["hemi.amazon.return"].search([("key", "=", "a return")])
        self.assertEqual(back.state, "booked", back.problem)
        moves = back.picking_ids.move_ids
        parts = {move.product_id.name: move.product_uom_qty for move in moves if move.product_uom_qty}
        self.assertEqual(parts, {"BULB": 3, "FOOT": 1})
