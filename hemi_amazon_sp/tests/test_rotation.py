import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.errors import AmazonError
from odoo.addons.hemi_amazon_sp.amazon.queue import Queue
from odoo.addons.hemi_amazon_sp.amazon.selling_partner import SellingPartner
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CLIENT_SECRET
from .common_aws import AwsCase

LOOK = "hemi_amazon_sp.mail_activity_type_look"


class Death(BaseException):
    """The process dies: nothing catches it."""


@tagged("post_install", "-at_install")
class TestRotation(AwsCase):
    def test_rotate_now(self):
        self.integration.action_rotate_secret()
        self.assertEqual(self.secrets(), [CLIENT_SECRET, False, False])  # a button talks to nobody
        self.run_chores()
        new = self.application.client_secret
        self.assertNotEqual(new, CLIENT_SECRET)
        self.assertEqual(self.secrets(), [new, False, CLIENT_SECRET])
        self.assertEqual(self.credentials.rotation_state, "idle")
        self.assertEqual(self.messages_left(), [])
        self.assertFalse(self.integration.chore_problems)
        self.assertEqual(self.integration.secret_state, "ok")
        self.assertEqual(len(self.application.old_secrets), 1)
        left = self.credentials.client_secret_ends_at - fields.Datetime.now()
        self.assertEqual(round(left / timedelta(days=1)), 180)

    def test_every_call_is_in_the_log_without_its_content(self):
        self.integration.action_rotate_secret()
        self.run_chores()
        calls = self.env["hemi.amazon.call"].search([("integration_id", "=", self.integration.id)])
        self.assertLessEqual(
            {
                "LWA client_credentials",
                "rotateApplicationClientSecret",
                "AWS receive_message",
                "AWS delete_message_batch",
            },
            set(calls.mapped("operation")),
        )
        self.assertFalse(calls.account_id)

    def test_with_a_role(self):
        self.credentials.arn = "arn:aws:iam::123456789012:role/queue-reader"
        self.integration.action_rotate_secret()
        self.run_chores()
        self.assertEqual(self.secrets()[0], self.application.client_secret)
        self.assertTrue(self.env["hemi.amazon.call"].search([("operation", "=", "AWS assume_role")]))

    def test_by_itself_when_the_days_are_there(self):
        self.integration.write({"rotate_automatically": True, "rotate_days_before": 30})
        self.credentials.client_secret_ends_at = fields.Datetime.now() + timedelta(days=31)
        self.run_chores()
        self.assertEqual(self.secrets(), [CLIENT_SECRET, False, False])
        self.assertFalse(self.activities())  # nobody has to do anything
        self.credentials.client_secret_ends_at = fields.Datetime.now() + timedelta(days=29)
        self.run_chores()
        self.assertEqual(self.secrets(), [self.application.client_secret, False, CLIENT_SECRET])

    def test_off_by_default(self):
        self.credentials.client_secret_ends_at = fields.Datetime.now() + timedelta(days=5)
        self.run_chores()
        self.assertEqual(self.secrets(), [CLIENT_SECRET, False, False])

    def test_amazon_has_no_queue_of_the_app(self):
        self.register_application(None)
        self.integration.action_rotate_secret()
        self.run_chores()
        self.assertEqual(self.credentials.rotation_state, "failed")
        self.assertIn("not enrolled", self.integration.chore_problems)
        self.assertIn("Notification Preferences", self.activities(LOOK).note)
        self.assertEqual(self.secrets(), [CLIENT_SECRET, False, False])
        # a failure that repeats itself by the day is not asked for by the hour
        self.integration.rotate_automatically = True
        self.credentials.client_secret_ends_at = fields.Datetime.now() + timedelta(days=5)
        self.run_chores()
        self.assertEqual(self.credentials.rotation_state, "failed")
        self.let_pass(days=1)
        self.register_application({"url": self.queue_url})
        self.run_chores()
        self.assertEqual(self.secrets()[0], self.application.client_secret)

    def test_amazon_is_disturbed_before_it_did_it(self):
        self.world.add_fault("rotateApplicationClientSecret", "throttle")
        self.integration.action_rotate_secret()
        self.run_chores()
        self.assertEqual(self.credentials.rotation_state, "requested")
        self.env["hemi.amazon.quota"].search([]).unlink()
        self.run_chores()
        self.assertEqual(self.secrets()[0], self.application.client_secret)

    def test_the_answer_is_lost_but_amazon_did_it(self):
        self.world.add_fault("rotateApplicationClientSecret", "drop_after")
        self.integration.action_rotate_secret()
        self.run_chores()
        self.assertEqual(self.credentials.rotation_state, "asking")
        self.run_chores()
        self.assertEqual(self.secrets()[0], self.application.client_secret)
        self.assertEqual(len(self.application.old_secrets), 1)

    def test_the_request_is_lost_and_made_again(self):
        self.world.add_fault("rotateApplicationClientSecret", "drop_before")
        self.integration.action_rotate_secret()
        self.run_chores()
        self.assertEqual(self.credentials.rotation_state, "asking")
        self.let_pass(minutes=20)
        self.env["hemi.amazon.quota"].search([]).unlink()
        self.run_chores()
        self.assertEqual(self.secrets()[0], self.application.client_secret)
        self.assertEqual(len(self.application.old_secrets), 1)

    def test_nothing_comes_to_the_queue(self):
        self.integration.action_rotate_secret()
        self.step()
        self.sqs.purge_queue(QueueUrl=self.queue_url)
        self.run_chores()
        self.assertEqual(self.credentials.rotation_state, "waiting")
        self.assertFalse(self.integration.chore_problems)
        self.assertEqual(self.integration.secret_state, "last_week")  # the old one has 7 days left
        self.let_pass(hours=2)
        self.run_chores()
        self.assertIn("has not come to the queue", self.integration.chore_problems)
        self.assertIn("days", self.activities().summary)
        self.let_pass(days=7)
        self.run_chores()
        self.assertEqual(self.credentials.rotation_state, "failed")
        self.assertTrue(self.activities(LOOK))
        self.assertEqual(self.secrets(), [CLIENT_SECRET, False, False])

    def test_a_secret_entered_by_hand_ends_the_wait(self):
        self.integration.action_rotate_secret()
        self.step()
        self.sqs.purge_queue(QueueUrl=self.queue_url)
        self.credentials.client_secret = self.application.client_secret
        self.run_chores()
        self.assertEqual(self.secrets()[0], self.application.client_secret)
        self.assertEqual(self.credentials.rotation_state, "idle")

    def test_a_queue_that_cannot_be_reached(self):
        self.credentials.queue_url = "http://127.0.0.1:9/123456789012/secrets"
        self.integration.action_rotate_secret()
        self.run_chores()
        self.assertEqual(self.credentials.rotation_state, "waiting")
        self.assertIn("could not be reached", self.integration.chore_problems)
        self.assertEqual(self.secrets(), [CLIENT_SECRET, False, False])
        self.credentials.queue_url = self.queue_url
        self.run_chores()
        self.assertEqual(self.secrets(), [self.application.client_secret, False, CLIENT_SECRET])
        self.assertFalse(self.integration.chore_problems)

    def test_flows_go_on_all_the_time(self):
        """In each state the accounts have a secret that works."""
        self.integration.action_rotate_secret()
        for _step in range(5):
            self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
            with self.enter_registry_test_mode():
                self.account.action_test_connection()
            self.step()
        self.assertEqual(self.secrets()[0], self.application.client_secret)


