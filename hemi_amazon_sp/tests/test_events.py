import json
from datetime import UTC, datetime, timedelta

from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.errors import AmazonError
from odoo.addons.hemi_amazon_sp.amazon.notifications import read_notification
from odoo.addons.hemi_amazon_sp.amazon.queue import Queue
from odoo.addons.hemi_amazon_sp.models.account_orders import INTERVAL
from odoo.addons.hemi_amazon_sp.models.amazon_feed import FIRST_CHECK
from odoo.addons.hemi_amazon_sp.models.amazon_subscription import ORDERS_LAG, ORDERS_PAUSE
from odoo.addons.hemi_amazon_sp.models.subscription_account import FIRST_LOOK_NET, ORDERS_NET
from odoo.tests import tagged

from .common_events import EventsCase
from .test_events_setup import OTHER_SELLER

ORDER, FEED, REPORT = "ORDER_CHANGE", "FEED_PROCESSING_FINISHED", "REPORT_PROCESSING_FINISHED"


class HearingCase(EventsCase):
    """The account's events are set up, and nothing is due."""

    def setUp(self):
        super().setUp()
        flags = ("update_stock", "update_price", "read_returns", "upload_invoices")
        self.account.write(dict.fromkeys(flags, False))
        self.set_up_events()
        self.run_job()
        self.at_rest()
        self.before = self.calls("searchOrders", "getFeed", "getReport")

    def assertLooks(self, count):
        self.assertEqual(self.calls("searchOrders", "getFeed", "getReport") - self.before, count)

    def assertNear(self, moment, delta):
        self.assertAlmostEqual(moment, fields.Datetime.now() + delta, delta=timedelta(seconds=30))

    def hear(self, *events):
        """Take events in as the reader of the queue does."""
        notifications = [read_notification(json.dumps(event)) for event in events]
        self.env["hemi.amazon.subscription"]._take(self.integration, notifications)

    def let_lag_pass(self):
        """Two minutes pass, at Amazon and here."""
        self.world.advance(150)
        self.subscription().due_at = fields.Datetime.now()

    def sent_feed(self):
        """Submit a feed that Amazon has not processed yet.

        :return: the feed, which would be looked at much later
        """
        self.account.write({"update_stock": True, "next_run_at": False})
        self.run_only_job()
        feed = self.env["hemi.amazon.feed"].search([("state", "=", "submitted")])
        self.assertEqual(len(feed), 1, self.account.last_error)
        feed.next_check_at = fields.Datetime.now() + timedelta(hours=1)
        self.account.next_run_at = fields.Datetime.now() + timedelta(hours=1)
        self.before = self.calls("searchOrders", "getFeed", "getReport")
        return feed


