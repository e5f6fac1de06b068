"""An app whose sellers' events come by a simulated AWS."""

import json
from datetime import timedelta

from odoo import fields

from .common_aws import AwsCase

KINDS = ("ORDER_CHANGE", "FEED_PROCESSING_FINISHED", "REPORT_PROCESSING_FINISHED")


class EventsCase(AwsCase):
    """The queue of the secret gets the events too; all limits at Amazon are wide."""

    def setUp(self):
        super().setUp()
        for operation in (
            "createSubscription",
            "getSubscription",
            "deleteSubscriptionById",
            "getDestinations",
        ):
            self.world.set_limit(operation, 100, 1000)

    def set_up_events(self):
        """Press the button and let the job do what it left."""
        self.integration.action_set_up_events()
        self.run_only_job()

    def run_only_job(self):
        """Let the job run at this very moment: neither Amazon's clock moves, nor is anything put forward."""
        self.env["hemi.amazon.quota"].search([]).unlink()
        self.env["hemi.amazon.chore.turn"].search([("chore", "=", "events")]).next_at = fields.Datetime.now()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("hemi_amazon_sp.ir_cron_run").method_direct_trigger()
        self.env.invalidate_all()

    def subscription(self, kind="ORDER_CHANGE", account=None):
        return (account or self.account).subscription_ids.filtered(lambda row: row.kind == kind)

    def states(self, account=None):
        return [row.state for row in (account or self.account).subscription_ids]

    def calls(self, *operations):
        """Give how often Amazon was asked."""
        return sum(call["operation"] in operations for call in self.world.calls())

    def at_rest(self):
        """Everything was read just now, and the account waits for its next turn."""
        now = fields.Datetime.now()
        self.account.write(
            {
                "orders_read_at": now - timedelta(minutes=10),
                "orders_watermark": now - timedelta(minutes=12),
                "orders_pass": False,
                "next_run_at": now + timedelta(hours=1),
            }
        )
        self.account.subscription_ids.write({"active_since": now - timedelta(days=1)})

    def order_event(self, seller_id=None, order_id="303-1234567-1234567", **values):
        payload = {"SellerId": seller_id or self.account.merchant_id, "AmazonOrderId": order_id}
        return {
            "NotificationType": "ORDER_CHANGE",
            "EventTime": f"{fields.Datetime.now()}Z",
            "Payload": {"OrderChangeNotification": payload},
        } | values

    def feed_event(self, feed_id, seller_id=None):
        payload = {"sellerId": seller_id or self.account.merchant_id, "feedId": feed_id}
        return {
            "notificationType": "FEED_PROCESSING_FINISHED",
            "eventTime": f"{fields.Datetime.now()}Z",
            "payload": {"feedProcessingFinishedNotification": payload},
        }

    def left_in_queue(self):
        return sorted(map(json.dumps, self.messages_left()))
