"""What becomes of orders that cannot be imported."""

from ast import literal_eval
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_simulator import MERCHANT_ID
from .test_amazon_order import OrderCase, make_payload
from .test_order_reading import ReadingCase

USER = "hemi_amazon_sp.hemi_amazon_sp_group_user"
LOGGER = "odoo.addons.hemi_amazon_sp.models.order_failures"


def broken(number="402-1234567-1234567", **values):
    payload = make_payload(number, **values)
    del payload["orderItems"][0]["quantityOrdered"]
    return payload


@tagged("post_install", "-at_install")
class TestFailures(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_listing("LAMP-1")
        cls.user = cls.make_user("looker", USER)

    def tell(self):
        self.account._tell_failed_orders()
        return self.account.activity_ids

    def test_a_failed_order_shows_what_is_known_of_it(self):
        window = {"latestDateTime": "2026-11-22T22:00:00Z"}
        payload = broken(fulfillment={"fulfillmentStatus": "UNSHIPPED", "shipByWindow": window})
        order = self.take(payload)
        self.assertEqual(order.ship_by, fields.Datetime.to_datetime("2026-11-22 22:00:00"))
        self.assertEqual(order.purchased_at, fields.Datetime.to_datetime("2026-11-20 10:00:00"))
        self.assertNotIn("Erika", order.error)
        self.assertNotIn("Erika", order.sudo().payload_encrypted)

    def test_orders_without_a_number_are_shown_each(self):
        one, two = make_payload(), make_payload(createdTime="2026-11-20T11:00:00Z")
        del one["orderId"]
        two["orderId"] = 4711
        orders = self.env["hemi.amazon.order"]
        for _time in range(2):
            orders._take_page(self.account, [one, None, two, make_payload("402-0000000-0000009")])
        failed = orders.search([("account_id", "=", self.account.id), ("state", "=", "failed")])
        reasons = " ".join(failed.mapped("error"))
        self.assertEqual(len(failed), 3)
        for reason in (
            "order.orderId is missing",
            "order.orderId is not text",
            "order.salesChannel is missing",
        ):
            self.assertIn(reason, reasons)
        self.assertEqual(orders.search([("name", "=", "402-0000000-0000009")]).state, "imported")

    @mute_logger(LOGGER)
    def test_an_unexpected_error_names_its_place_and_no_contents(self):
        def buggy(importer, record, order):
            return {}[order.buyer.name]

        self.patch(type(self.env["hemi.amazon.order.import"]), "_prepare_order", buggy)
        order = self.take(make_payload())
        self.assertRegex(order.error, r"KeyError at hemi_amazon_sp/tests/test_order_failures.py, line \d+")
        self.assertNotIn("Erika", order.error)

    def test_ignored_stays_ignored(self):
        order = self.take(broken())
        order.with_user(self.user).action_ignore()
        self.assertEqual((order.state, order.ignored_by_id), ("ignored", self.user))
        self.assertTrue(order.ignored_at)
        self.assertFalse(order.sudo().payload_encrypted)
        self.take(make_payload(lastUpdatedTime="2026-11-21T10:00:00Z"))
        self.assertEqual((order.state, order.sale_order_id.id), ("ignored", False))

    def test_only_failed_orders_are_ignored(self):
        order = self.take(make_payload())
        order.action_ignore()
        self.assertEqual(order.state, "imported")

    def test_a_stranger_can_neither_retry_nor_ignore(self):
        order = self.take(broken())
        stranger = self.make_user("stranger", "base.group_user")
        for action in ("action_retry", "action_ignore"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(order.with_user(stranger), action)()

    def test_one_activity_for_all_which_closes_by_itself(self):
        self.take(broken(), broken("402-1234567-0000002"))
        activity = self.tell()
        self.assertEqual(activity.summary, "Amazon orders that could not be imported: 2")
        self.assertEqual(activity.user_id, self.account.user_id)
        self.take(broken("402-1234567-0000003"))
        self.assertEqual(self.tell(), activity)
        self.assertEqual(activity.summary, "Amazon orders that could not be imported: 3")
        orders = self.take(
            make_payload(), make_payload("402-1234567-0000002"), make_payload("402-1234567-0000003")
        )
        self.assertEqual(set(orders.mapped("state")), {"imported"})
        self.assertFalse(self.tell())

    def test_a_person_who_is_done_is_asked_again_only_for_more(self):
        self.take(broken())
        self.tell().action_done()
        self.assertFalse(self.tell())
        self.take(broken("402-1234567-0000002"))
        self.assertTrue(self.tell())

    def test_the_last_one_ignored_closes_the_activity(self):
        order = self.take(broken())
        self.assertTrue(self.tell())
        order.with_user(self.user).action_ignore()
        self.assertFalse(self.account.activity_ids)

    def test_what_amazon_sent_is_erased_after_30_days(self):
        old, new = self.take(broken(), broken("402-1234567-0000002"))
        (old | new).failed_at = fields.Datetime.now() - timedelta(days=29)
        old.failed_at -= timedelta(days=2)
        self.env["hemi.amazon.order"]._gc_payloads()
        self.assertFalse(old.sudo().payload_encrypted)
        self.assertIn("fetches the order from Amazon", old.error)
        self.assertTrue(new.sudo().payload_encrypted)

    def test_trying_again_does_not_keep_it_longer_but_a_change_does(self):
        order = self.take(broken())
        since = fields.Datetime.now() - timedelta(days=20)
        order.failed_at = since
        order._take_again()
        self.assertEqual((order.failed_at, order.attempts), (since, 2))
        self.take(broken(lastUpdatedTime="2026-11-21T10:00:00Z"))
        self.assertGreater(order.failed_at, since)

    def test_it_is_tried_ever_more_rarely(self):
        order = self.take(broken())
        pauses = []
        for _attempt in range(8):
            pauses.append((order.next_attempt_at - fields.Datetime.now()).total_seconds() / 60)
            order._take_again()
        self.assertEqual([round(pause) for pause in pauses], [15, 30, 60, 120, 240, 480, 720, 720])


@tagged("post_install", "-at_install")
class TestScreen(OrderCase):
    def test_the_menu_shows_what_is_to_look_at(self):
        failed, good = self.take(broken(), make_payload("402-9999999-0000002"))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "hemi_amazon_sp.hemi_amazon_order_failed_action"
        )
        orders = self.env["hemi.amazon.order"]
        shown = orders.search([*literal_eval(action["domain"]), ("account_id", "=", self.account.id)])
        self.assertEqual(shown, failed)
        self.assertIn("search_default_to_look_at", action["context"])
        user = self.make_user("looker", USER)
        for record in (failed, good):
            form = Form(record.with_user(user))
            self.assertEqual(form.error, record.error)

    def test_all_views_can_be_opened(self):
        user = self.make_user("looker", USER)
        for name in ("order_action", "order_failed_action", "recover_action"):
            action = self.env["ir.actions.act_window"]._for_xml_id(f"hemi_amazon_sp.hemi_amazon_{name}")
            views = [tuple(view) for view in action["views"]]
            with self.subTest(name):
                shown = self.env[action["res_model"]].with_user(user).get_views(views)
                self.assertTrue(shown["views"])


@tagged("post_install", "-at_install")
class TestRetry(ReadingCase):
    def failed(self):
        number = self.at_amazon()
        self.world.garble_order(MERCHANT_ID, number, {"orderId": number})
        self.run_job()
        order = self.order(number)
        self.assertEqual(order.state, "failed")
        return order

    def mend_silently(self, order):
        """Amazon shows the order rightly, without a change of its time."""
        self.world.orders.find(MERCHANT_ID, order.name).garbled = None

    def test_an_ignored_order_is_fetched_anew(self):
        order = self.failed()
        order.action_ignore()
        self.mend_silently(order)
        self.run_job()
        self.assertEqual(order.state, "ignored")
        order.action_retry()
        self.run_job()
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertEqual(order.sale_order_id.amount_total, 20.0)

    def test_what_was_erased_or_cannot_be_decrypted_is_fetched_anew(self):
        for payload in (False, "not encrypted with our key"):
            with self.subTest(payload):
                order = self.failed()
                self.mend_silently(order)
                self.world.advance(3600)
                order.sudo().payload_encrypted = payload
                self.account.orders_watermark += timedelta(hours=1)
                order.action_retry()
                self.run_job(2)
                self.assertEqual(order.state, "imported", order.error)

    def test_a_retry_uses_what_was_kept(self):
        order = self.failed()
        calls = len(self.calls("getOrder"))
        order.action_retry()
        self.run_job()
        self.assertEqual((order.state, order.attempts), ("failed", 3))
        self.assertEqual(len(self.calls("getOrder")), calls)
