from odoo.addons.hemi_amazon_sp.models.account_amazon import FLAGS
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAccount(AmazonCase):
    def test_all_six_flags_are_on_by_default(self):
        self.assertEqual([self.account[flag] for flag in FLAGS], [True] * 6)

    def test_wrong_values_say_what_is_wrong(self):
        cases = [
            (self.account, "merchant_id", "a2lower", "Merchant Token"),
            (self.account, "client_email", "nobody", "e-mail"),
            (self.credentials, "application_id", "amzn1.other", "amzn1.sp.solution"),
            (self.credentials, "client_id", "xyz", "amzn1.application-oa2-client"),
            (self.credentials, "arn", "role/x", "arn:aws:iam"),
            (self.integration, "base_url", "http://amazon.test", "https"),
        ]
        self.integration.base_url = "http://127.0.0.1:1"
        self.integration.environment = "custom"
        for record, field, value, message in cases:
            with self.subTest(field=field), self.assertRaises(ValidationError) as caught:
                record[field] = value
            self.assertIn(message, str(caught.exception))

    def test_one_account_per_seller_and_region(self):
        usa = self.env.ref("hemi_amazon_sp.marketplace_us")
        other = self.make_account(self.account.merchant_id, home_marketplace_id=usa.id)
        self.assertEqual((self.account.region, other.region), ("eu", "na"))

    def test_revoking_forgets_the_keys(self):
        self.authorise(self.account)
        self.assertTrue(self.account.refresh_key_generated_on)
        self.account.action_revoke()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.state, "not_authorised")
        self.assertFalse(self.account.refresh_key_generated_on)
        self.assertFalse(self.env["hemi.amazon.token"].search([("account_id", "=", self.account.id)]))

    def test_the_user_group_looks_and_changes_nothing(self):
        user = self.make_user("amazon_reader", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        account = self.account.with_user(user)
        self.assertTrue(account.name)
        for change in (
            lambda: account.write({"update_stock": False}),
            account.action_revoke,
            account.action_oauth_began,
            account.action_test_connection,
            lambda: self.integration.with_user(user).write({"name": "Mine"}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_companies_do_not_see_each_other(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        user = self.make_user("amazon_other", "hemi_amazon_sp.hemi_amazon_sp_group_manager")
        user.write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.authorise(self.account)
        self.make_listing("LAMP-1")
        for model in ("hemi.amazon.account", "hemi.amazon.listing", "hemi.amazon.offer"):
            self.assertFalse(self.env[model].with_user(user).search([]), model)

    def test_exactly_one_cron(self):
        crons = self.env["ir.cron"].with_context(active_test=False)
        ours = crons.search(["|", ("code", "ilike", "hemi"), ("model_id.model", "=like", "hemi.amazon%")])
        self.assertEqual(ours, self.env.ref("hemi_amazon_sp.ir_cron_run"))

    def test_marketplaces(self):
        marketplaces = self.env["hemi.amazon.marketplace"].search([])
        self.assertEqual(len(marketplaces), 23)
        takers = marketplaces.filtered("takes_invoices")
        self.assertEqual(set(takers.mapped("code")), {"ES", "UK", "FR", "DE", "IT", "NL", "PL", "SE"})
