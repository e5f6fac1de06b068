from pathlib import Path

from odoo.addons.hemi_amazon_sp.amazon.notifications import KINDS
from odoo.addons.hemi_amazon_sp.amazon.selling_partner import SellingPartner
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_events import EventsCase

OTHER_SELLER, OTHER_TOKEN = "A3OTHERSELLER1", "Atzr|token-of-another-seller"


@tagged("post_install", "-at_install")
class TestSetUp(EventsCase):
    """The button makes what events need, as often as one likes."""

    def at_amazon(self):
        """Give what Amazon has: seller and kind of each subscription, by the ARN of the queue."""
        book = self.world.notifications
        return {
            (seller_id, kind): book.destinations[known.destination_id].arn
            for (_application, seller_id, kind), known in book.subscriptions.items()
        }

    def everything(self, *sellers):
        arn = "arn:aws:sqs:eu-west-1:123456789012:secrets"
        return {(seller_id, kind): arn for seller_id in sellers for kind in KINDS}

    def make_other_account(self):
        self.register_seller(OTHER_SELLER, OTHER_TOKEN, ["OTHER-1"])
        account = self.make_account(OTHER_SELLER)
        self.authorise(account, refresh_token=OTHER_TOKEN)
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        return account

    def test_off_by_default(self):
        self.run_job()
        self.assertFalse(self.integration.use_events)
        self.assertEqual(self.at_amazon(), {})
        self.assertEqual(self.calls("getDestinations", "getSubscription"), 0)

    def test_the_button_leaves_work_and_the_job_does_it(self):
        self.make_account("A4NOTAUTHORISED")
        answer = self.integration.action_set_up_events()
        self.assertEqual(self.at_amazon(), {})
        self.assertIn("events of 1 accounts", answer["params"]["message"])
        self.assertIn("1 accounts get theirs", answer["params"]["message"])
        self.run_only_job()
        self.assertEqual(self.at_amazon(), self.everything(self.account.merchant_id))
        self.assertEqual(self.states(), ["active"] * 3)
        self.assertTrue(self.integration.use_events)
        self.assertFalse(self.account.chore_problems or self.integration.chore_problems)
        self.assertIn("Orders: Active", self.account.message_ids[0].body)

    def test_again_changes_nothing(self):
        self.set_up_events()
        numbers = self.account.subscription_ids.mapped("amazon_subscription_id")
        made = self.calls("createDestination", "createSubscription")
        self.set_up_events()
        self.assertEqual(self.calls("createDestination", "createSubscription"), made)
        self.assertEqual(self.account.subscription_ids.mapped("amazon_subscription_id"), numbers)
        self.assertEqual(self.at_amazon(), self.everything(self.account.merchant_id))

    def test_what_is_there_is_taken_over(self):
        """Amazon has it all already, but this database does not know: the answers were lost."""
        for operation in ("createDestination", "createSubscription"):
            self.world.add_fault(operation, "drop_after")
            self.set_up_events()
            self.assertIn("Events:", self.account.chore_problems)
        self.set_up_events()
        self.assertEqual(self.states(), ["active"] * 3)
        self.assertFalse(self.account.chore_problems)
        self.assertEqual(len(self.world.notifications.destinations), 1)

    def test_somebody_else_is_faster(self):
        """Between the look and the making another makes it: 409."""
        self.set_up_events()
        self.account.subscription_ids.unlink()
        self.credentials.destination_ids = False
        partner, looks = SellingPartner.get_subscription, []

        def blind_at_first(seller, kind):
            looks.append(kind)
            return partner(seller, kind) if looks.count(kind) > 1 else None

        self.patch(SellingPartner, "get_subscription", blind_at_first)
        destinations, asked = SellingPartner.get_destinations, []

        def empty_at_first(application):
            asked.append(1)
            return destinations(application) if len(asked) > 1 else []

        self.patch(SellingPartner, "get_destinations", empty_at_first)
        self.set_up_events()
        self.assertEqual(self.states(), ["active"] * 3)
        self.assertEqual(len(self.world.notifications.destinations), 1)

    def test_events_that_went_to_another_queue_come_here(self):
        self.set_up_events()
        other = self.sqs.create_queue(QueueName="other")["QueueUrl"]
        self.addCleanup(self.sqs.delete_queue, QueueUrl=other)
        self.credentials.queue_url = other
        # the daily look takes nothing from another database; a person does
        self.env["hemi.amazon.chore.subscriptions"]._wake(self.account)
        self.run_only_job()
        self.assertEqual(self.states(), ["failed"] * 3)
        self.assertIn("press Set Up Events", self.subscription().problem)
        self.assertEqual(self.at_amazon(), self.everything(self.account.merchant_id))
        self.set_up_events()
        self.assertEqual(set(self.at_amazon().values()), {"arn:aws:sqs:eu-west-1:123456789012:other"})
        self.assertEqual(self.states(), ["active"] * 3)
        self.assertFalse(self.subscription().problem)

    def test_a_missing_role_is_said_in_words(self):
        self.application.roles = self.application.roles - {"Inventory and Order Tracking"}
        self.set_up_events()
        self.assertEqual(self.states(), ["failed", "active", "active"])
        self.assertIn("role Inventory and Order Tracking", self.subscription().problem)
        self.assertIn("role Inventory and Order Tracking", self.account.message_ids[0].body)
        self.application.roles = self.application.roles | {"Inventory and Order Tracking"}
        self.set_up_events()
        self.assertEqual(self.states(), ["active"] * 3)

    def test_a_queue_that_amazon_does_not_take(self):
        self.world.add_fault("createDestination", "denied")
        self.set_up_events()
        self.assertIn("437568002678", self.account.chore_problems)
        self.assertEqual(self.states(), ["wanted"] * 3)
        self.set_up_events()
        self.assertEqual(self.states(), ["active"] * 3)

    def test_one_sellers_trouble_is_his_own(self):
        account = self.make_other_account()
        self.world.revoke(self.account.merchant_id)
        self.set_up_events()
        self.assertIn("invalid_grant", self.account.chore_problems)
        self.assertEqual(self.states(account), ["active"] * 3)
        self.assertEqual(self.at_amazon(), self.everything(OTHER_SELLER))

    def test_a_new_account_gets_its_own_when_it_is_authorised(self):
        self.set_up_events()
        account = self.make_other_account()
        self.run_only_job()
        self.assertEqual(self.states(account), ["active"] * 3)
        self.assertEqual(self.at_amazon(), self.everything(self.account.merchant_id, OTHER_SELLER))

    def test_what_amazon_ended_is_made_again(self):
        self.set_up_events()
        self.world.revoke(self.account.merchant_id)
        self.assertEqual(self.at_amazon(), {})
        self.authorise(self.account, refresh_token=self.world.authorize(self.account.merchant_id))
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        self.run_only_job()
        self.assertEqual(self.at_amazon(), self.everything(self.account.merchant_id))

    def test_switched_off(self):
        self.set_up_events()
        self.integration.use_events = False
        self.run_only_job()
        self.assertEqual(self.at_amazon(), {})
        self.assertFalse(self.account.subscription_ids)
        self.send(self.order_event())
        self.run_only_job()
        self.assertFalse(self.env["hemi.amazon.call"].search([("operation", "=", "AWS receive_message")]))
        self.assertEqual(len(self.messages_left()), 1)

    def test_a_copied_database_gets_no_events(self):
        self.set_up_events()
        self.env.flush_all()
        self.env.cr.execute((Path(__file__).parent.parent / "data" / "neutralize.sql").read_text())
        self.env.invalidate_all()
        self.assertFalse(self.account.subscription_ids)
        self.assertFalse(self.integration.use_events)
        self.assertFalse(self.credentials.destination_ids or self.credentials.queue_url)

    def test_revoked_here(self):
        self.set_up_events()
        self.account.action_revoke()
        self.run_only_job()
        self.assertEqual(self.at_amazon(), {})
        self.assertFalse(self.account.subscription_ids)

    def test_without_a_queue(self):
        self.credentials.queue_url = False
        with self.assertRaisesRegex(ValidationError, "SQS queue of your own"):
            self.integration.action_set_up_events()

    def test_a_queue_in_use_cannot_be_taken_away(self):
        self.set_up_events()
        with self.assertRaisesRegex(ValidationError, "SQS queue of your own"):
            self.credentials.queue_url = False

    def test_a_fifo_queue(self):
        self.integration.environment = "production"
        self.credentials.queue_url = "https://sqs.eu-west-1.amazonaws.com/123456789012/q.fifo"
        with self.assertRaisesRegex(ValidationError, "standard queues only"):
            self.integration.use_events = True

    def test_without_keys_of_aws(self):
        self.credentials.access_key_encrypted = False
        self.set_up_events()
        self.assertIn("access_key and secret_key", self.integration.chore_problems)

    def test_users_see_and_do_not_touch(self):
        self.set_up_events()
        user = self.make_user("amazon_user", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        with self.assertRaises(AccessError):
            self.integration.with_user(user).action_set_up_events()
        with self.assertRaises(AccessError):
            self.subscription().with_user(user).state = "wanted"
        self.assertEqual(self.subscription().with_user(user).state, "active")

    def test_one_cron(self):
        self.set_up_events()
        crons = self.env["ir.cron"].with_context(active_test=False).search([])
        ours = crons.filtered(lambda cron: cron.model_id.model.startswith("hemi.amazon"))
        self.assertEqual(ours, self.env.ref("hemi_amazon_sp.ir_cron_run"))

    def test_an_app_without_credentials(self):
        with self.assertRaises(UserError):
            self.env["hemi.amazon.integration"].create({"name": "No credentials", "use_events": True})