@tagged("post_install", "-at_install")
class TestDeath(AwsCase):
    """The process dies between two steps, or in the middle of one; the next run ends well."""

    def die_in(self, owner, name, after):
        original = getattr(owner, name)

        def dying(*args, **kwargs):
            if after:
                original(*args, **kwargs)
            raise Death

        self.env.flush_all()
        with patch.object(owner, name, dying), self.assertRaises(Death):
            for _step in range(6):
                self.step()

    def assertEndsWell(self):
        self.env.invalidate_all()
        if self.credentials.rotation_state == "asking":
            self.run_chores()
            self.let_pass(minutes=20)
            self.env["hemi.amazon.quota"].search([]).unlink()
        self.run_chores()
        self.assertEqual(self.secrets()[0], self.application.client_secret)
        self.assertEqual(self.credentials.rotation_state, "idle")
        self.assertEqual(self.messages_left(), [])

    def test_death_in_each_call(self):
        calls = [
            (SellingPartner, "rotate_application_client_secret"),
            (Queue, "receive"),
            (Queue, "delete"),
            (Queue, "release"),
            (type(self.credentials), "_prove_new_secret"),
            (type(self.credentials), "_promote"),
            (type(self.credentials), "_keep_received_secret"),
        ]
        for owner, name in calls:
            for after in (False, True):
                with self.subTest(name, after=after):
                    self.credentials.rotation_state = "idle"
                    self.env["hemi.amazon.quota"].search([]).unlink()
                    self.integration.action_rotate_secret()
                    self.die_in(owner, name, after)
                    # what a worker hid is seen again after a minute
                    self.make_all_visible()
                    self.assertIn(self.secrets()[0], [secret for secret, _e in self.application.secrets()])
                    self.assertEndsWell()

    def make_all_visible(self):
        queues = self._moto_queues()
        for message in queues:
            message.visible_at = 0

    def _moto_queues(self):
        from moto.sqs.models import sqs_backends

        backend = sqs_backends["123456789012"]["eu-west-1"]
        return [message for queue in backend.queues.values() for message in queue._messages]

    def test_between_every_two_steps_something_sound_is_stored(self):
        self.integration.action_rotate_secret()
        seen = []
        for _step in range(6):
            seen.append((self.credentials.rotation_state, self.secrets().count(False)))
            if self.step() is None:
                break
        self.assertEqual(seen, [("requested", 2), ("waiting", 2), ("received", 1), ("idle", 1)])
        self.assertEqual(self.messages_left(), [])


