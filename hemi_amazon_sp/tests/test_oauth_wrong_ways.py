from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.errors import CONNECTION, AmazonError
from odoo.addons.hemi_amazon_sp.amazon.lwa import EXPIRED_CLIENT_SECRET, SECRET_REFUSED, Grant
from odoo.addons.hemi_amazon_sp.controllers.oauth import COOKIE
from odoo.addons.hemi_amazon_sp.models.account_authorisation import LANDING_PATH
from odoo.addons.hemi_amazon_sp.models.integration import CALLBACK_PATH, LOGIN_PATH
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ACCESS_TOKEN, MERCHANT_ID
from .common_oauth import CODE, OauthCase

OTHER_SELLER = "A9OTHERSELLER9"


@tagged("post_install", "-at_install")
class TestWrongWays(OauthCase):
    """Each shows a page that says what to do, and leaves keys and authorised accounts as they were."""

    def test_addresses_that_nobody_was_sent(self):
        good = {"state": "s", "selling_partner_id": MERCHANT_ID, "spapi_oauth_code": CODE}
        for path, params in (
            (LANDING_PATH, {}),
            (LANDING_PATH, {"link": ""}),
            (LANDING_PATH, {"link": ["a", "b"]}),
            (LANDING_PATH, {"link": "x" * 5000}),
            (LANDING_PATH, {"link": "a\x00b"}),
            (CALLBACK_PATH, {}),
            (CALLBACK_PATH, {"error": "access_denied"}),
            (CALLBACK_PATH, {"error": ["a", "b"], "state": "s"}),
            *(
                (CALLBACK_PATH, good | {name: bad})
                for name in good
                for bad in ("", ["a", "b"], "x" * 5000, "\r\n")
            ),
            *((CALLBACK_PATH, {key: good[key] for key in good if key != name}) for name in good),
            (LOGIN_PATH, {"selling_partner_id": MERCHANT_ID}),
        ):
            with self.subTest(path=path, params=str(params)[:60]):
                self.assertPage(self.url_open(path, params=params), 400, "This address is not complete")
        self.assertEqual(self.account.state, "not_authorised")

    def test_garbage_does_not_use_up_the_state(self):
        state = self.state_of(self.press_continue(self.make_link()))
        self.assertEqual(self.come_back(state, spapi_oauth_code=None).status_code, 400)
        self.assertEqual(self.come_back(state).status_code, 200)

    def test_links_that_lead_no_further(self):
        def expired(link):
            self.env["hemi.amazon.consent"]._of_link(link).link_expires_at = fields.Datetime.now()

        def archived(_link):
            self.account.active = False

        for wrong, status, text in (
            (
                lambda link: self.env["hemi.amazon.consent"].search([]).unlink(),
                404,
                "We do not know this link",
            ),
            (expired, 410, "This link has expired"),
            (lambda link: self.make_link(), 410, "This link is no longer valid"),
            (lambda link: self.account.action_revoke(), 410, "This link is no longer valid"),
            (archived, 410, "This account is closed"),
        ):
            with self.subTest(text=text):
                link = self.make_link()
                page = self.open_link(link)
                wrong(link)
                self.assertPage(self.open_link(link), status, text)
                self.assertPage(self.submit(page), status, text)
                self.assertFalse(self.keys())

    def test_a_used_link_says_that_all_is_well(self):
        link = self.make_link()
        self.authorised(link)
        self.assertPage(self.open_link(link), 410, "Your Amazon account is connected")
        self.exchange_code.assert_called_once()

    def test_the_button_needs_the_cookie_of_the_session(self):
        page = self.open_link(self.make_link())
        self.opener.cookies.pop("session_id")
        with mute_logger("odoo.http"):
            self.assertPage(self.submit(page), 400, "Your browser kept no cookie")

    def test_states_that_lead_no_further(self):
        def expired(_link):
            consent = self.env["hemi.amazon.consent"].search([("ended_at", "=", False)])
            consent.state_expires_at = fields.Datetime.now()

        def archived(_link):
            self.account.active = False

        for wrong, status, text in (
            (self.press_continue, 404, "We do not know this answer"),
            (expired, 410, "It took a little too long"),
            (lambda _link: self.account.action_revoke(), 410, "This link is no longer valid"),
            (lambda _link: self.forget_browser(), 403, "This is not the browser you began with"),
            (archived, 410, "This account is closed"),
        ):
            with self.subTest(text=text):
                link = self.make_link()
                state = self.state_of(self.press_continue(link))
                wrong(link)
                self.assertPage(self.come_back(state), status, text)
                self.assertEqual(self.account.state, "not_authorised")
        self.exchange_code.assert_not_called()

    def test_an_unknown_state(self):
        self.assertPage(self.come_back("never-made"), 404, "We do not know this answer")

    def test_a_foreign_browser_does_not_use_up_the_state(self):
        state = self.state_of(self.press_continue(self.make_link()))
        cookie = self.opener.cookies[COOKIE]
        for foreign in (None, "x" * 43):
            self.forget_browser()
            if foreign:
                self.opener.cookies.set(COOKIE, foreign, path="/hemi_amazon_sp/oauth/")
            self.assertEqual(self.come_back(state).status_code, 403)
        self.forget_browser()
        self.opener.cookies.set(COOKIE, cookie, path="/hemi_amazon_sp/oauth/")
        self.assertEqual(self.come_back(state).status_code, 200)

    def test_an_answer_counts_once(self):
        state = self.state_of(self.press_continue(self.make_link()))
        self.come_back(state)
        self.assertPage(self.come_back(state), 410, "Your Amazon account is connected")
        self.exchange_code.assert_called_once()
        self.account.action_revoke()
        self.assertPage(self.come_back(state), 410, "This page was opened already")
        self.assertEqual(self.account.state, "not_authorised")

    def test_failures_at_amazon(self):
        """They are shown on an account that is not authorised, and the link leads on."""
        for error, status, text in (
            (AmazonError(CONNECTION, "down"), 502, "Amazon does not answer"),
            (AmazonError("server_error", "down", status=500), 502, "Amazon does not answer"),
            (AmazonError("invalid_grant", "too late", status=400), 400, "did not accept the permission"),
            (AmazonError("invalid_client", "who", status=401), 503, "We are not ready yet"),
            (AmazonError(EXPIRED_CLIENT_SECRET, "old", status=403), 503, "We are not ready yet"),
        ):
            with self.subTest(error=error.code):
                self.account.action_revoke()
                link = self.make_link()
                self.exchange_code.side_effect = error
                self.assertPage(self.authorised(link), status, text)
                self.assertEqual(self.account.state, "failed")
                self.assertIn(error.code, self.account.state_reason)
                to_do = "client_secret" in self.account.state_reason
                self.assertEqual(to_do, error.code in SECRET_REFUSED)
                self.assertFalse(self.keys())
                self.exchange_code.side_effect = None
                self.assertEqual(self.authorised(link).status_code, 200)
                self.assertFalse(self.account.state_reason)

    def test_a_grant_without_refresh_token_is_not_kept(self):
        self.exchange_code.return_value = Grant(ACCESS_TOKEN, None, 3600)
        self.assertPage(self.authorised(), 502, "Amazon does not answer")
        self.assertFalse(self.keys())

    def test_the_seller_refuses(self):
        link = self.make_link()
        state = self.state_of(self.press_continue(link))
        page = self.come_back(state, error="access_denied", selling_partner_id=None, spapi_oauth_code=None)
        self.assertPage(page, 403, "You did not give the permission")
        self.assertEqual(self.account.state, "failed")
        self.assertIn("access_denied", self.account.state_reason)
        self.assertEqual(self.authorised(link).status_code, 200)

    def test_another_seller_authorises(self):
        link = self.make_link()
        page = self.come_back(self.state_of(self.press_continue(link)), selling_partner_id=OTHER_SELLER)
        self.assertPage(page, 403, f"We asked for the seller account {MERCHANT_ID}")
        self.exchange_code.assert_not_called()
        self.assertEqual(self.account.state, "failed")
        self.assertIn(OTHER_SELLER, self.account.state_reason)
        self.assertEqual(self.authorised(link).status_code, 200)

    def test_an_authorised_account_stays_as_it_was(self):
        self.authorise(self.account)
        kept = self.keys()
        for values, error in (
            ({"error": "access_denied"}, None),
            ({"selling_partner_id": OTHER_SELLER}, None),
            ({}, AmazonError(CONNECTION, "down")),
            ({}, AmazonError("invalid_grant", "too late", status=400)),
        ):
            with self.subTest(values=values, error=error):
                self.exchange_code.side_effect = error
                page = self.come_back(self.state_of(self.press_continue(self.make_link())), **values)
                self.assertGreaterEqual(page.status_code, 400)
                self.assertEqual(self.account.state, "authorised")
                self.assertFalse(self.account.state_reason)
                self.assertEqual(self.keys(), kept)
                self.assertIn("The authorisation failed", "".join(self.account.message_ids.mapped("body")))

    def test_an_app_that_is_not_set_up_is_noticed_before_amazon_is_asked(self):
        for secret in (False, "encrypted with a key that is lost"):
            with self.subTest(secret=secret):
                self.credentials.client_secret_encrypted = secret
                answer = self.press_continue(self.make_link())
                self.assertPage(answer, 503, "We are not ready yet")
                self.assertNotIn("Location", answer.headers)
                self.assertEqual(self.account.state, "failed")
                self.assertIn("secret", self.account.state_reason)

    def test_a_secret_that_is_lost_meanwhile(self):
        state = self.state_of(self.press_continue(self.make_link()))
        self.credentials.client_secret_encrypted = False
        self.assertPage(self.come_back(state), 503, "We are not ready yet")
        self.exchange_code.assert_not_called()

    def test_reasons_are_in_the_language_of_the_back_office(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.write({"lang": "fr_FR", "user_id": self.env.ref("base.user_admin").id})
        self.account.user_id.lang = "en_US"
        translated = "odoo.tools.translate.CodeTranslations.get_python_translations"
        with patch(translated, lambda *_args: {"It was refused in Seller Central (%s).": "Refus (%s)."}):
            state = self.state_of(self.press_continue(self.make_link()))
            self.come_back(state, error="access_denied")
            self.assertEqual(self.account.state_reason, "It was refused in Seller Central (access_denied).")
            self.account.user_id.lang = "fr_FR"
            self.account.action_revoke()
            state = self.state_of(self.press_continue(self.make_link()))
            self.come_back(state, error="access_denied")
            self.assertEqual(self.account.state_reason, "Refus (access_denied).")

    def test_old_requests_are_swept_away(self):
        self.make_link()
        consent = self.env["hemi.amazon.consent"].search([("account_id", "=", self.account.id)])
        consent._gc_consents()
        self.assertTrue(consent.exists())
        self.env.cr.execute(
            "UPDATE hemi_amazon_consent SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=61), consent.id],
        )
        consent.invalidate_recordset()
        consent._gc_consents()
        self.assertFalse(consent.exists())
