"""New orders of a page are imported together; what comes out is the same as one by one."""

import copy
import json
import re
from collections import Counter
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_orders import MarketplacesCase, an_order
from .test_order_shapes import FILES

# what differs from one import to the next whatever is done
SKIPPED = {"id", "access_token", "access_url", "message_id", "parent_path", "res_id", "payload_encrypted"}
REFUSED = "This customer may not buy."
SETTINGS = (
    {},
    {"reserve_pending": True, "unknown_sku_rule": "create"},
    {"unknown_sku_rule": "hold", "confirm_orders": False},
)


@tagged("post_install", "-at_install")
class TestTogether(MarketplacesCase):
    def setUp(self):
        super().setUp()
        self.orders = self.env["hemi.amazon.order"].with_context(tracking_disable=False)
        self.account = self.account.with_env(self.orders.env)
        self.model = type(self.orders)

    # --- two ways

    def together(self, payloads):
        """Import orders as one page.

        :return: the rows, and how many orders were taken one by one
        """
        take, alone = self.model._take, []

        def counting(record, payload):
            alone.append(record.name)
            return take(record, payload)

        with patch.object(self.model, "_take", counting):
            self.orders._take_page(self.account, payloads)
        return self.rows(payloads), len(alone)

    def one_by_one(self, payloads):
        """Import orders as a page that cannot be imported together."""

        def refusing(orders, pairs):
            raise UserError(REFUSED)

        with patch.object(self.model, "_import_page", refusing):
            self.orders._take_page(self.account, payloads)
        return self.rows(payloads)

    def rows(self, payloads):
        names = [payload["orderId"] for payload in payloads]
        return self.orders.search([("account_id", "=", self.account.id), ("name", "in", names)], order="name")

    # --- what comes out

    def picture(self, record):
        """All that is stored of an order: row, sale order, lines, people, transfers, chatter, activities.

        :rtype: dict[tuple[str, int, str], str]
        """
        sale_order = record.sale_order_id
        people = sale_order.partner_id | sale_order.partner_shipping_id | sale_order.partner_id.child_ids
        shown = {
            "row": record,
            "sale order": sale_order,
            "lines": sale_order.order_line,
            "people": people.sorted("id"),
            "transfers": sale_order.picking_ids,
            "moves": sale_order.picking_ids.move_ids.sorted("id"),
            "followers": (sale_order.message_follower_ids | sale_order.picking_ids.message_follower_ids),
            "activities": sale_order.activity_ids.sorted("summary"),
            "messages": sale_order.message_ids.sorted("id"),
            "messages of people": people.message_ids.sorted("id"),
            "messages of transfers": sale_order.picking_ids.message_ids.sorted("id"),
        }
        return {
            (name, place, field): value
            for name, records in shown.items()
            for place, record in enumerate(records)
            for field, value in self.stored(record).items()
        }

    def stored(self, record):
        """Give the stored values of a record; of others it is linked to, their names, without numbers."""
        values = {}
        for name, field in record._fields.items():
            if not field.store or name in SKIPPED or field.type in ("one2many", "binary", "properties"):
                continue
            value = record[name]
            if field.relational:
                value = value.mapped("display_name")
            elif field.type == "json":
                value = json.dumps(value, sort_keys=True)
            values[name] = re.sub(r"S\d{5}|/\d{5}|data-oe-id=\S+|/\d+|'id': \d+", "#", str(value))
        return values

    def world(self, rows):
        """Give a picture of each order, and what there is besides."""
        models = ("res.partner", "product.product", "hemi.amazon.listing", "mail.blacklist", "stock.picking")
        counts = {name: self.env[name].search_count([]) for name in (*models, "mail.activity")}
        return {record.name: self.picture(record) for record in rows} | {"counts": counts}

    @freeze_time("2026-11-20 12:00:00")
    def test_every_shape_comes_out_the_same(self):
        payloads = [json.loads(path.read_text())["order"] for path in FILES]
        for settings in SETTINGS:
            self.account.write(settings)
            worlds = []
            for way in (lambda page: self.together(page)[0], self.one_by_one):
                with self.env.cr.savepoint() as savepoint:
                    worlds.append(self.world(way(copy.deepcopy(payloads))))
                    savepoint.rollback()
            self.assertGreater(sum(map(len, worlds[1].values())), 20000, "a picture has its details")
            for name, alone in worlds[1].items():
                with self.subTest(settings=settings, order=name):
                    together = worlds[0][name]
                    differences = {
                        key: (together.get(key), alone.get(key))
                        for key in together | alone
                        if together.get(key) != alone.get(key)
                    }
                    self.assertEqual(differences, {})

    def test_most_shapes_are_taken_together(self):
        payloads = [json.loads(path.read_text())["order"] for path in FILES]
        rows, alone = self.together(payloads)
        waiting = rows.filtered(lambda row: not row.sale_order_id)
        self.assertEqual(alone, len(waiting), "alone are only those that become no sale order yet")
        self.assertLess(alone, 5)

    # --- one page

    def page(self, count, **changes):
        """Give orders of one shape, each by a buyer of its own."""
        return [
            an_order(
                "de_tax_included",
                orderId=f"402-0000000-00000{number:02}",
                buyer={"buyerName": f"Buyer {number}", "buyerEmail": f"a{number}@marketplace.amazon.de"},
                **changes,
            )
            for number in range(count)
        ]

    def test_one_buyer_of_several_orders_of_a_page(self):
        payloads = self.page(3)
        for payload in payloads:
            payload["buyer"] = payloads[0]["buyer"]
        payloads[2]["recipient"]["deliveryAddress"]["addressLine1"] = "Nebenstrasse 1"
        rows, alone = self.together(payloads)
        sale_orders = rows.sale_order_id
        self.assertEqual((len(sale_orders), alone), (3, 0))
        self.assertEqual(len(sale_orders.partner_id), 1)
        self.assertEqual(len(sale_orders.partner_shipping_id), 2)

    def test_one_odd_order_spoils_no_other(self):
        payloads = self.page(5)
        prepare = type(self.env["hemi.amazon.order.import"])._prepare_order

        def refusing(importer, record, order):
            if order.buyer.name == "Buyer 3":
                raise UserError(REFUSED)
            return prepare(importer, record, order)

        with patch.object(type(self.env["hemi.amazon.order.import"]), "_prepare_order", refusing):
            rows, alone = self.together(payloads)
        self.assertEqual(alone, 5)
        self.assertEqual(Counter(rows.mapped("state")), {"imported": 4, "failed": 1})
        self.assertEqual(rows.filtered("error").mapped("error"), [REFUSED])
        self.assertEqual(len(rows.sale_order_id), 4)
        rows, alone = self.together([*payloads, *self.page(7)[5:]])
        self.assertEqual((alone, set(rows.mapped("state"))), (5, {"imported"}))

    def test_the_databases_trouble_is_not_the_orders(self):
        def broken(orders, pairs):
            raise psycopg2.OperationalError

        with (
            patch.object(self.model, "_import_page", broken),
            self.assertRaises(psycopg2.OperationalError),
        ):
            self.orders._take_page(self.account, self.page(2))
        self.assertFalse(self.rows(self.page(2)).sale_order_id)

    def test_a_page_costs_few_queries_more_for_each_order(self):
        """One by one an order takes more than a hundred; about thirty are Odoo's own confirmation."""
        few, many = self.page(10), self.page(40)[10:]
        self.together(self.page(50)[40:])  # what Odoo itself keeps is known now
        costs = []
        for payloads in (few, many):
            before = self.env.cr.sql_log_count
            self.together(payloads)
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        each = (costs[1] - costs[0]) / (len(many) - len(few))
        self.assertLess(each, 40)
