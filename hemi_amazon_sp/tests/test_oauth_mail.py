import re
import smtplib
from contextlib import contextmanager
from unittest.mock import patch

from lxml import html
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
from odoo.addons.mail.tests.common import MailCase
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ACCESS_TOKEN, REFRESH_TOKEN, AmazonCase

MAIL_CRON = "mail.ir_cron_mail_scheduler_action"


@tagged("post_install", "-at_install")
class TestMail(AmazonCase, MailCase):
    def send(self, accounts=None):
        """Press Oauth Began and let Odoo's queue send.

        :return: the mails that went out
        """
        with self.mock_mail_gateway(mail_unlink_sent=True):
            (accounts or self.account).action_oauth_began()
            self.env["mail.mail"].process_email_queue()
        return self._mails

    def link_in(self, mail):
        return re.search(r"link=([\w-]+)", mail["body"])[1]

    def consent_of(self, mail):
        return self.env["hemi.amazon.consent"]._of_link(self.link_in(mail))

    def test_the_mail(self):
        self.account.company_id.write({"name": "Hemi GmbH", "email": "office@hemi.example"})
        self.account.user_id = False
        [mail] = self.send()
        self.assertEqual(mail["email_to"], [self.account.client_email])
        self.assertEqual(mail["email_from"], '"Hemi GmbH" <office@hemi.example>')
        self.assertEqual(mail["reply_to"], '"Hemi GmbH" <office@hemi.example>')
        self.assertEqual(mail["subject"], "Connect your Amazon account with Hemi GmbH")
        body = html.fromstring(mail["body"])
        hrefs = set(body.xpath("//a/@href"))
        base = self.integration.get_base_url()
        self.assertEqual(hrefs, {f"{base}/hemi_amazon_sp/oauth/start?link={self.link_in(mail)}"})
        self.assertIn("7 days", body.text_content())
        self.assertIn(self.account.merchant_id, body.text_content())
        self.assertEqual(self.consent_of(mail).account_id, self.account)

    def test_nothing_of_the_link_is_kept(self):
        [mail] = self.send()
        link = self.link_in(mail)
        for part in (link, "oauth/start"):
            self.assertFalse(self.env["mail.mail"].search([("body_html", "like", part)]))
            self.assertFalse(self.env["mail.message"].search([("body", "like", part)]))
        self.assertIn(self.account.client_email, self.account.message_ids[0].body)
        self.env.flush_all()
        self.env.cr.execute("SELECT count(*) FROM hemi_amazon_consent WHERE link_digest = %s", [link])
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_the_language_of_the_seller(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("hemi_amazon_sp.mail_template_authorise")
        template.with_context(lang="fr_FR").subject = "Connectez votre compte"
        self.account.lang = "fr_FR"
        self.assertEqual(self.send()[0]["subject"], "Connectez votre compte")

    def test_the_queue_is_asked_to_send_at_once(self):
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(MAIL_CRON).id)])
        self.account.action_oauth_began()
        added = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(MAIL_CRON).id)]) - triggers
        self.assertEqual(len(added), 1)

    def test_many_accounts_at_once(self):
        accounts = self.account | self.make_account("A2SECONDSELLER") | self.make_account("A3THIRDSELLER")
        self.account.oauth_began = True
        mails = self.send(accounts)
        newest = {mail["email_to"][0]: mail for mail in mails}
        self.assertEqual(set(newest), set(accounts.mapped("client_email")))
        self.assertEqual(set(accounts.mapped("state")), {"link_sent"})
        self.assertTrue(all(accounts.mapped("oauth_began")))
        self.assertEqual(len({self.link_in(mail) for mail in newest.values()}), 3)

    def test_sending_again_ends_the_older_link(self):
        [first] = self.send()
        consent = self.consent_of(first)
        [second] = self.send()
        self.assertTrue(consent.ended_at)
        self.assertFalse(self.consent_of(second).ended_at)

    def test_setting_the_field_sends_the_link(self):
        with self.mock_mail_gateway():
            self.account.write({"oauth_began": True})
            self.assertEqual(self._new_mails.mapped("email_to"), [self.account.client_email])
        with self.mock_mail_gateway():
            self.account.write({"oauth_began": True, "name": "Set already"})
            self.account.write({"oauth_began": False})
            self.assertFalse(self._new_mails)
        with self.mock_mail_gateway():
            created = self.make_account("A2SECONDSELLER", oauth_began=True)
            self.assertEqual(self._new_mails.mapped("email_to"), [created.client_email])
        self.assertEqual(created.state, "link_sent")

    def test_an_import_sends_links(self):
        with self.mock_mail_gateway():
            result = self.env["hemi.amazon.account"].load(
                [
                    "client_email",
                    "merchant_id",
                    "integration_id/.id",
                    "home_marketplace_id/.id",
                    "oauth_began",
                ],
                [
                    [
                        "one@seller.example",
                        "A2IMPORTED001",
                        str(self.integration.id),
                        str(self.germany.id),
                        "1",
                    ],
                    [
                        "two@seller.example",
                        "A2IMPORTED002",
                        str(self.integration.id),
                        str(self.germany.id),
                        "0",
                    ],
                ],
            )
            self.assertFalse(result["messages"])
            self.assertEqual(self._new_mails.mapped("email_to"), ["one@seller.example"])

    def test_an_import_that_is_tried_out_sends_nothing(self):
        with self.mock_mail_gateway(mail_unlink_sent=True):
            with self.env.cr.savepoint() as savepoint:
                self.account.oauth_began = True
                self.env.flush_all()
                savepoint.rollback()
            self.env.invalidate_all()
            self.env["mail.mail"].process_email_queue()
        self.assertFalse(self._mails)

    def test_archived_accounts_get_no_link(self):
        self.account.active = False
        self.assertFalse(self.send())

    def test_a_mail_that_cannot_be_sent_is_shown(self):
        self.account.user_id = self.env.ref("base.user_admin")
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.fail_to_send(self.account)
        self.assertEqual(self.account.state, "failed")
        self.assertIn("550 no such mailbox", self.account.state_reason)
        self.assertIn(self.account.client_email, self.account.state_reason)
        activity = self.account.activity_ids
        self.assertEqual(activity.user_id, self.account.user_id)
        self.assertFalse(self.env["mail.mail"].search([("body_html", "like", "oauth/start")]))
        self.assertFalse(self.env["mail.message"].search([("body", "like", "oauth/start")]))
        self.assertFalse(self.env["hemi.amazon.consent"].search([("ended_at", "=", False)]))
        self.send()
        self.assertEqual(self.account.state, "link_sent")

    def test_an_authorised_account_stays_so_when_the_mail_fails(self):
        self.account._authorise(Grant(ACCESS_TOKEN, REFRESH_TOKEN, 3600))
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.fail_to_send(self.account)
        self.assertEqual(self.account.state, "authorised")
        self.assertTrue(self.account.activity_ids)

    def test_other_mails_of_an_account_may_fail(self):
        mail = self.env["mail.mail"].create(
            {
                "body_html": "other",
                "email_to": "x@seller.example",
                "model": "hemi.amazon.account",
                "res_id": self.account.id,
            }
        )
        with mute_logger("odoo.addons.mail.models.mail_mail"), self.failing_server():
            mail.send()
        self.assertEqual(mail.state, "exception")
        self.assertEqual(self.account.state, "not_authorised")

    def fail_to_send(self, account):
        with self.failing_server():
            account.action_oauth_began()
            self.env["mail.mail"].process_email_queue()

    @contextmanager
    def failing_server(self):
        refusal = smtplib.SMTPResponseException(550, "550 no such mailbox")
        gateway = self.mock_mail_gateway(mail_unlink_sent=True)
        with gateway, patch.object(type(self.env["ir.mail_server"]), "send_email", side_effect=refusal):
            yield

    def test_authorising_without_a_link_sends_none(self):
        """By a pasted token or from Seller Central."""
        with self.mock_mail_gateway():
            self.account._authorise(Grant(ACCESS_TOKEN, REFRESH_TOKEN, 3600))
            self.assertFalse(self._new_mails)