@tagged("post_install", "-at_install")
class TestQueueMessages(AwsCase):
    def brought(self, secret, client_id=None, **values):
        """Give the body of a notice that brings a secret."""
        now = fields.Datetime.now()
        payload = {
            "clientId": client_id or self.credentials.client_id,
            "newClientSecret": secret,
            "newClientSecretExpiryTime": f"{now + timedelta(days=180)}Z",
            "oldClientSecretExpiryTime": f"{now + timedelta(days=7)}Z",
        }
        return {
            "notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET",
            "eventTime": f"{now}Z",
            "payload": {"applicationOAuthClientNewSecret": payload},
        } | values

    def test_expiry_notice_sets_the_end(self):
        self.credentials.client_secret_set_at = "2020-01-01"
        self.application.secret_expires += timedelta(days=-100)
        self.world.send_expiry_notice()
        self.run_chores()
        self.assertEqual(
            self.credentials.client_secret_ends_at,
            self.application.secret_expires.replace(tzinfo=None, microsecond=0),
        )
        self.assertEqual(self.messages_left(), [])
        self.assertEqual(self.integration.secret_state, "due")

    def test_an_expiry_notice_of_the_secret_before_changes_nothing(self):
        self.credentials.client_secret_set_at = fields.Datetime.now() + timedelta(days=1)
        ends_at = self.credentials.client_secret_ends_at
        self.world.send_expiry_notice()
        self.run_chores()
        self.assertEqual(self.credentials.client_secret_ends_at, ends_at)
        self.assertEqual(self.messages_left(), [])

    def test_a_duplicate_is_deleted(self):
        self.integration.action_rotate_secret()
        self.run_chores()
        self.send(self.brought(self.application.client_secret))
        self.send(self.brought(CLIENT_SECRET))
        self.run_chores()
        self.assertEqual(self.messages_left(), [])
        self.assertEqual(self.secrets(), [self.application.client_secret, False, CLIENT_SECRET])

    def test_rotated_in_the_developer_console(self):
        """A secret that nobody here asked for is taken when it works."""
        new = self.world.rotate_secret()
        self.run_chores()
        self.assertEqual(self.secrets(), [new, False, CLIENT_SECRET])

    def test_two_secrets_the_newest_counts(self):
        self.world.rotate_secret()
        self.world.advance(60)
        newest = self.world.rotate_secret()
        self.run_chores()
        self.assertEqual(self.secrets()[0], newest)
        self.assertEqual(self.messages_left(), [])

    def test_foreign_messages_stay(self):
        others = [
            self.brought("amzn1.oa2-cs.v1.other", client_id="amzn1.application-oa2-client.other"),
            {"notificationType": "ORDER_CHANGE", "payload": {}},
            {"Records": []},
        ]
        for body in others:
            self.send(body)
        self.send('"not an object"')
        self.world.rotate_secret()
        self.run_chores()
        left = sorted(map(json.dumps, self.messages_left()))
        self.assertEqual(left, sorted(map(json.dumps, [*others, "not an object"])))
        self.assertEqual(self.secrets()[0], self.application.client_secret)
        self.assertFalse(self.integration.chore_problems)

    def test_a_secret_that_does_not_work(self):
        self.send(self.brought("amzn1.oa2-cs.v1.wrong"))
        self.run_chores()
        self.assertEqual(self.secrets(), [CLIENT_SECRET, "amzn1.oa2-cs.v1.wrong", False])
        self.assertIn("invalid_client", self.credentials.new_secret_problem)
        self.assertEqual(len(self.activities(LOOK)), 1)
        self.assertEqual(len(self.messages_left()), 1)
        self.run_chores()
        self.assertEqual(len(self.activities(LOOK)), 1)

    def test_wrong_ones_do_not_hide_the_right_one_nor_each_other(self):
        right = self.world.rotate_secret()
        for number in range(3):
            self.send(self.brought(f"amzn1.oa2-cs.v1.wrong{number}"))
        self.run_chores()
        self.assertEqual(self.secrets()[0], right)
        self.assertEqual(len(self.activities(LOOK)), 3)  # one for each, and none is tried over and over
        self.assertEqual(len(self.messages_left()), 3)

    def test_back_to_the_old_one_when_the_new_one_is_refused_later(self):
        new = self.world.rotate_secret()
        self.run_chores()
        self.assertEqual(self.secrets(), [new, False, CLIENT_SECRET])
        self.application.client_secret = "amzn1.oa2-cs.v1.unknown"
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        with self.enter_registry_test_mode():
            self.account.action_test_connection()
        self.assertEqual(self.secrets(), [CLIENT_SECRET, False, False])
        self.assertEqual(self.integration.secret_state, "unknown")
        self.assertTrue(self.activities(LOOK))


