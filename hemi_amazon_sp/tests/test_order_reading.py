"""How orders are read: by their number, from a date, and after days of downtime."""

import copy
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..amazon.dates import to_amazon as iso
from ..models import order_reading
from .common_simulator import FRANCE, GERMANY, MERCHANT_ID, SimulatorCase
from .test_amazon_order import OrderCase, make_payload

OTHER_SELLER, OTHER_TOKEN = "A3OTHERSELLER1", "Atzr|token-of-another-seller"
LAMP = [{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}]


class ReadingCase(SimulatorCase):
    def order(self, number, account=None):
        return self.env["hemi.amazon.order"].search(
            [("account_id", "=", (account or self.account).id), ("name", "=", number)]
        )

    def at_amazon(self, **values):
        """Have a buyer order at Amazon; nothing is imported yet."""
        return self.world.place_order(MERCHANT_ID, {"marketplaceId": GERMANY, "items": LAMP} | values)

    def old_order(self, seller=MERCHANT_ID, hours=24 * 200):
        """Have an order at Amazon that changed long ago."""
        number = self.world.place_order(seller, {"marketplaceId": GERMANY, "items": LAMP})
        whole = copy.deepcopy(self.world.orders.find(seller, number).data)
        whole["orderId"] = number[:-1] + str((int(number[-1]) + 5) % 10)
        whole["createdTime"] = whole["lastUpdatedTime"] = iso(self.world.clock.now() - timedelta(hours=hours))
        return self.world.place_order(seller, whole)

    def recover(self, numbers, user=None):
        wizard = self.env["hemi.amazon.recover"].with_user(user or self.env.user)
        with Form(wizard.with_context(default_account_id=self.account.id)) as form:
            form.numbers = numbers
        return form.record.action_recover()

    def calls(self, operation):
        return [call for call in self.world.calls() if call["operation"] == operation]


@tagged("post_install", "-at_install")
class TestRunNow(ReadingCase):
    def test_orders_are_read_too_but_not_every_minute(self):
        now = fields.Datetime.now()
        for ago, is_due in ((timedelta(minutes=2), True), (timedelta(seconds=10), False)):
            with self.subTest(ago=ago):
                self.account.write({"orders_pass": False, "orders_read_at": now - ago})
                self.assertGreater(self.account._orders_due_at(), now + timedelta(minutes=1))
                self.account.action_run_now()
                self.assertEqual(self.account._orders_due_at() <= fields.Datetime.now(), is_due)


