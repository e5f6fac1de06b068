from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import fields
from odoo.addons.hemi_amazon_sp import vault
from odoo.addons.hemi_amazon_sp.amazon.errors import CONNECTION, AmazonError
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
from odoo.addons.hemi_amazon_sp.controllers.oauth import COOKIE
from odoo.tests import tagged

from .common import APPLICATION_ID, CLIENT_ID, MERCHANT_ID, REFRESH_TOKEN
from .common_oauth import CODE, OauthCase


@tagged("post_install", "-at_install")
class TestLoginUri(OauthCase):
    """Sellers who begin in Seller Central. Anybody can call the address, so nothing is believed."""

    def test_there_and_back(self):
        answer = self.begin_at_amazon(version="beta")
        state = self.state_of(answer)
        parts = urlsplit(answer.headers["Location"])
        self.assertEqual(
            parts[:3], ("https", "sellercentral.amazon.nl", f"/apps/authorize/confirm/{APPLICATION_ID}")
        )
        self.assertEqual(
            self.query_of(answer),
            {
                "amazon_state": "amazonsOwn",
                "state": state,
                "redirect_uri": self.integration.redirect_uri,
                "version": "beta",
            },
        )
        self.assertPage(self.come_back(state), 200, "Your Amazon account is connected")
        self.exchange_code.assert_called_once_with(CODE, self.integration.redirect_uri)
        self.search_listings.assert_called_once()
        self.assertEqual(self.account.state, "authorised")

    def test_a_published_app_is_not_beta_whatever_the_address_says(self):
        self.integration.state = "published"
        self.assertNotIn("version", self.query_of(self.begin_at_amazon(version="beta")))

    def test_what_amazon_wrote_in_its_address_stays(self):
        answer = self.begin_at_amazon(amazon_callback_uri="https://sellercentral.amazon.nl/a?b=c%26d#e")
        self.assertEqual(self.query_of(answer)["b"], "c&d")
        self.assertNotIn("#", answer.headers["Location"])

    def test_addresses_that_are_not_amazons(self):
        for address in (
            "https://evil.example/apps/authorize/confirm/x",
            "https://sellercentral.amazon.nl.evil.example/",
            "https://sellercentral.amazon.nl@evil.example/",
            "https://evil.example\\@sellercentral.amazon.nl/",
            "https://sellercentral.amazon.nl\\@evil.example/",
            "https://user@sellercentral.amazon.nl/",
            "https://sellercentral.amazon.nl:8443/",
            "http://sellercentral.amazon.nl/",
            "//sellercentral.amazon.nl/",
            "javascript:alert(1)//sellercentral.amazon.nl/",
            "https://[sellercentral.amazon.nl/",
            "http://127.0.0.1:9/",  # no app of ours has this base URL
        ):
            for seller in (MERCHANT_ID, "A0NOBODY000"):
                with self.subTest(address=address, seller=seller):
                    page = self.begin_at_amazon(amazon_callback_uri=address, selling_partner_id=seller)
                    self.assertPage(page, 400, "That address is not Amazon's")
                    self.assertNotIn("Location", page.headers)
        self.assertFalse(self.env["hemi.amazon.consent"].search([]))

    def test_a_custom_app_has_its_base_url_and_nothing_else(self):
        self.integration.write({"environment": "custom", "base_url": "http://127.0.0.1:9"})
        self.assertEqual(self.begin_at_amazon().status_code, 400)
        answer = self.begin_at_amazon(amazon_callback_uri="http://127.0.0.1:9/apps/authorize/confirm/x")
        self.assertTrue(answer.headers["Location"].startswith("http://127.0.0.1:9/apps/authorize/confirm/x?"))

    def test_the_region_of_the_address_says_which_account(self):
        america = self.make_account(
            MERCHANT_ID, home_marketplace_id=self.env.ref("hemi_amazon_sp.marketplace_us").id
        )
        address = "https://sellercentral.amazon.com.mx/apps/authorize/confirm/x"
        state = self.state_of(self.begin_at_amazon(amazon_callback_uri=address))
        self.assertEqual(self.come_back(state).status_code, 200)
        self.assertEqual((america.state, self.account.state), ("authorised", "not_authorised"))

    def test_sellers_that_we_do_not_know(self):
        unknown = {"selling_partner_id": "A0NOBODY000"}
        state = self.state_of(self.begin_at_amazon(**unknown))
        self.assertPage(self.come_back(state, **unknown), 403, "This account was not connected")
        self.account.active = False
        self.assertPage(
            self.come_back(self.state_of(self.begin_at_amazon())), 403, "This account was not connected"
        )
        self.exchange_code.assert_not_called()

    def test_a_seller_of_another_region_is_not_known_here(self):
        address = "https://sellercentral.amazon.com/apps/authorize/confirm/x"
        state = self.state_of(self.begin_at_amazon(amazon_callback_uri=address))
        self.assertPage(self.come_back(state), 403, "This account was not connected")

    def test_nobody_learns_who_is_connected(self):
        """Known and unknown sellers get the same answer, but for the state, which nobody else can read."""
        answers = [self.begin_at_amazon(selling_partner_id=seller) for seller in (MERCHANT_ID, "A0NOBODY000")]
        known, unknown = map(self.query_of, answers)
        self.assertEqual(len(known.pop("state")), len(unknown.pop("state")))
        self.assertEqual(known, unknown)
        places = [answer.headers["Location"].split("?")[0] for answer in answers]
        self.assertEqual(places[0], places[1])
        self.assertEqual(*[set(answer.headers) for answer in answers])
        self.assertFalse(self.env["hemi.amazon.consent"].search([]), "nothing is written for either")

    def test_nobody_learns_it_from_the_pages_at_the_end(self):
        """He does not go to Amazon, but answers himself, twice: the pages are those of an unknown seller."""
        self.authorise(self.account)
        self.account.user_id = self.env.ref("base.user_admin")
        self.account.user_id.email = "marc@company.example"
        for values, failing, error in (
            ({"error": "access_denied"}, None, None),
            ({"selling_partner_id": "A9OTHERSELLER9"}, None, None),
            ({}, self.exchange_code, AmazonError("invalid_grant", "no such code", status=400)),
            ({}, self.search_listings, AmazonError("Unauthorized", "not yours", status=403)),
        ):
            with self.subTest(values=values, error=error):
                self.exchange_code.side_effect = self.search_listings.side_effect = None
                if failing:
                    failing.side_effect = error
                known, unknown = (self.answered(seller, values) for seller in (MERCHANT_ID, "A0NOBODY000"))
                self.assertEqual(known, unknown)
                self.assertNotIn("marc@company.example", known[0][1])

    def answered(self, seller, values):
        """Begin in a seller's name and answer twice.

        :return: what the pages show
        """
        state = self.state_of(self.begin_at_amazon(selling_partner_id=seller))
        pages = [self.come_back(state, **{"selling_partner_id": seller} | values) for _again in range(2)]
        return [(page.status_code, page.text) for page in pages]

    def test_the_app_of_an_unknown_seller_is_the_one_in_the_address(self):
        other = self.env["hemi.amazon.integration"].create({"name": "A Published App", "state": "published"})
        self.env["hemi.amazon.integration.credentials"].create(
            {
                "integration_id": other.id,
                "application_id": "amzn1.sellerapps.app.published",
                "client_id": CLIENT_ID,
            }
        )
        for application_id, beta in ((APPLICATION_ID, True), ("amzn1.sellerapps.app.published", False)):
            address = f"https://sellercentral.amazon.nl/apps/authorize/confirm/{application_id}"
            answer = self.begin_at_amazon(selling_partner_id="A0NOBODY000", amazon_callback_uri=address)
            self.assertEqual("version" in self.query_of(answer), beta)

    def test_states_are_held_against_browser_and_clock(self):
        state = self.state_of(self.begin_at_amazon())
        cookie = self.opener.cookies[COOKIE]
        self.forget_browser()
        self.assertPage(self.come_back(state), 403, "This is not the browser you began with")
        self.opener.cookies.set(COOKIE, cookie, path="/hemi_amazon_sp/oauth/")
        later = fields.Datetime.now() + timedelta(minutes=11)
        with patch.object(fields.Datetime, "now", return_value=later):
            self.assertPage(self.come_back(state), 410, "It took a little too long")
        changed = state[:-4] + ("AAAA" if state[-4:] != "AAAA" else "BBBB")
        self.assertPage(self.come_back(changed), 404, "We do not know this answer")
        self.assertEqual(self.come_back(state).status_code, 200)

    def test_a_stored_secret_is_no_state(self):
        for text in (REFRESH_TOKEN, f"other {self.account.id:012} 000999999999 {'0' * 64}"):
            page = self.come_back(vault.encrypt(text))
            self.assertIn(page.status_code, (403, 404))
        self.exchange_code.assert_not_called()

    def test_an_answer_counts_once(self):
        state = self.state_of(self.begin_at_amazon())
        self.come_back(state)
        self.assertPage(self.come_back(state), 410, "Your Amazon account is connected")
        self.account.action_revoke()
        self.assertPage(self.come_back(state), 403, "This account was not connected")
        self.exchange_code.assert_called_once()

    def test_authorising_anew_in_seller_central_renews(self):
        self.authorise(self.account)
        link = self.make_link()
        self.exchange_code.return_value = Grant("Atza|new", "Atzr|new", 3600)
        self.assertEqual(self.come_back(self.state_of(self.begin_at_amazon())).status_code, 200)
        self.assertEqual([vault.decrypt(key) for key in self.keys()], ["Atzr|new", "Atza|new"])
        self.assertEqual(self.account.state, "authorised")
        self.assertPage(self.open_link(link), 410, "Your Amazon account is connected")

    def test_keys_of_another_seller_are_not_kept(self):
        """Somebody calls the address for a seller he is not, and answers with a code of his own account."""
        self.authorise(self.account)
        kept = self.keys()
        self.search_listings.side_effect = AmazonError("InvalidInput", "not yours", status=403)
        page = self.come_back(self.state_of(self.begin_at_amazon()))
        self.assertPage(page, 403, "This account was not connected")
        self.assertEqual(self.keys(), kept)
        self.assertEqual(self.account.state, "authorised")

    def test_failures_change_nothing(self):
        messages = self.account.message_ids
        for values, failing, status in (
            ({"error": "access_denied"}, None, 403),
            ({"selling_partner_id": "A9OTHERSELLER9"}, None, 403),
            ({}, self.exchange_code, 502),
            ({}, self.search_listings, 502),
        ):
            with self.subTest(values=values, failing=failing):
                if failing:
                    failing.side_effect = AmazonError(CONNECTION, "down")
                page = self.come_back(self.state_of(self.begin_at_amazon()), **values)
                self.assertEqual(page.status_code, status, page.text)
                self.assertEqual(self.account.state, "not_authorised")
                self.assertEqual(self.account.message_ids, messages)
                self.exchange_code.side_effect = None
        self.assertFalse(self.keys())

    def test_an_app_that_is_not_set_up(self):
        self.credentials.client_secret_encrypted = False
        self.assertPage(self.begin_at_amazon(), 503, "We are not ready yet")
        self.assertEqual(self.account.state, "not_authorised")

    def test_calling_often_disturbs_nobody(self):
        """Anybody can call it; who is on his way meanwhile arrives."""
        state = self.state_of(self.begin_at_amazon())
        cookie = self.opener.cookies[COOKIE]
        for _call in range(5):
            self.forget_browser()
            self.state_of(self.begin_at_amazon())
        self.assertFalse(self.env["hemi.amazon.consent"].search([]))
        self.forget_browser()
        self.opener.cookies.set(COOKIE, cookie, path="/hemi_amazon_sp/oauth/")
        self.assertEqual(self.come_back(state).status_code, 200)

    def test_a_mailed_link_stays_valid_meanwhile(self):
        link = self.make_link()
        self.state_of(self.begin_at_amazon())
        self.assertEqual(self.open_link(link).status_code, 200)