@tagged("post_install", "-at_install")
class TestOrderEvents(HearingCase):
    def place(self):
        order = {
            "marketplaceId": "A1PA6795UKMFR9",
            "items": [{"sku": "LAMP-1", "quantity": 1, "unitPrice": 5}],
        }
        return self.world.place_order(self.account.merchant_id, order)

    def test_from_the_event_to_the_order(self):
        order_id = self.place()
        self.run_only_job()
        self.assertEqual(self.messages_left(), [])
        self.assertLooks(0)  # Amazon does not show it yet
        self.assertNear(self.subscription().due_at, ORDERS_LAG)
        self.assertTrue(self.subscription().heard_at)
        self.let_lag_pass()
        self.run_only_job()
        self.assertLooks(1)
        order = self.env["hemi.amazon.order"].search([("name", "=", order_id)])
        self.assertEqual(order.state, "imported", order.error)
        self.assertFalse(self.subscription().due_at)
        self.run_only_job()
        self.assertLooks(1)

    def test_the_job_is_called_in_time(self):
        self.place()
        self.run_only_job()
        cron = self.env.ref("hemi_amazon_sp.ir_cron_run")
        ahead = [("cron_id", "=", cron.id), ("call_at", ">", fields.Datetime.now())]
        first = self.env["ir.cron.trigger"].search(ahead, order="call_at", limit=1)
        self.assertLessEqual(first.call_at, fields.Datetime.now() + timedelta(minutes=1))
        self.assertIn(self.subscription().due_at, self.env["hemi.amazon.job"]._next_moments())

    def test_duplicates_cost_one_look(self):
        for _copy in range(5):
            self.send(self.order_event())
        self.run_only_job()
        due_at = self.subscription().due_at
        self.send(self.order_event())
        self.run_only_job()
        self.assertEqual(self.subscription().due_at, due_at)
        self.assertEqual(self.messages_left(), [])
        self.let_lag_pass()
        self.run_only_job()
        self.assertLooks(1)

    def test_in_any_order(self):
        """The look comes in time for the earlier one, and again for the later one if it is not seen yet."""
        now = fields.Datetime.now()
        for age in (0, 100, 50):
            self.send(self.order_event(EventTime=f"{now - timedelta(seconds=age)}Z"))
        self.run_only_job()
        self.assertNear(self.subscription().due_at, ORDERS_LAG - timedelta(seconds=100))
        self.assertNear(self.subscription().changed_at, timedelta())
        self.account.orders_watermark = now - timedelta(seconds=60)
        self.account.orders_read_at = now
        self.subscription()._orders_were_read()
        self.assertNear(self.subscription().due_at, ORDERS_PAUSE)
        self.account.orders_watermark = now + timedelta(seconds=1)
        self.subscription()._orders_were_read()
        self.assertFalse(self.subscription().due_at)

    def test_times_that_are_not_to_be_believed(self):
        for moment, delta in (("2099-01-01T00:00:00Z", ORDERS_LAG), ("1970-01-01T00:00:00Z", timedelta())):
            self.subscription().write({"due_at": False, "changed_at": False})
            self.hear(self.order_event(EventTime=moment))
            with self.subTest(moment):
                self.assertNear(self.subscription().due_at, delta)
                self.assertLessEqual(self.subscription().changed_at, fields.Datetime.now())

    def test_forged_ones_change_nothing(self):
        orders = self.env["hemi.amazon.order"].search_count([])
        for number in range(3):
            self.send(self.order_event(order_id=f"000-0000000-000000{number}"))
        self.run_only_job()
        self.let_lag_pass()
        self.run_only_job()
        self.assertLooks(1)
        self.assertEqual(self.env["hemi.amazon.order"].search_count([]), orders)
        self.assertFalse(self.account.last_error)

    def test_within_amazons_limit(self):
        """Not sooner after a reading than Amazon grants the next one."""
        self.account.orders_read_at = fields.Datetime.now()
        old = fields.Datetime.now() - timedelta(minutes=5)
        self.hear(self.order_event(EventTime=f"{old}Z"))
        self.assertNear(self.subscription().due_at, ORDERS_PAUSE)

    def test_a_limit_that_is_used_up_loses_nothing(self):
        order_id = self.place()
        self.run_only_job()
        self.let_lag_pass()
        self.world.add_fault("searchOrders", "throttle")
        self.run_only_job()
        self.assertTrue(self.subscription().due_at)
        self.run_only_job()
        self.assertTrue(self.env["hemi.amazon.order"].search([("name", "=", order_id)]))

    def test_a_paused_account_looks_when_it_goes_on(self):
        self.account.action_pause()
        self.place()
        self.run_only_job()
        self.let_lag_pass()
        self.run_only_job()
        self.assertLooks(0)
        self.account.action_resume()
        self.run_only_job()
        self.assertLooks(1)


@tagged("post_install", "-at_install")
class TestFeedEvents(HearingCase):
    def test_a_feed_is_looked_at_when_it_is_finished(self):
        feed = self.sent_feed()
        self.world.advance(10)  # Amazon is done, and says so
        self.run_only_job()
        self.assertEqual(feed.state, "done", feed.error)
        self.assertLooks(1)
        self.assertEqual(self.messages_left(), [])
        self.assertFalse(self.subscription(FEED).due_at)

    def test_the_event_is_not_believed(self):
        """Somebody says that a feed is done that Amazon works on still."""
        feed = self.sent_feed()
        for _copy in range(3):
            self.send(self.feed_event(feed.amazon_feed_id))
        self.run_only_job()
        self.assertLooks(1)
        self.assertIn(feed.state, ("submitted", "processing"))
        self.assertNear(feed.next_check_at, FIRST_LOOK_NET)

    def test_feeds_of_others(self):
        """The same number of another seller, a number that nobody knows, and a feed that is finished here."""
        feed = self.sent_feed()
        other = self.make_account(OTHER_SELLER)
        self.send(self.feed_event(feed.amazon_feed_id, OTHER_SELLER))
        self.send(self.feed_event("1"))
        self.run_only_job()
        self.assertLooks(0)
        feed.state = "done"
        self.send(self.feed_event(feed.amazon_feed_id))
        self.run_only_job()
        self.assertLooks(0)
        self.assertEqual(self.messages_left(), [])
        self.assertFalse(other.subscription_ids)

    def test_a_report_is_looked_at_when_it_is_finished(self):
        kinds = self.env["hemi.amazon.report.kind"]._kinds()
        for kind in kinds:
            self.patch(type(kind), "_marketplaces", lambda kind, account: account.marketplace_ids)
        self.account.next_run_at = False
        self.run_only_job()
        report = self.env["hemi.amazon.report"].search([("state", "=", "asked")], limit=1)
        self.assertTrue(report, self.account.last_error)
        self.assertNear(report.next_check_at, FIRST_LOOK_NET)
        self.account.next_run_at = fields.Datetime.now() + timedelta(hours=1)
        self.world.advance(10)
        self.run_only_job()
        self.assertEqual(report.state, "done")