@tagged("post_install", "-at_install")
class TestRecover(ReadingCase):
    def setUp(self):
        super().setUp()
        self.account.orders_from = fields.Datetime.now() - timedelta(hours=1)

    def test_orders_are_fetched_by_their_numbers_whatever_their_date(self):
        numbers = [self.old_order(), self.old_order()]
        self.run_job()
        self.assertFalse(self.order(numbers[0]))
        user = self.make_user("recoverer", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        action = self.recover(f"  {numbers[0]};\n\n{numbers[1].replace('-', chr(0x2011))},{numbers[0]}", user)
        rows = self.env["hemi.amazon.order"].search(action["domain"])
        self.assertEqual(sorted(rows.mapped("name")), sorted(numbers))
        self.assertEqual(set(rows.mapped("requested")), {True})
        self.assertFalse(self.calls("getOrder"), "only the job talks to Amazon")
        self.run_job()
        self.assertEqual(rows.mapped("state"), ["imported", "imported"], rows.mapped("error"))
        self.assertEqual(rows.mapped("requested"), [False, False])
        self.assertEqual(rows.sale_order_id.mapped("amount_total"), [20.0, 20.0])
        self.run_job()
        self.assertEqual(len(self.calls("getOrder")), 2, "each is fetched once")

    def test_what_is_no_order_number_is_named(self):
        for text, wrong in (
            ("302-1234567-123456", "302-1234567-123456"),
            ("302-1234567-1234567, order", "ORDER"),
            (" ,; ", "-"),
        ):
            with (
                self.subTest(text),
                self.assertRaisesRegex(UserError, f"no order numbers of Amazon: {wrong}"),
            ):
                self.recover(text)
        self.assertFalse(self.env["hemi.amazon.order"].search([("requested", "=", True)]))

    def test_an_account_of_another_company_is_not_shown(self):
        user = self.make_user("stranger", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        company = self.env["res.company"].create({"name": "Other"})
        wizard = self.env["hemi.amazon.recover"].create(
            {"account_id": self.account.id, "numbers": "302-1234567-1234567"}
        )
        user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        wizard = wizard.with_user(user).with_context(allowed_company_ids=company.ids)
        with self.assertRaises(AccessError):
            wizard.action_recover()

    def test_what_amazon_does_not_know_is_said_and_the_others_come(self):
        self.register_seller(OTHER_SELLER, OTHER_TOKEN, ["LAMP-1"])
        good, foreign = self.old_order(), self.old_order(OTHER_SELLER)
        self.recover(f"302-0000000-0000000 {foreign} {good}")
        self.run_job()
        for number in ("302-0000000-0000000", foreign):
            row = self.order(number)
            self.assertEqual((row.state, row.requested, row.next_attempt_at), ("failed", False, False))
            self.assertIn("It may be another seller's", row.error)
            self.assertIn("does not exist", row.error)
        self.assertEqual(self.order(good).state, "imported")
        self.assertIn("2", self.account.activity_ids.summary)
        self.run_job()
        self.assertEqual(len(self.calls("getOrder")), 3, "what Amazon does not know is not asked again")

    def test_an_order_that_is_there_is_not_doubled(self):
        sale_order = self.place_order()
        number = sale_order.client_order_ref
        self.recover(number)
        self.run_job()
        self.assertEqual(self.order(number).sale_order_id, sale_order)
        self.assertFalse(self.order(number).requested)
        self.assertEqual(self.env["sale.order"].search_count([("client_order_ref", "=", number)]), 1)

    def test_one_that_amazon_cannot_show_now_lets_the_others_go_first(self):
        bad, good = self.old_order(), self.old_order()
        self.recover(bad)
        self.world.add_fault("getOrder", "server_error", count=1)
        self.run_job()
        self.assertEqual((self.order(bad).state, self.order(bad).requested), ("waiting", True))
        self.assertGreater(self.order(bad).next_attempt_at, fields.Datetime.now())
        self.recover(good)
        self.run_job()
        self.assertEqual(self.order(good).state, "imported")
        self.order(bad).next_attempt_at = fields.Datetime.now()
        self.run_job()
        self.assertEqual(self.order(bad).state, "imported")

    def test_as_many_as_the_limit_grants_and_the_rest_later(self):
        numbers = [self.old_order() for _number in range(3)]
        self.recover("\n".join(numbers))
        self.world.set_limit("getOrder", 0.001, 2)
        self.run_job()
        rows = self.env["hemi.amazon.order"].search([("name", "in", numbers)])
        self.assertEqual(sorted(rows.mapped("state")), ["imported", "imported", "waiting"])
        self.world.set_limit("getOrder", 100, 1000)
        self.run_job()
        self.assertEqual(set(rows.mapped("state")), {"imported"})


@tagged("post_install", "-at_install")
class TestFirstImport(ReadingCase):
    def test_a_start_in_the_future_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "from a moment in the past"):
            self.account.orders_from = fields.Datetime.now() + timedelta(hours=1)

    def test_an_earlier_start_brings_in_what_lies_between(self):
        number = self.old_order(hours=2)
        self.account.orders_from = fields.Datetime.now() - timedelta(hours=1)
        self.run_job()
        self.assertFalse(self.order(number))
        self.account.orders_from = fields.Datetime.now() - timedelta(hours=3)
        self.run_job()
        self.assertEqual(self.order(number).state, "imported")


@tagged("post_install", "-at_install")
class TestCatchUp(ReadingCase):
    """Three days without the job: 40 changes that can wait, and four orders that must be shipped."""

    def setUp(self):
        super().setUp()
        self.patch(order_reading, "ORDERS_PAGE_SIZE", 5)
        self.run_job()
        self.account.orders_watermark = fields.Datetime.now() - timedelta(days=3)
        self.shipped = [self.at_amazon(fulfillmentStatus="SHIPPED") for _number in range(40)]
        self.world.advance(60)
        self.by_amazon = self.at_amazon(fulfilledBy="AMAZON", fulfillmentStatus="UNSHIPPED")
        # the one with the nearest promise was ordered last
        self.urgent = [self.at_amazon(createdHoursAgo=hours) for hours in (1, 2, 3, 50)]
        self.world.advance(180)

    def run_with_tokens(self, tokens):
        """Let the job run while Amazon grants this many calls of searchOrders."""
        self.world.set_limit("searchOrders", 0.0001, tokens)
        self.run_job()

    def imported(self, numbers):
        orders = self.env["hemi.amazon.order"].search([("name", "in", numbers), ("state", "=", "imported")])
        return len(orders.filtered("sale_order_id"))

    def test_what_must_be_shipped_is_there_after_the_first_run(self):
        self.run_with_tokens(2)
        self.assertEqual(self.imported(self.urgent), 4)
        self.assertEqual(self.imported(self.shipped), 5, "with the second token the whole reading began")
        self.assertEqual(self.account.orders_pass, "all")
        self.assertLess(self.account.orders_watermark, fields.Datetime.now() - timedelta(days=2))
        self.run_with_tokens(3)
        self.assertEqual(self.imported(self.shipped), 20)
        self.run_with_tokens(100)
        self.assertEqual(self.imported(self.shipped + self.urgent + [self.by_amazon]), 45)
        self.assertFalse(self.account.orders_pass)
        self.assertGreater(self.account.orders_watermark, fields.Datetime.now() - timedelta(hours=1))
        calls = len(self.calls("searchOrders"))
        self.world.advance(600)
        self.account.orders_watermark += timedelta(minutes=10)
        self.run_with_tokens(100)
        self.assertEqual(len(self.calls("searchOrders")), calls + 1, "nothing is left to catch up with")

    def test_the_nearest_promise_of_a_page_is_imported_first(self):
        self.run_with_tokens(1)
        orders = self.env["hemi.amazon.order"].search([("name", "in", self.urgent)])
        by_import = orders.sorted(lambda order: order.sale_order_id.id)
        self.assertEqual(by_import.mapped("name"), self.urgent[::-1])
        self.assertEqual(by_import.mapped("ship_by"), sorted(orders.mapped("ship_by")))

    def test_a_pass_goes_on_where_it_was_when_the_worker_dies(self):
        self.patch(order_reading, "ORDERS_PAGE_SIZE", 2)
        take_page = type(self.env["hemi.amazon.order"])._take_page
        pages = []

        def dying(orders, account, payloads):
            pages.append([payload["orderId"] for payload in payloads])
            if len(pages) == 2:
                raise MemoryError
            return take_page(orders, account, payloads)

        silent = mute_logger("odoo.addons.hemi_amazon_sp.models.amazon_job")
        with patch.object(type(self.env["hemi.amazon.order"]), "_take_page", dying), silent:
            self.run_with_tokens(100)
        self.assertEqual((self.account.orders_pass, bool(self.order(pages[1][0]))), ("to_ship", False))
        self.run_with_tokens(100)
        self.run_with_tokens(100)
        self.assertEqual(self.imported(self.shipped + self.urgent + [self.by_amazon]), 45)

    def test_a_page_token_that_is_too_old_begins_its_pass_again(self):
        self.patch(order_reading, "ORDERS_PAGE_SIZE", 2)
        self.run_with_tokens(1)
        self.assertEqual((self.imported(self.urgent), self.account.orders_pass), (2, "to_ship"))
        self.world.advance(25 * 3600)
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        self.run_with_tokens(4)
        self.assertEqual(self.imported(self.urgent), 4)


@tagged("post_install", "-at_install")
class TestSameOrderAgain(OrderCase):
    def versions(self):
        """An order as it was, and as it is now."""
        new = make_payload(lastUpdatedTime="2026-11-20T12:00:00Z")
        new["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
        return make_payload(), new

    def assert_cancelled_once(self, order):
        self.assertEqual(
            (order.state, order.status, order.sale_order_id.state), ("imported", "CANCELLED", "cancel")
        )
        self.assertEqual(self.env["sale.order"].search_count([("client_order_ref", "=", order.name)]), 1)

    def test_both_states_in_one_page_and_in_two(self):
        self.make_listing("LAMP-1")
        old, new = self.versions()
        self.take(old)
        self.take(new, old)
        order = self.take(old, new)
        self.assert_cancelled_once(order)
        before = order.sale_order_id.write_date, len(order.sale_order_id.message_ids)
        self.take(new)
        self.take(old)
        self.assertEqual((order.sale_order_id.write_date, len(order.sale_order_id.message_ids)), before)

    def test_answers_of_two_marketplaces(self):
        self.make_listing("LAMP-1")
        german = self.take(make_payload())
        french = make_payload(salesChannel={"channelName": "AMAZON", "marketplaceId": FRANCE})
        self.assertEqual(self.take(french), german)
        self.assertEqual(german.marketplace_id, self.germany)
        self.assertEqual(self.env["sale.order"].search_count([("client_order_ref", "=", german.name)]), 1)

    def test_an_older_state_does_not_hide_a_newer_one_that_failed(self):
        old, new = self.versions()
        broken = copy.deepcopy(new)
        del broken["orderItems"][0]["quantityOrdered"]
        self.take(broken)
        order = self.take(old)
        self.assertEqual((order.state, order.sale_order_id.id), ("failed", False))
        order = self.take(new)
        self.assertEqual((order.state, order.status), ("imported", "CANCELLED"))
