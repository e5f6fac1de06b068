from datetime import timedelta

from odoo import fields
from odoo.addons.hemi_amazon_sp import vault
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import MERCHANT_ID, AmazonCase
from .common_simulator import PRIVATE_TOKEN, SimulatorCase

YEAR = 365 * 24 * 3600


class RenewalCase(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.user_id = cls.env.ref("base.user_admin")

    def days_left(self, days, account=None):
        """Have the authorisation end in so many days."""
        account = account or self.account
        token = self.env["hemi.amazon.token"].search([("account_id", "=", account.id)])
        token.authorised_at = fields.Datetime.now() + timedelta(days=days) - timedelta(days=365)

    def renewal_activities(self):
        kind = self.env.ref("hemi_amazon_sp.mail_activity_type_renewal")
        return self.account.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)


@tagged("post_install", "-at_install")
class TestReminders(RenewalCase):
    def setUp(self):
        super().setUp()
        self.authorise(self.account)

    def links(self):
        return self.env["hemi.amazon.consent"].search_count([("account_id", "=", self.account.id)])

    def test_an_account_knows_until_when_it_is_authorised(self):
        self.assertEqual(self.account.authorised_until - self.account.authorised_at, timedelta(days=365))
        self.account.action_revoke()
        self.assertFalse(self.account.authorised_at or self.account.authorised_until)

    def test_the_seller_is_asked_three_times_and_the_person_once(self):
        told = []
        for days in (40, 31, 30, 29, 15, 14, 13, 4, 3, 2, 1, -1):
            self.days_left(days)
            before = self.links()
            self.account._remind_of_renewal()
            self.account._remind_of_renewal()
            if self.links() > before:
                self.assertEqual(self.links(), before + 1)
                told.append(days)
            self.assertEqual(self.account.state, "authorised")
        self.assertEqual(told, [30, 14, 3])
        [activity] = self.renewal_activities()
        self.assertEqual(activity.user_id, self.account.user_id)
        self.assertIn("30 days", activity.summary)

    def test_days_that_were_missed_make_one_mail(self):
        self.days_left(2)
        self.account._remind_of_renewal()
        self.assertEqual((self.links(), self.account.reminded_days), (1, 3))

    def test_the_days_are_a_setting(self):
        self.integration.renewal_days = "60,7"
        self.days_left(45)
        self.account._remind_of_renewal()
        self.assertEqual((self.links(), self.account.reminded_days), (1, 60))
        for wrong in ("", "soon", "30, 0", "365", "30; 14", "-3"):
            with self.subTest(wrong), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.integration.renewal_days = wrong

    def test_the_mail_says_until_when(self):
        self.days_left(20)
        self.account._remind_of_renewal()
        mail = self.env["hemi.amazon.consent"].search([("account_id", "=", self.account.id)]).mail_id
        self.assertIn("Amazon ends each permission after a year", mail.body_html)
        self.assertIn("oauth/start?link=", mail.body_html)
        self.assertEqual(mail.email_to, self.account.client_email)

    def test_renewing_ends_the_reminders_and_begins_a_new_year(self):
        self.days_left(10)
        self.account._remind_of_renewal()
        self.account._authorise(Grant("Atza|new", "Atzr|new", 3600))
        self.assertFalse(self.renewal_activities())
        self.assertFalse(self.account.to_renew)
        self.days_left(30)
        before = self.links()
        self.account._remind_of_renewal()
        self.assertEqual(self.links(), before + 1)

    def test_what_is_to_renew_is_found(self):
        other = self.make_account("A2SECONDSELLER")
        self.authorise(other)
        self.days_left(10)
        self.days_left(100, other)
        accounts = self.env["hemi.amazon.account"]
        ours = [("id", "in", (self.account | other).ids)]
        self.assertEqual(accounts.search([*ours, ("to_renew", "=", True)]), self.account)
        self.assertEqual(accounts.search([*ours, ("to_renew", "=", False)]), other)
        self.assertEqual((self.account.to_renew, other.to_renew), (True, False))

    def test_a_renewal_that_fails_leaves_the_account_at_work(self):
        self.days_left(10)
        self.account._remind_of_renewal()
        self.account._authorisation_failed("refused")
        self.account._link_not_sent("no mailbox")
        self.assertEqual(self.account.state, "authorised")
        self.assertIn(self.account, self.env["hemi.amazon.job"]._due_accounts())