@tagged("post_install", "-at_install")
class TestQueueOfEvents(HearingCase):
    def test_foreign_messages_stay(self):
        others = [
            self.order_event("A9SOMEBODYELSE"),
            {"notificationType": "ANY_OFFER_CHANGED", "payload": {"sellerId": self.account.merchant_id}},
            {"Records": []},
        ]
        for body in [*others, self.order_event()]:
            self.send(body)
        self.run_only_job()
        self.assertEqual(self.left_in_queue(), sorted(map(json.dumps, others)))
        self.assertTrue(self.subscription().due_at)

    def test_hostile_text_stays_and_harms_nothing(self):
        for text in ("no JSON", "[]", '{"NotificationType": "ORDER_CHANGE"}', "[" * 5000):
            self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=text)
        self.send(self.order_event())
        self.run_only_job()
        self.assertFalse(self.integration.chore_problems)
        self.assertTrue(self.subscription().due_at)

    def test_events_of_another_app_stay(self):
        other = self.env["hemi.amazon.integration"].create({"name": "Other App"})
        self.account.state = "not_authorised"
        self.account.integration_id = other
        self.send(self.order_event())
        self.run_only_job()
        self.assertEqual(len(self.messages_left()), 1)

    def test_the_secret_comes_by_the_same_queue(self):
        self.send(self.order_event())
        new = self.world.rotate_secret()
        self.run_only_job()
        self.assertTrue(self.subscription().due_at)
        self.assertIn(new, self.secrets())
        self.run_chores()
        self.assertEqual(self.secrets()[0], new)
        self.assertEqual(self.messages_left(), [])

    def test_what_a_message_said_is_kept_before_it_is_deleted(self):
        def broken(queue, messages):
            raise AmazonError("Timeout", "AWS did not answer in time.")

        self.send(self.order_event())
        self.patch(Queue, "delete", broken)
        self.run_only_job()
        self.assertTrue(self.subscription().due_at)
        self.assertIn("did not answer", self.integration.chore_problems)

    def test_what_could_not_be_kept_is_not_deleted(self):
        def broken(rows, events, is_due):
            raise ZeroDivisionError

        self.send(self.order_event())
        rows = type(self.env["hemi.amazon.subscription"])
        deleted = []
        self.patch(rows, "_hear", broken)
        self.patch(Queue, "delete", lambda queue, messages: deleted.extend(messages))
        with self.assertLogs("odoo.addons.hemi_amazon_sp.models.chores", "ERROR"):
            self.run_only_job()
        self.assertEqual(deleted, [])
        self.assertFalse(self.subscription().due_at)

    def test_many_at_once(self):
        for start in range(0, 250, 10):
            entries = [
                {"Id": str(number), "MessageBody": json.dumps(self.order_event(order_id=f"303-{number}"))}
                for number in range(start, start + 10)
            ]
            self.sqs.send_message_batch(QueueUrl=self.queue_url, Entries=entries)
        self.run_only_job()
        self.assertEqual(self.messages_left(), [])

    def test_nothing_of_a_message_is_logged(self):
        event = self.order_event(order_id="303-7654321-7654321")
        event["Payload"]["OrderChangeNotification"]["Summary"] = {"DestinationPostalCode": "48110"}
        self.send(event)
        with self.assertLogs(level="DEBUG") as logs:
            self.run_only_job()
        text = "\n".join(logs.output)
        self.assertNotIn("48110", text)


