from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_simulator import SimulatorCase

OTHER_SELLER, OTHER_TOKEN = "A3OTHERSELLER1", "Atzr|token-of-another-seller"
JOB = "odoo.addons.hemi_amazon_sp.models.amazon_job"


@tagged("post_install", "-at_install")
class TestJob(SimulatorCase):
    def make_other_account(self):
        """Connect a second seller with one listing."""
        self.register_seller(OTHER_SELLER, OTHER_TOKEN, ["OTHER-1"])
        account = self.make_account(OTHER_SELLER)
        self.authorise(account, refresh_token=OTHER_TOKEN)
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        return account, self.make_listing("OTHER-1", account)

    def test_one_sellers_trouble_is_his_own(self):
        account, listing = self.make_other_account()
        self.world.revoke(self.account.merchant_id)
        self.settle()
        self.assertIn("invalid_grant", self.account.last_error)
        self.assertFalse(account.last_error)
        self.assertTrue(listing.quantity_sent_at)

    @mute_logger(JOB)
    def test_a_bug_in_one_account_stops_no_other(self):
        account, listing = self.make_other_account()
        flow = type(self.env["hemi.amazon.flow.listings"])
        send = flow._send

        def broken(flow, run):
            if run.account == self.account:
                raise ZeroDivisionError
            return send(flow, run)

        self.patch(flow, "_send", broken)
        self.settle()
        self.assertIn("ZeroDivisionError", self.account.last_error)
        self.assertFalse(account.last_error)
        self.assertTrue(listing.quantity_sent_at)

    def test_who_waited_longest_comes_first(self):
        account, _listing = self.make_other_account()
        self.account.last_run_at, account.last_run_at = "2026-01-02", "2026-01-01"
        due = self.env["hemi.amazon.job"]._due_accounts()
        self.assertEqual((due & (self.account | account)).ids, [account.id, self.account.id])

    def test_the_job_is_asked_again_when_the_next_account_is_due(self):
        self.run_job()
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("hemi_amazon_sp.ir_cron_run").id)]
        )
        self.assertTrue(triggers)
        self.assertLessEqual(min(triggers.mapped("call_at")), self.account.next_run_at)

    def test_an_account_that_is_not_authorised_waits_and_loses_nothing(self):
        picking = self.deliver(self.place_order())
        self.account.action_revoke()
        self.run_job()
        self.assertEqual(picking.hemi_amazon_state, "pending")
        self.authorise(self.account, refresh_token=self.world.authorize(self.account.merchant_id))
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        self.settle()
        self.assertEqual(picking.hemi_amazon_state, "accepted", self.account.last_error)


@tagged("post_install", "-at_install")
class TestListings(SimulatorCase):
    def test_listings_are_read_from_amazon_and_matched_by_reference(self):
        self.lamp.unlink()
        self.account.action_read_listings()
        self.run_job()
        listing = self.env["hemi.amazon.listing"].search(
            [("account_id", "=", self.account.id), ("sku", "=", "LAMP-1")]
        )
        self.assertEqual(listing.product_id.default_code, "LAMP-1")
        self.assertEqual((listing.asin, listing.channel), ("B000000001", "merchant"))
        self.assertEqual(listing.offer_ids.marketplace_id, self.germany | self.france)
        self.assertFalse(self.account.listings_requested)

    def test_listings_that_are_there_find_products_that_came_later(self):
        product = self.lamp.product_id
        self.lamp.product_id, product.default_code = False, False
        self.account.action_read_listings()
        self.run_job()
        self.assertFalse(self.lamp.product_id)
        product.barcode = "LAMP-1"
        self.env["hemi.amazon.listing"].action_read_listings()
        self.run_job()
        self.assertEqual(self.lamp.product_id, product)

    def test_no_listings_are_read_without_an_authorised_account(self):
        self.account.state = "link_sent"
        with self.assertRaisesRegex(UserError, "No account is authorised"):
            self.env["hemi.amazon.listing"].action_read_listings()

    def test_listings_are_imported_from_csv(self):
        product = self.lamp.product_id
        user = self.make_user("importer", "hemi_amazon_sp.hemi_amazon_sp_group_user")
        result = (
            self.env["hemi.amazon.listing"]
            .with_user(user)
            .load(
                ["account_id/.id", "sku", "product_id/.id"],
                [[str(self.account.id), "CSV-1", str(product.id)]],
            )
        )
        self.assertFalse(result["messages"])
        listing = self.env["hemi.amazon.listing"].browse(result["ids"])
        self.assertEqual((listing.product_id, len(listing.offer_ids)), (product, 2))