@tagged("post_install", "-at_install")
class TestRenewalAtAmazon(RenewalCase, SimulatorCase):
    def cause_activities(self, account=None):
        kind = self.env.ref("hemi_amazon_sp.mail_activity_type_cause")
        found = (account or self.account).activity_ids
        return found.filtered(lambda activity: activity.activity_type_id == kind)

    def forget_access_keys(self):
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"

    def refresh_key(self):
        token = self.env["hemi.amazon.token"].search([("account_id", "=", self.account.id)])
        return vault.decrypt(token.refresh_key_encrypted)

    def renew(self):
        """The seller authorises at Amazon, which ends the refresh key that was before."""
        self.account._authorise(Grant("Atza|unused", self.world.authorize(MERCHANT_ID), 3600))
        self.forget_access_keys()

    def test_the_job_asks_for_renewal_and_the_flows_go_on(self):
        self.days_left(14)
        picking = self.deliver(self.place_order())
        self.assertTrue(self.env["hemi.amazon.consent"].search([("account_id", "=", self.account.id)]))
        self.assertTrue(self.renewal_activities())
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "accepted", self.account.last_error)
        self.assertEqual(self.account.state, "authorised")
        self.renew()
        self.assertNotEqual(self.refresh_key(), PRIVATE_TOKEN)
        picking = self.deliver(self.place_order())
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "accepted", self.account.last_error)

    def test_after_the_end_one_account_stops_and_goes_on_after_the_renewal(self):
        self.register_seller("A3OTHERSELLER1", "Atzr|other", ["OTHER-1"])
        other = self.make_account("A3OTHERSELLER1")
        picking = self.deliver(self.place_order())
        self.world.advance(YEAR)
        self.days_left(-1)
        self.forget_access_keys()
        # the other seller renewed in time
        self.authorise(other, refresh_token=self.world.authorize("A3OTHERSELLER1"))
        self.forget_access_keys()
        listing = self.make_listing("OTHER-1", other)
        next(iter(self.world.applications.values())).secret_expires = self.world.clock.now().replace(
            year=2099
        )
        self.run_job(3)
        self.assertEqual(self.account.cause, "ended", self.account.last_error)
        self.assertIn("Resend Link", self.account.cause_text)
        self.assertEqual(len(self.cause_activities()), 1)
        self.assertEqual(picking.hemi_amazon_state, "pending")
        self.assertFalse(other.cause or other.last_error)
        self.assertTrue(listing.quantity_sent_at)
        self.renew()
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "accepted", self.account.last_error)
        self.assertFalse(self.account.cause or self.cause_activities())

    def test_a_permission_that_was_taken_back(self):
        self.world.revoke(MERCHANT_ID)
        self.run_job(3)
        self.assertEqual(self.account.cause, "revoked")
        [activity] = self.cause_activities()
        self.assertIn("took the permission back", activity.summary)
        self.assertIn("Manage Your Apps", activity.note)
        self.renew()
        self.run_job()
        self.assertFalse(self.account.cause or self.cause_activities())

    def test_a_permission_taken_back_while_the_access_key_is_good(self):
        self.run_job()
        self.world.revoke(MERCHANT_ID)
        self.run_job(2)
        self.assertEqual(self.account.cause, "revoked", self.account.last_error)

    def test_a_role_that_is_missing(self):
        application = next(iter(self.world.applications.values()))
        roles = application.roles
        application.roles = frozenset({"Product Listing"})
        self.run_job(3)
        self.assertEqual(self.account.cause, "role_missing", self.account.last_error)
        self.assertEqual(self.account.cause_operation, "searchOrders")
        self.assertIn("Inventory and Order Tracking", self.account.cause_text)
        self.assertEqual(len(self.cause_activities()), 1)
        self.assertTrue(self.lamp.quantity_sent_at, "the other flows go on")
        application.roles = roles
        self.run_job()
        self.assertFalse(self.account.cause or self.cause_activities())

    def test_a_missing_role_is_not_forgotten_while_nothing_is_asked(self):
        self.world.add_fault("searchOrders", "denied")
        self.run_job()
        self.assertEqual(self.account.cause, "role_missing")
        self.patch(type(self.env["hemi.amazon.order"]), "_read", lambda model, run: None)
        self.run_job()
        self.assertEqual(self.account.cause, "role_missing")

    def test_keys_of_another_region(self):
        for operation in ("searchOrders", "createFeedDocument", "getMarketplaceParticipations"):
            self.world.add_fault(operation, "denied", count=20)
        self.run_job(2)
        self.assertEqual(self.account.cause, "wrong_region", self.account.last_error)
        self.assertIn("Home Marketplace", self.account.cause_text)
        self.assertEqual(len(self.cause_activities()), 1)
        self.world.clear_faults()
        self.run_job()
        self.assertFalse(self.account.cause)

    def test_the_job_asks_for_the_renewal_also_when_nothing_else_works(self):
        token = self.account.token_ids.sudo()
        token.authorised_at = fields.Datetime.now() - timedelta(days=340)
        self.world.revoke(MERCHANT_ID)
        self.forget_access_keys()
        self.env["hemi.amazon.chore.turn"].search([]).next_at = fields.Datetime.now()
        self.run_job()
        self.assertEqual(self.account.reminded_days, 30)

    def test_the_app_itself_is_refused(self):
        other = self.make_account("A3OTHERSELLER1")
        self.authorise(other)
        self.forget_access_keys()
        # of the same app a wrong secret would stop nobody: the one before goes on
        client_id = f"amzn1.application-oa2-client.{'f' * 32}"
        self.credentials.write({"client_id": client_id, "client_secret": "amzn1.oa2-cs.v1.wrong"})
        self.run_job(2)
        self.assertEqual((self.account | other).mapped("cause"), ["app_refused", "app_refused"])
        self.assertEqual(len(self.cause_activities() | self.cause_activities(other)), 1, "one for the app")
        self.assertNotIn("wrong", self.account.cause_text)

    def test_an_amazon_that_is_down_says_nothing_about_the_cause(self):
        self.world.revoke(MERCHANT_ID)
        self.run_job()
        self.world.add_fault("lwa", "server_error")
        self.run_job()
        self.assertEqual(self.account.cause, "revoked")
        self.world.add_fault("lwa", "server_error")
        self.renew()
        self.run_job()
        self.assertFalse(self.account.cause)

    def test_what_amazon_said_about_the_keys_before_is_not_believed(self):
        """The seller authorises while the job is about to use the refresh key that this ends."""
        fresh = self.world.authorize(MERCHANT_ID)
        account, job = self.account, type(self.env["hemi.amazon.job"])
        take_turn = job._take_turn

        def renewed_meanwhile(model, which):
            outcome = take_turn(model, which)
            if which == account and not account.last_run_at:
                model.env["hemi.amazon.token"]._store(which, Grant("Atza|x", fresh, 0))
                model.env["ir.cron"]._commit_progress()
            return outcome

        self.days_left(100)
        self.patch(job, "_take_turn", renewed_meanwhile)
        self.run_job()
        self.assertIn("invalid_grant", account.last_error)
        self.assertFalse(account.cause or self.cause_activities())
        self.assertLessEqual(account.next_run_at, fields.Datetime.now())
        self.run_job()
        self.assertFalse(account.last_error)
