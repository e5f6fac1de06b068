"""The cards of the overview, the first steps and the list of problems."""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import Form, new_test_user, tagged

from .common_simulator import SimulatorCase


@tagged("post_install", "-at_install")
class TestOverview(SimulatorCase):
    def problems(self, **filters):
        domain = [
            ("account_id", "=", self.account.id),
            *((name, "=", value) for name, value in filters.items()),
        ]
        return self.env["hemi.amazon.problem"].search(domain)

    def fresh(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.account

    def refresh(self):
        flow = self.env["hemi.amazon.flow.listings"]
        while flow._refresh_batch(self.account):
            pass

    def test_a_quiet_account_is_well(self):
        self.settle()
        account = self.fresh()
        self.assertEqual((account.health, account.problem_count, account.waiting_count), ("good", 0, 0))
        self.assertFalse(account.waiting_since)

    def test_a_change_of_stock_waits_until_amazon_has_it(self):
        self.account.listing_interval = 1
        self.settle()
        self.stock(self.lamp, 5)
        self.refresh()
        account = self.fresh()
        self.assertEqual((account.health, account.waiting_count), ("working", 1))
        since = account.waiting_since
        self.assertAlmostEqual(since, fields.Datetime.now(), delta=timedelta(minutes=1))
        self.lamp.sudo().quantity_wanted_at = since - timedelta(hours=3)
        self.assertEqual(self.fresh().health, "attention", "three hours old")
        self.stock(self.lamp, 1)
        self.refresh()
        self.assertEqual(self.fresh().waiting_since, since - timedelta(hours=3), "the oldest change counts")
        self.env["hemi.amazon.feed"].search([]).submitted_at = fields.Datetime.now() - timedelta(minutes=5)
        self.settle()
        self.assertFalse(self.fresh().waiting_since)

    def test_orders_of_the_day_are_counted_and_drawn(self):
        sale_order = self.place_order([{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}])
        sale_order.hemi_amazon_order_id.purchased_at = fields.Datetime.now()
        account = self.fresh()
        self.assertEqual(account.orders_today, 1)
        [graph] = json.loads(account.orders_graph)
        self.assertEqual([bar["value"] for bar in graph["values"]], [0] * 13 + [1])

    def test_a_late_order_is_a_problem_until_it_is_shipped(self):
        sale_order = self.place_order([{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}])
        self.assertFalse(self.problems())
        sale_order.hemi_amazon_order_id.ship_by = fields.Datetime.now() - timedelta(hours=1)
        account = self.fresh()
        self.assertEqual((account.late_count, account.health), (1, "attention"))
        problem = self.problems()
        self.assertEqual((problem.kind, problem.name), ("late", sale_order.client_order_ref))
        self.assertEqual(problem.action_open()["res_id"], sale_order.id)
        self.deliver(sale_order)
        self.assertFalse(self.problems())

    def test_what_amazon_refuses_is_a_problem_until_it_is_dealt_with(self):
        sale_order = self.place_order([{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}])
        self.deliver(sale_order)
        [message] = sale_order.picking_ids.hemi_amazon_message_ids
        message._reject("6001", "The carrier is not known.")
        problem = self.problems()
        self.assertEqual(
            (problem.kind, problem.flow, problem.reason), ("rejected", "ship", "The carrier is not known.")
        )
        self.assertTrue(problem.what_to_do)
        self.assertTrue(problem.can_retry)
        problem.action_retry()
        self.assertEqual(message.state, "pending")
        self.assertFalse(self.problems())

    def test_a_parcel_without_carrier_is_a_problem_until_it_has_one(self):
        sale_order = self.place_order([{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}])
        self.deliver(sale_order)
        picking = sale_order.picking_ids
        carrier, picking.carrier_id = picking.carrier_id, False
        self.run_job()
        problem = self.problems()
        self.assertEqual(
            (problem.kind, problem.reason), ("parcel", f"The transfer {picking.name} has no carrier.")
        )
        self.assertEqual(problem.action_open()["res_id"], picking.id)
        form = Form(picking)
        form.carrier_id = carrier
        form.save()
        self.run_job()
        self.assertFalse(self.problems())

    def test_listings_without_a_product_are_counted(self):
        self.assertEqual((self.fresh().has_listings, self.account.unmatched_count), (True, 0))
        self.lamp.product_id = False
        account = self.fresh()
        self.assertEqual((account.unmatched_count, account.health), (1, "attention"))
        action = account.action_open_unmatched()
        self.assertTrue(action["context"]["search_default_unmatched"])

    def test_currencies_without_a_rate_are_named(self):
        company = self.account.company_id
        foreign = self.germany.currency_id - company.currency_id
        foreign.rate_ids.unlink()
        self.account.pricelist_id = False
        self.assertEqual(self.account.rates_missing, foreign.name or "")
        for currency in foreign:
            currency.rate_ids = [Command.create({"name": "2026-01-01", "rate": 2.0})]
        self.account.invalidate_recordset(["rates_missing"])
        self.assertFalse(self.account.rates_missing)

    def test_every_kind_of_problem_is_found(self):
        sale_order = self.place_order([{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}])
        record, account = sale_order.hemi_amazon_order_id, self.account
        ways = {
            "order": lambda: record.write({"state": "failed", "error": "why"}),
            "product": lambda: record.write({"state": "held", "error": "why"}),
            "cancel": lambda: sale_order._amazon_hold("cancellation", "Found cheaper"),
            "shipped": lambda: sale_order._amazon_hold("shipped"),
            "tax": lambda: record.write({"tax_missing": "21 % in BE"}),
            "account": lambda: account.write({"last_error": "why"}),
            "feed": lambda: self.env["hemi.amazon.feed"].create(
                {
                    "account_id": account.id,
                    "flow": "ship",
                    "feed_type": "POST_ORDER_FULFILLMENT_DATA",
                    "lane": "ship",
                    "content_type": "text/xml",
                    "state": "unknown",
                }
            ),
            "return": lambda: self.env["hemi.amazon.return"].create(
                {
                    "account_id": account.id,
                    "key": "1",
                    "name": "RMA",
                    "order_name": record.name,
                    "fulfilled_by": "MERCHANT",
                    "sku": "LAMP-1",
                    "state": "failed",
                }
            ),
        }
        kinds = dict(self.env["hemi.amazon.problem"]._fields["kind"]._description_selection(self.env))
        self.assertEqual({*ways, "late", "parcel", "rejected"}, set(kinds))
        for kind, make in ways.items():
            with self.subTest(kind=kind), self.env.cr.savepoint() as savepoint:
                make()
                problem = self.problems(kind=kind)
                self.assertEqual(len(problem), 1)
                self.assertTrue(problem.what_to_do)
                self.assertTrue(problem.action_open()["res_id"])
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertFalse(self.problems())

    def test_problems_of_other_companies_are_not_seen(self):
        self.account.last_error = "why"
        self.env.flush_all()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        groups = "hemi_amazon_sp.hemi_amazon_sp_group_user"
        stranger = new_test_user(self.env, "stranger", groups, company_id=company.id)
        stranger.company_ids = [Command.set(company.ids)]
        problems = self.env["hemi.amazon.problem"]
        self.assertTrue(problems.with_user(self.account.user_id).search([("kind", "=", "account")]))
        self.assertFalse(problems.with_user(stranger).search([]))

    def test_what_is_behind_each_number(self):
        self.assertIn(("account_id", "in", self.account.ids), self.account.action_open_problems()["domain"])
        self.settle()
        self.assertEqual(self.account.action_open_waiting()["res_model"], "hemi.amazon.listing")
        self.deliver(self.place_order([{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}]))
        self.assertEqual(self.account.action_open_waiting()["res_model"], "hemi.amazon.feed.message")

    def test_a_limit_that_is_nearly_used_up_is_named(self):
        self.assertFalse(self.account.scarce_limit)
        self.env["hemi.amazon.quota"].create(
            {
                "application_id": "app",
                "merchant_id": self.account.merchant_id,
                "region": self.account.region,
                "operation": "createFeed",
                "rate": 0.0083,
                "burst": 15,
                "tokens": 2,
                "updated_at": fields.Datetime.now().timestamp(),
            }
        )
        self.assertEqual(self.fresh().scarce_limit, "createFeed: 2 of 15 left")

    def test_what_the_next_hour_needs_of_each_limit(self):
        self.account.listing_interval = 1
        self.settle()
        self.run_job()
        limits = {quota.operation: quota for quota in self.account._limits()}
        orders = limits["searchOrders"]
        self.assertEqual((orders.needed_next_hour, orders.is_bottleneck), (12, False), "every 5 minutes")
        self.assertGreater(orders.used_last_hour, 0)
        self.assertEqual(orders.refused_last_hour, 0)
        orders.write({"rate": 0.001, "tokens": 0})
        orders.invalidate_recordset()
        self.assertTrue(orders.is_bottleneck)
        self.assertIn("searchOrders: 12 calls are needed in the next hour", self.account.schedule)
        self.stock(self.lamp, 5)
        self.refresh()
        self.assertEqual(self.account._calls_needed()["createFeed"], 60, "one marketplace, once a minute")
        self.assertEqual(self.account.action_open_limits()["res_model"], "hemi.amazon.quota")

    def test_the_number_of_queries_does_not_grow_with_the_accounts(self):
        def read(accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            counted = self.env.cr.sql_log_count
            accounts.read(
                ["health", "problem_count", "waiting_count", "orders_graph", "scarce_limit", "secret_state"]
            )
            return self.env.cr.sql_log_count - counted

        read(self.account)
        few = read(self.account)
        others = self.account.browse()
        for number in range(8):
            values = {"merchant_id": f"A0OVERVIEW{number}", "client_email": "seller@example.com"}
            others |= self.account.copy(values)
        self.assertEqual(read(self.account | others), few)


@tagged("post_install", "-at_install")
class TestFirstSteps(SimulatorCase):
    def steps(self):
        return {step["name"]: step["done"] for step in self.env["hemi.amazon.account"].first_steps()}

    def test_the_way_to_the_first_stock(self):
        self.assertFalse(self.steps()["run"])
        self.assertTrue(self.steps()["authorised"])
        self.settle()
        self.assertEqual(self.steps(), {}, "all done: nothing is shown")

    def test_an_empty_database_begins_with_the_app(self):
        self.env["hemi.amazon.account"].search([]).unlink()
        self.env["hemi.amazon.integration"].search([]).unlink()
        steps = self.env["hemi.amazon.account"].first_steps()
        self.assertEqual([step["name"] for step in steps if step["current"]], ["app"])
        self.assertFalse(any(step["done"] for step in steps))
        for step in steps:
            self.assertTrue(self.env.ref(step["action"]))

    def test_users_who_may_not_configure_see_no_steps(self):
        user = new_test_user(self.env, "packer", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        self.assertEqual(self.env["hemi.amazon.account"].with_user(user).first_steps(), [])
