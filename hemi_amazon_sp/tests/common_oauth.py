from unittest.mock import Mock
from urllib.parse import parse_qsl, urlsplit

from lxml import html
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant, LwaClient
from odoo.addons.hemi_amazon_sp.amazon.selling_partner import SellingPartner
from odoo.addons.hemi_amazon_sp.controllers.oauth import COOKIE
from odoo.addons.hemi_amazon_sp.models.account_authorisation import LANDING_PATH
from odoo.addons.hemi_amazon_sp.models.integration import CALLBACK_PATH, LOGIN_PATH
from odoo.tests import HttpCase

from .common import ACCESS_TOKEN, APPLICATION_ID, MERCHANT_ID, REFRESH_TOKEN, AmazonCase

CODE = "ANcodeOfAmazon"
PARTICIPATIONS = [
    {"marketplace": {"id": amazon_id}, "participation": {"isParticipating": takes_part}}
    for amazon_id, takes_part in (("A1PA6795UKMFR9", True), ("A13V1IB3VIYZZH", False))
]


class OauthCase(AmazonCase, HttpCase):
    """A browser on the pages for sellers. Of Amazon only the door is replaced: log-in and two operations."""

    def setUp(self):
        super().setUp()
        self.exchange_code = self.replace(
            LwaClient, "exchange_code", Grant(ACCESS_TOKEN, REFRESH_TOKEN, 3600)
        )
        self.participations = self.replace(SellingPartner, "get_marketplace_participations", PARTICIPATIONS)
        self.search_listings = self.replace(SellingPartner, "search_listings_items", {"items": []})

    def replace(self, owner, name, answer):
        mock = Mock(return_value=answer)
        self.patch(owner, name, mock)
        return mock

    def make_link(self, account=None):
        [link] = self.env["hemi.amazon.consent"]._make_links(account or self.account).values()
        return link

    def open_link(self, link):
        return self.url_open(f"{LANDING_PATH}?link={link}")

    def press_continue(self, link):
        """Open the link and submit its form, as the seller does.

        :return: the answer, which redirects to Seller Central
        """
        return self.submit(self.open_link(link))

    def submit(self, page):
        [form] = html.fromstring(page.content).forms
        return self.url_open(form.action, data=dict(form.fields), allow_redirects=False)

    def state_of(self, response):
        """Give our state, which the browser takes to Seller Central."""
        self.assertEqual(response.status_code, 303, response.text)
        return self.query_of(response)["state"]

    def query_of(self, response):
        return dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    def come_back(self, state, **values):
        """Come back from Seller Central; values replace parameters of Amazon, or take them away if None."""
        answer = {"state": state, "selling_partner_id": MERCHANT_ID, "spapi_oauth_code": CODE} | values
        return self.url_open(CALLBACK_PATH, params={name: v for name, v in answer.items() if v is not None})

    def begin_at_amazon(self, **values):
        known = {
            "selling_partner_id": MERCHANT_ID,
            "amazon_callback_uri": f"https://sellercentral.amazon.nl/apps/authorize/confirm/{APPLICATION_ID}",
            "amazon_state": "amazonsOwn",
        }
        return self.url_open(LOGIN_PATH, params=known | values, allow_redirects=False)

    def authorised(self, link=None):
        """Go the whole way."""
        return self.come_back(self.state_of(self.press_continue(link or self.make_link())))

    def assertPage(self, response, status, text):
        self.assertEqual(response.status_code, status, response.text)
        self.assertIn(text, html.fromstring(response.content).text_content())

    def keys(self, account=None):
        """Give the keys of an account in the clear, or nothing."""
        token = self.env["hemi.amazon.token"].search([("account_id", "=", (account or self.account).id)])
        return [token.refresh_key_encrypted, token.access_key_encrypted] if token else []

    def forget_browser(self):
        """From here on it is another browser."""
        self.opener.cookies.pop(COOKIE, None)
