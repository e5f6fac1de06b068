"""What the computation of stock and price puts into Odoo's cache is what Odoo would have computed."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .common_simulator import SimulatorCase

FIELDS = ("categ_id", "currency_id", "list_price", "lst_price", "price_extra", "uom_id")


@tagged("post_install", "-at_install")
class TestListingValues(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.price = self.env["hemi.amazon.flow.price"]
        size = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [Command.create({"name": name}) for name in "SL"]}
        )
        lines = [Command.create({"attribute_id": size.id, "value_ids": [Command.set(size.value_ids.ids)]})]
        shirt = self.env["product.template"].create(
            {"name": "Shirt", "list_price": 30, "attribute_line_ids": lines}
        )
        shirt.attribute_line_ids.product_template_value_ids[1].price_extra = 5
        swiss = self.env["res.company"].create({"name": "Swiss", "currency_id": self.env.ref("base.CHF").id})
        franc = self.env["product.product"].create(
            {"name": "Clock", "list_price": 90, "company_id": swiss.id}
        )
        dozen = self.env["product.product"].create(
            {"name": "Eggs", "uom_id": self.env.ref("uom.product_uom_dozen").id}
        )
        self.products = shirt.product_variant_ids + franc + dozen + self.lamp.product_id

    def values(self, products):
        return [[product[name] for name in FIELDS] for product in products]

    def filled(self):
        """The products as the computation of prices gets them, with a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.price._products(self.account, self.products.ids)

    def test_values_are_those_of_odoo(self):
        seen = self.values(self.filled())
        self.env.invalidate_all()
        self.assertEqual(seen, self.values(self.products))
        self.assertEqual([row[FIELDS.index("lst_price")] for row in seen][:3], [30, 35, 90])
        self.assertEqual(len({row[FIELDS.index("currency_id")] for row in seen}), 2)

    def test_they_are_there_before_they_are_asked_for(self):
        products = self.filled()
        for name in ("categ_id", "currency_id", "list_price", "price_extra", "uom_id"):
            field = products._fields[name]
            self.assertFalse(list(field._cache_missing_ids(products)), name)

    def test_a_currency_that_depends_on_more_is_left_to_odoo(self):
        field = self.env["product.template"]._fields["currency_id"]
        with patch.dict(self.env.registry.field_depends, {field: ("company_id", "categ_id")}):
            self.env.invalidate_all()
            templates = self.products.product_tmpl_id
            self.price._compute_once(templates, "currency_id", "company_id")
            self.assertEqual(set(field._cache_missing_ids(templates)), set(templates.ids))
