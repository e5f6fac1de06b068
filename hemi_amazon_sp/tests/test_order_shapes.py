"""Orders in Amazon's own format, one file each in tests/orders, and what Odoo must show of them."""

import json
import os
import unittest
from pathlib import Path

from odoo.tests import tagged

from .common_orders import MarketplacesCase

FILES = sorted(Path(__file__).with_name("orders").glob("*.json"))
MODELS = os.environ.get("SPAPI_MODELS")


@tagged("post_install", "-at_install")
class TestOrderShapes(MarketplacesCase):
    def test_there_are_many(self):
        self.assertGreaterEqual(len(FILES), 40)
        numbers = [json.loads(path.read_text())["order"]["orderId"] for path in FILES]
        self.assertEqual(len(set(numbers)), len(numbers))

    def test_every_shape_arrives_as_it_must(self):
        for path in FILES:
            shape = json.loads(path.read_text())
            with self.subTest(shape=path.stem), self.env.cr.savepoint() as savepoint:
                self.check_shape(shape["order"], shape["expected"], shape.get("account", {}))
                savepoint.rollback()

    def check_shape(self, payload, expected, account):
        self.account.write(account)
        record = self.take(payload)
        self.assertEqual(record.state, expected.get("state", "imported"), record.error)
        again = self.take(payload)
        self.assertEqual((again, again.sale_order_id), (record, record.sale_order_id))
        sale_order = record.sale_order_id
        if not expected["lines"]:
            self.assertFalse(sale_order)
            return
        self.assertEqual(self.lines_of(sale_order), expected["lines"])
        self.assertEqual(self.total_of(sale_order), expected["total"])
        if "proceeds" in payload:
            stated = payload["proceeds"]["grandTotal"]
            self.assertEqual(expected["total"], f"{stated['currencyCode']} {stated['amount']}")
        self.assertEqual(self.taxes_of(sale_order), expected["taxes"])
        partner = self.partner_of(sale_order)
        self.assertEqual({name: partner[name] for name in expected["partner"]}, expected["partner"])
        self.assertEqual(self.transfer_of(sale_order), expected["transfer"])
        for field, value in expected.get("order", {}).items():
            self.assertEqual(record[field], value, field)
        self.assertEqual(sale_order.state, expected.get("sale_state", "sale"))

    def lines_of(self, sale_order):
        """Product, quantity and total, tax included, of each line."""
        return [
            [line.product_id.default_code or line.product_id.name, line.product_uom_qty, self.cents(line)]
            for line in sale_order.order_line
        ]

    def cents(self, line):
        return f"{line.price_total:.{line.currency_id.decimal_places}f}"

    def total_of(self, sale_order):
        currency = sale_order.currency_id
        return f"{currency.name} {sale_order.amount_total:.{currency.decimal_places}f}"

    def taxes_of(self, sale_order):
        """Tax -> its amount in the whole order."""
        return {
            group["group_name"]: f"{group['tax_amount_currency']:.{sale_order.currency_id.decimal_places}f}"
            for subtotal in sale_order.tax_totals["subtotals"]
            for group in subtotal["tax_groups"]
        }

    def partner_of(self, sale_order):
        """Buyer, his tax number, and where it goes, in the words on a label."""
        buyer, to = sale_order.partner_id, sale_order.partner_shipping_id
        return {
            "buyer": buyer.name,
            "vat": buyer.vat or "",
            "to": [to.name, to.street or "", to.street2 or "", to.zip or "", to.city or ""]
            + [to.state_id.code or "", to.country_id.code or ""],
        }

    def transfer_of(self, sale_order):
        """State, location and quantities of the transfers, and what the packer must know."""
        return [
            {
                "state": "open" if picking.state not in ("done", "cancel") else picking.state,
                "from": "amazon" if picking.location_id == self.account.fba_location_id else "warehouse",
                "items": [
                    [
                        move.product_id.default_code,
                        move.quantity if picking.state == "done" else move.product_uom_qty,
                    ]
                    for move in picking.move_ids
                ],
                "deadline": str(picking.date_deadline or ""),
                "note": picking.hemi_amazon_note or "",
            }
            for picking in sale_order.picking_ids
        ]


@unittest.skipUnless(MODELS, "SPAPI_MODELS is not set: the shapes are not compared with Amazon's model")
class TestShapesAreAmazons(unittest.TestCase):
    def test_every_shape_fits_amazons_model(self):
        from jsonschema import Draft4Validator

        model = json.loads(Path(MODELS, "models", "orders_2026-01-01.json").read_text())
        validator = Draft4Validator({"definitions": model["definitions"], "$ref": "#/definitions/Order"})
        known = {
            name: set(definition.get("properties", ())) for name, definition in model["definitions"].items()
        }
        for path in FILES:
            order = json.loads(path.read_text())["order"]
            with self.subTest(shape=path.stem):
                self.assertEqual([error.message for error in validator.iter_errors(order)], [])
                self.assertEqual(self.strangers(order, "Order", model["definitions"], known), [])

    def strangers(self, value, name, definitions, known):
        """Fields that Amazon's model does not have."""
        found = []
        for key, part in value.items():
            if key not in known[name]:
                found.append(f"{name}.{key}")
                continue
            schema = definitions[name]["properties"][key]
            reference = schema.get("$ref") or schema.get("items", {}).get("$ref")
            for child in part if isinstance(part, list) else [part]:
                if isinstance(child, dict) and reference:
                    found += self.strangers(child, reference.split("/")[-1], definitions, known)
        return found