@tagged("post_install", "-at_install")
class TestSafetyNet(HearingCase):
    def interval(self):
        return self.account._orders_due_at() - self.account.orders_read_at

    def test_rates(self):
        self.assertEqual(self.interval(), ORDERS_NET)
        for kind in (FEED, REPORT):
            self.assertEqual(self.account._look_after(kind, FIRST_CHECK), FIRST_LOOK_NET)
            self.assertEqual(self.account._look_after(kind, timedelta(minutes=9)), timedelta(minutes=9))

    def test_a_subscription_that_failed(self):
        self.subscription().state = "failed"
        self.assertEqual(self.interval(), INTERVAL)
        self.assertEqual(self.account._look_after(FEED, FIRST_CHECK), FIRST_LOOK_NET)

    def test_switched_off(self):
        self.integration.use_events = False
        self.assertEqual(self.interval(), INTERVAL)

    def test_a_queue_that_cannot_be_reached(self):
        self.credentials.queue_url = "http://127.0.0.1:9/123456789012/secrets"
        self.account.next_run_at = False
        self.run_only_job()
        self.assertIn(
            "Events: AWS receive_message: AWS could not be reached", self.integration.chore_problems
        )
        self.assertEqual(self.interval(), INTERVAL)
        self.assertEqual(self.account._look_after(FEED, FIRST_CHECK), FIRST_CHECK)
        self.assertLooks(1)  # overdue by the usual rate
        self.credentials.queue_url = self.queue_url
        self.run_only_job()
        self.assertFalse(self.integration.chore_problems)
        self.assertEqual(self.interval(), ORDERS_NET)

    def test_a_job_that_stood_still(self):
        turn = self.env["hemi.amazon.chore.turn"].search([("chore", "=", "events")])
        turn.done_at = fields.Datetime.now() - timedelta(hours=1)
        self.assertEqual(self.interval(), INTERVAL)

    def test_an_order_of_which_nothing_was_heard(self):
        """Amazon sends nothing any more: the net catches it, and is drawn tighter until an event comes."""
        order = {
            "marketplaceId": "A1PA6795UKMFR9",
            "items": [{"sku": "LAMP-1", "quantity": 1, "unitPrice": 5}],
            "createdHoursAgo": 1,
        }
        order_id = self.world.place_order(self.account.merchant_id, order)
        order = self.world.orders.find(self.account.merchant_id, order_id)
        self.world.orders.touch(order, datetime.now(UTC) - timedelta(minutes=9))
        self.sqs.purge_queue(QueueUrl=self.queue_url)
        self.account.write({"orders_read_at": "2020-01-01", "next_run_at": False})
        self.run_only_job()
        self.assertTrue(self.env["hemi.amazon.order"].search([("name", "=", order_id)]))
        self.assertTrue(self.subscription().missed_at)
        self.assertEqual(self.interval(), INTERVAL)
        self.send(self.order_event())
        self.run_only_job()
        self.assertFalse(self.subscription().missed_at)
        self.assertEqual(self.account._orders_interval(), ORDERS_NET)

    def test_what_counts_as_missed(self):
        now, row = fields.Datetime.now(), self.subscription()
        row.heard_at = now - timedelta(minutes=30)
        for minutes, is_missed in ((1, False), (40, False), (10, True)):
            row.missed_at = False
            row._found(now - timedelta(minutes=minutes))
            self.assertEqual(bool(row.missed_at), is_missed, minutes)
        row.write({"missed_at": False, "heard_at": False, "active_since": now - timedelta(minutes=5)})
        row._found(now - timedelta(minutes=10))  # older than the subscription
        self.assertFalse(row.missed_at)

    def test_a_feed_of_which_nothing_was_heard(self):
        feed = self.sent_feed()
        self.world.advance(10)
        self.sqs.purge_queue(QueueUrl=self.queue_url)
        feed.next_check_at = fields.Datetime.now()
        self.account.next_run_at = False
        row = self.subscription(FEED)
        row.active_since = fields.Datetime.now() - timedelta(days=1)
        # Amazon was done long ago, by this clock
        shown = self.world.feeds.find(self.account.merchant_id, feed.amazon_feed_id)
        shown.ends -= timedelta(minutes=20)
        self.run_only_job()
        self.assertEqual(feed.state, "done", feed.error)
        self.assertTrue(row.missed_at)
        self.assertEqual(self.account._look_after(FEED, FIRST_CHECK), FIRST_CHECK)
