from datetime import timedelta

from odoo import fields
from odoo.addons.mail.tests.common import MailCase
from odoo.tests import tagged

from .common import AmazonCase
from .common_oauth import OauthCase

MOST_QUERIES = 100  # 39 were seen for 200 links


@tagged("post_install", "-at_install")
class TestManyLinks(AmazonCase, MailCase):
    def test_two_hundred_links_at_once(self):
        accounts = self.env["hemi.amazon.account"].union(
            *(self.make_account(f"A2BULK{number:07}") for number in range(200))
        )
        self.env.flush_all()
        self.env.invalidate_all()
        queries = self.env.cr.sql_log_count
        with self.mock_mail_gateway():
            answer = accounts.action_oauth_began()
            self.env.flush_all()
            self.assertLess(self.env.cr.sql_log_count - queries, MOST_QUERIES)
            mails = self._new_mails
            self.assertFalse(self._mails, "they wait in the queue")
        self.assertEqual(mails.mapped("email_to"), accounts.mapped("client_email"))
        self.assertIn("200 sellers", answer["params"]["message"])
        self.assertEqual(set(accounts.mapped("state")), {"link_sent"})
        consents = self.env["hemi.amazon.consent"].search([("account_id", "in", accounts.ids)])
        self.assertEqual(len(set(consents.sudo().mapped("link_digest"))), 200)
        for account, mail in zip(accounts, mails, strict=True):
            self.assertIn(account.merchant_id, mail.body_html)
            consent = consents.filtered(lambda consent, account=account: consent.account_id == account)
            self.assertEqual(consent.mail_id, mail)


@tagged("post_install", "-at_install")
class TestWhatBecameOfLinks(OauthCase):
    def accounts_of(self, link_state):
        return self.env["hemi.amazon.account"].search([("link_state", "=", link_state)])

    def test_the_list_of_links(self):
        names = ("clicked", "authorised", "expired", "revoked", "sent")
        accounts = {name: self.make_account(f"A2{name.upper():X<12}".replace("_", "X")) for name in names}
        links = {name: self.make_link(account) for name, account in accounts.items()}
        self.make_link(accounts["sent"])
        self.press_continue(links["clicked"])
        self.press_continue(links["authorised"])
        self.authorise(accounts["authorised"])
        accounts["revoked"].action_revoke()
        consents = self.env["hemi.amazon.consent"]
        consents._of_link(links["expired"]).link_expires_at = fields.Datetime.now() - timedelta(minutes=1)
        consents._expire_links()
        for name, account in accounts.items():
            self.assertEqual(account.link_state, name)
            self.assertIn(account, self.accounts_of(name))
        self.assertFalse(accounts["sent"].link_clicked_at)
        self.assertTrue(accounts["clicked"].link_clicked_at)
        replaced = consents.search([("link_state", "=", "replaced")])
        self.assertEqual(replaced.account_id, accounts["sent"])
        self.assertFalse(self.account.link_state)

    def test_a_link_of_a_renewal_counts_for_itself(self):
        self.authorised()
        self.assertEqual(self.account.link_state, "authorised")
        self.make_link()
        self.account.invalidate_recordset()
        self.assertEqual((self.account.link_state, self.account.state), ("sent", "authorised"))
        self.assertEqual(self.env["hemi.amazon.consent"].search_count([("link_state", "=", "authorised")]), 1)

    def test_only_managers_see_the_list(self):
        self.make_link()
        manager = self.make_user("links_manager", "hemi_amazon_sp.hemi_amazon_sp_group_manager")
        groups = (
            self.env["hemi.amazon.consent"]
            .with_user(manager)
            ._read_group([("link_expires_at", "!=", False)], ["link_state"], ["__count"])
        )
        self.assertIn(("sent", 1), groups)


@tagged("post_install", "-at_install")
class TestMarketplaces(AmazonCase):
    def keep(self, *amazon_ids):
        self.account._keep_marketplaces(
            [
                {"marketplace": {"id": amazon_id}, "participation": {"isParticipating": True}}
                for amazon_id in amazon_ids
            ]
        )

    def said(self, before):
        return " ".join((self.account.message_ids - before).mapped("body"))

    def test_added_and_lost_marketplaces_are_noticed(self):
        germany, france = self.germany.amazon_id, self.france.amazon_id
        before = self.account.message_ids
        self.keep(germany)
        self.assertFalse(self.said(before), "the first time all are new")
        self.keep(germany, france)
        self.assertIn(f"now sells in: {self.france.name}", self.said(before))
        self.assertFalse(self.account.activity_ids)
        before = self.account.message_ids
        self.keep(france)
        self.assertIn(self.germany.name, self.said(before))
        self.assertEqual(len(self.account.activity_ids), 1)
        self.assertIn(self.germany.name, self.account.activity_ids.summary)
        before = self.account.message_ids
        self.keep(france)
        self.assertFalse(self.said(before))
        self.assertEqual(self.account.marketplace_ids, self.france)

    def test_a_renewal_is_no_first_time(self):
        self.keep(self.germany.amazon_id, self.france.amazon_id)
        self.authorise(self.account)
        self.account.marketplaces_read_at = False
        self.keep(self.germany.amazon_id)
        self.assertEqual(len(self.account.activity_ids), 1)
