from urllib.parse import urlsplit

from odoo.addons.hemi_amazon_sp.amazon.errors import CONNECTION, AmazonError
from odoo.tests import tagged

from .common import APPLICATION_ID, MERCHANT_ID
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
            "https://sellercentral.amazon.com/",  # another region
            "https://[sellercentral.amazon.nl/",
            "http://127.0.0.1:9/",  # no app of ours has this base URL
        ):
            with self.subTest(address=address):
                page = self.begin_at_amazon(amazon_callback_uri=address)
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
        self.assertPage(self.begin_at_amazon(selling_partner_id="A0NOBODY000"), 404, "not connected with us")
        self.account.active = False
        self.assertPage(self.begin_at_amazon(), 404, "not connected with us")

    def test_keys_of_another_seller_are_not_kept(self):
        """Somebody calls the address for a seller he is not, and answers with a code of his own account."""
        self.authorise(self.account)
        kept = self.keys()
        self.search_listings.side_effect = AmazonError("InvalidInput", "not yours", status=403)
        page = self.come_back(self.state_of(self.begin_at_amazon()))
        self.assertPage(page, 403, "We could not see that this account is yours")
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

    def test_calling_often_makes_one_request(self):
        older, newest = (self.state_of(self.begin_at_amazon()) for _call in range(2))
        self.assertEqual(self.env["hemi.amazon.consent"].search_count([]), 1)
        self.assertEqual(self.come_back(older).status_code, 404)
        self.assertEqual(self.come_back(newest).status_code, 200)

    def test_a_mailed_link_stays_valid_meanwhile(self):
        link = self.make_link()
        self.state_of(self.begin_at_amazon())
        self.assertEqual(self.open_link(link).status_code, 200)