@tagged("post_install", "-at_install")
class TestRotationSettings(AwsCase):
    def test_without_a_queue(self):
        self.credentials.queue_url = False
        with self.assertRaisesRegex(UserError, "Enter its address"):
            self.integration.action_rotate_secret()
        self.run_chores()
        self.assertFalse(self.integration.chore_problems)

    def test_without_keys(self):
        self.credentials.access_key_encrypted = False
        self.run_chores()
        self.assertIn("access_key and secret_key", self.integration.chore_problems)

    def test_addresses(self):
        self.integration.environment = "production"
        with self.assertRaisesRegex(ValidationError, "not the address of an SQS queue"):
            self.credentials.queue_url = "https://sqs.example.com/123456789012/q"
        self.credentials.queue_url = "https://sqs.us-east-1.amazonaws.com/123456789012/q"
        self.assertEqual(self.credentials.aws_region, "us-east-1")

    def test_no_stand_in_for_aws_at_the_real_amazon(self):
        """An app that was a simulated one keeps its queue's address, but nothing is sent there."""
        self.integration.environment = "production"
        with self.assertRaisesRegex(AmazonError, "not the address of an SQS queue"):
            self.credentials._queue()

    def test_users_cannot_rotate(self):
        user = self.make_user("amazon_user", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        with self.assertRaises(AccessError):
            self.integration.with_user(user).action_rotate_secret()
