from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from .common import CLIENT_SECRET
from .common_simulator import SimulatorCase

NEW_SECRET = "amzn1.oa2-cs.v1." + "deadbeef" * 8
ACTIVITY = "hemi_amazon_sp.mail_activity_type_secret"


class SecretCase(SimulatorCase):
    def run_chores(self):
        self.env["hemi.amazon.chore.turn"].search([]).next_at = fields.Datetime.now()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["hemi.amazon.chore.turn"]._run_due()
        self.env.invalidate_all()

    def secrets(self):
        """Give the secrets that are kept: in use, new, old."""
        self.credentials.invalidate_recordset()
        return [
            self.credentials._readable_secret(name) for name in ("client_secret", "new_secret", "old_secret")
        ]

    def activities(self, xmlid=ACTIVITY):
        return self.integration.activity_search([xmlid])


@tagged("post_install", "-at_install")
class TestSecretAge(SecretCase):
    def ends_in(self, days):
        self.credentials.client_secret_ends_at = fields.Datetime.now() + timedelta(days=days, minutes=5)

    def test_a_secret_knows_its_age(self):
        now = fields.Datetime.now()
        self.assertAlmostEqual(self.credentials.client_secret_set_at, now, delta=timedelta(minutes=5))
        self.credentials.client_secret_set_at = now - timedelta(days=101)
        self.assertEqual(self.credentials.client_secret_ends_at, now + timedelta(days=79))
        self.assertEqual(self.integration.secret_state, "due")
        self.assertIn(self.integration.secret_days_left, (78, 79))

    def test_states(self):
        for days, state in ((91, "ok"), (89, "due"), (8, "due"), (6, "last_week"), (-1, "ended")):
            with self.subTest(days):
                self.ends_in(days)
                self.assertEqual(self.integration.secret_state, state)
        self.credentials.client_secret_set_at = False
        self.assertEqual(self.integration.secret_state, "unknown")
        self.credentials.unlink()
        self.assertFalse(self.integration.secret_state)

    def test_users_see_the_state_without_the_credentials(self):
        user = self.make_user("amazon_user", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        self.ends_in(3)
        seen = self.integration.with_user(user).read(["secret_state", "secret_days_left"])[0]
        self.assertEqual((seen["secret_state"], seen["secret_days_left"]), ("last_week", 3))

    def test_one_activity_whose_text_is_renewed(self):
        self.ends_in(91)
        self.run_chores()
        self.assertFalse(self.activities())
        self.ends_in(80)
        self.run_chores()
        self.assertEqual(self.activities().user_id, self.integration.user_id)
        self.assertIn("80 days", self.activities().summary)
        self.credentials.reminded_of_end = str(self.integration.secret_ends_at)
        self.ends_in(79)
        self.run_chores()
        self.assertEqual(len(self.activities()), 1)
        self.assertIn("79 days", self.activities().summary)

    def test_done_is_done_until_the_last_week(self):
        self.ends_in(80)
        self.run_chores()
        self.activities().action_feedback()
        self.run_chores()
        self.assertFalse(self.activities())
        self.ends_in(6)
        for _day in range(2):
            self.run_chores()
            self.assertIn("6 days", self.activities().summary)
            self.activities().action_feedback()

    def test_a_new_secret_ends_the_reminder(self):
        self.ends_in(-1)
        self.run_chores()
        self.assertIn("stand still", self.activities().summary)
        self.credentials.client_secret_set_at = fields.Datetime.now()
        self.run_chores()
        self.assertFalse(self.activities())


@tagged("post_install", "-at_install")
class TestPastedSecret(SecretCase):
    def rotate_at_amazon(self, secret=NEW_SECRET):
        self.world.applications[self.credentials.application_id].client_secret = secret

    def test_a_secret_that_works_takes_over_and_the_old_one_is_forgotten_in_7_days(self):
        self.rotate_at_amazon()
        self.credentials.client_secret = NEW_SECRET
        self.assertEqual(self.secrets(), [CLIENT_SECRET, NEW_SECRET, False])
        self.run_chores()
        self.assertEqual(self.secrets(), [NEW_SECRET, False, CLIENT_SECRET])
        self.assertEqual(self.integration.secret_state, "ok")
        self.run_chores()
        self.assertEqual(self.secrets(), [NEW_SECRET, False, CLIENT_SECRET])
        self.credentials.old_secret_until = fields.Datetime.now()
        self.run_chores()
        self.assertEqual(self.secrets(), [NEW_SECRET, False, False])

    def test_a_wrong_secret_stops_nobody_and_the_person_is_told_once(self):
        self.credentials.client_secret = NEW_SECRET
        self.run_job()
        self.assertFalse(self.account.last_error)
        self.assertTrue(self.lamp.quantity_in_feed or self.lamp.quantity_sent_at)
        self.assertEqual(self.secrets(), [CLIENT_SECRET, NEW_SECRET, False])
        self.assertIn("invalid_client", self.credentials.new_secret_problem)
        look = "hemi_amazon_sp.mail_activity_type_look"
        self.assertEqual(self.activities(look).summary, "The new client_secret does not work")
        self.credentials.new_secret_try_at = fields.Datetime.now()
        self.run_chores()
        self.assertEqual(len(self.activities(look)), 1)

    def test_both_are_tried_until_the_new_one_works(self):
        self.credentials.client_secret = NEW_SECRET
        self.run_chores()
        self.rotate_at_amazon()
        self.credentials.new_secret_try_at = fields.Datetime.now()
        self.run_chores()
        self.assertEqual(self.secrets(), [NEW_SECRET, False, CLIENT_SECRET])

    def test_an_account_finds_the_secret_that_works_by_itself(self):
        """Also before the chore has proved it."""
        self.credentials.client_secret = NEW_SECRET
        self.rotate_at_amazon()
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        with self.enter_registry_test_mode():
            self.account.action_test_connection()
        self.assertEqual(self.secrets(), [NEW_SECRET, False, CLIENT_SECRET])

    def test_an_expired_secret_switches_too(self):
        self.credentials.client_secret = NEW_SECRET
        self.world.add_fault("lwa", "expired_secret")
        self.rotate_at_amazon()
        with self.enter_registry_test_mode():
            self.account.action_test_connection()
        self.assertEqual(self.secrets()[0], NEW_SECRET)

    def test_amazon_does_not_answer(self):
        self.rotate_at_amazon()
        self.credentials.client_secret = NEW_SECRET
        self.world.add_fault("lwa", "server_error")
        self.run_chores()
        self.assertEqual(self.secrets(), [CLIENT_SECRET, NEW_SECRET, False])
        self.assertIn("Client secret: LWA", self.integration.chore_problems)
        self.run_chores()
        self.assertEqual(self.secrets(), [NEW_SECRET, False, CLIENT_SECRET])

    def test_the_same_secret_again_is_no_news(self):
        self.credentials.client_secret = CLIENT_SECRET
        self.assertEqual(self.secrets(), [CLIENT_SECRET, False, False])

    def test_another_app_has_no_old_secret(self):
        other = "amzn1.application-oa2-client.ffff"
        self.credentials.write({"client_id": other, "client_secret": NEW_SECRET})
        self.assertEqual(self.secrets(), [NEW_SECRET, False, False])

    def test_the_first_secret_of_a_form_has_its_end(self):
        self.credentials.unlink()
        form = Form(self.env["hemi.amazon.integration.credentials"])
        form.integration_id = self.integration
        form.application_id = "amzn1.sellerapps.app.1"
        form.client_id = "amzn1.application-oa2-client.1"
        form.client_secret = NEW_SECRET
        credentials = form.save()
        self.assertEqual(
            credentials.client_secret_ends_at, credentials.client_secret_set_at + timedelta(days=180)
        )
        self.assertEqual(self.integration.secret_state, "ok")

    def test_the_date_that_a_person_enters_with_the_first_secret_holds(self):
        self.credentials.unlink()
        issued = fields.Datetime.now() - timedelta(days=10)
        credentials = self.env["hemi.amazon.integration.credentials"].create(
            {
                "integration_id": self.integration.id,
                "application_id": "amzn1.sellerapps.app.1",
                "client_id": "amzn1.application-oa2-client.1",
                "client_secret": NEW_SECRET,
                "client_secret_set_at": issued,
            }
        )
        self.assertEqual(credentials.client_secret_set_at, issued)
