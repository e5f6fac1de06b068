from unittest import skipUnless
from urllib.parse import parse_qsl, urlsplit

from lxml import html
from odoo.addons.hemi_amazon_sp import vault
from odoo.tests import HttpCase, common, tagged
from odoo.tools import mute_logger

from .common import APPLICATION_ID, CLIENT_ID, CLIENT_SECRET, MERCHANT_ID, REFRESH_TOKEN, AmazonCase

try:
    from amazon_simulator import Simulator
except ImportError:
    Simulator = None

STRANGER = "A9STRANGER0009"
PASSWORD = "password"


@tagged("post_install", "-at_install")
@skipUnless(Simulator, "the simulated Amazon is not importable: run the tests from the repository's root")
class TestSellerCentral(AmazonCase, HttpCase):
    """One browser on our pages and on those of the simulated Amazon, with nothing replaced in between."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amazon = cls.enterClassContext(Simulator(world=None, smtp=False))
        cls.integration.write({"environment": "custom", "base_url": cls.amazon.url})
        cls.amazon.world.register_application(
            APPLICATION_ID,
            CLIENT_ID,
            CLIENT_SECRET,
            [cls.integration.redirect_uri],
            login_uri=cls.integration.login_uri,
        )
        for operation in ("searchListingsItems", "getMarketplaceParticipations"):
            cls.amazon.world.set_limit(operation, 100, 1000)  # of all tests together
        for merchant_id in (MERCHANT_ID, STRANGER):
            cls.amazon.world.register_seller(
                merchant_id, merchant_id, "eu", ["A1PA6795UKMFR9"], email=f"{merchant_id}@seller.example"
            )

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Let requests to Amazon through; Odoo's own handler does not know timeouts of two numbers."""
        if request.url.startswith(cls.amazon.url):
            return common._super_send(session, request, **options)
        return super()._request_handler(session, request, **options)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.amazon.world.clear_faults)
        [link] = self.env["hemi.amazon.consent"]._make_links(self.account).values()
        self.landing = f"/hemi_amazon_sp/oauth/start?link={link}"

    def submit(self, page, **values):
        form = html.fromstring(page.content, base_url=page.url).forms[0]
        form.make_links_absolute()
        fields = {name: value for name, value in form.fields.items() if value is not None}
        return self.url_open(form.action or page.url, data=fields | values)

    def to_consent_page(self, merchant_id=MERCHANT_ID):
        page = self.submit(self.url_open(self.landing))
        return self.sign_in(page, merchant_id)

    def sign_in(self, page, merchant_id):
        return self.submit(page, email=f"{merchant_id}@seller.example", password=PASSWORD)

    def assertPage(self, response, status, text):
        self.assertEqual(response.status_code, status, response.text)
        self.assertIn(text, html.fromstring(response.content).text_content())

    def test_authorize(self):
        page = self.submit(self.to_consent_page(), authorize="1")
        self.assertPage(page, 200, f"{MERCHANT_ID} now works with")
        self.assertEqual(self.account.state, "authorised")
        self.assertEqual(self.account.marketplace_ids, self.germany)
        limiter = self.env["hemi.amazon.quota"]._limiter(self.account)
        self.assertTrue(self.account._door(limiter))

    def test_refuse_and_authorize_then(self):
        page = self.submit(self.to_consent_page(), refuse="1")
        self.assertPage(page, 403, "You did not give the permission")
        self.assertEqual(self.account.state, "failed")
        page = self.submit(self.url_open(self.landing))
        self.assertPage(self.submit(page, authorize="1"), 200, "is connected")

    def test_signed_in_as_another_seller(self):
        page = self.submit(self.to_consent_page(STRANGER), authorize="1")
        self.assertPage(page, 403, "That was another seller account")
        self.assertIn(STRANGER, self.account.state_reason)

    def test_the_log_in_of_amazon_is_down(self):
        consent_page = self.to_consent_page()
        for kind in ("server_error", "drop_after"):
            self.amazon.world.add_fault("lwa", kind)
            self.assertPage(self.submit(consent_page, authorize="1"), 502, "Amazon does not answer")
            self.assertEqual(self.account.state, "failed")
            consent_page = self.submit(self.url_open(self.landing))
        self.assertPage(self.submit(consent_page, authorize="1"), 200, "is connected")

    def test_the_api_is_down(self):
        self.amazon.world.add_fault("getMarketplaceParticipations", "server_error")
        with mute_logger("odoo.addons.hemi_amazon_sp.models.account_marketplaces"):
            page = self.submit(self.to_consent_page(), authorize="1")
        self.assertPage(page, 200, "is connected")
        self.assertFalse(self.account.marketplaces_read_at)

    def test_from_manage_your_apps(self):
        page = self.sign_in(self.url_open(f"{self.amazon.url}/apps/manage"), MERCHANT_ID)
        page = self.submit(page, application_id=APPLICATION_ID, authorize="1")
        self.assertPage(page, 200, "is connected")
        self.assertEqual(self.account.state, "authorised")

    def test_renewing_replaces_the_keys_and_the_account_stays_at_work(self):
        self.submit(self.to_consent_page(), authorize="1")
        old = self.refresh_key()
        [link] = self.env["hemi.amazon.consent"]._make_links(self.account).values()
        self.assertEqual(self.account.state, "authorised")
        consent_page = self.submit(self.url_open(f"/hemi_amazon_sp/oauth/start?link={link}"))
        self.account.action_test_connection()
        self.assertPage(self.submit(consent_page, authorize="1"), 200, "is connected")
        self.assertEqual(self.account.state, "authorised")
        self.assertNotEqual(self.refresh_key(), old)
        self.env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
        self.account.action_test_connection()

    def test_a_seller_whom_we_do_not_know_begins_in_manage_your_apps(self):
        page = self.sign_in(self.url_open(f"{self.amazon.url}/apps/manage"), STRANGER)
        page = self.submit(page, application_id=APPLICATION_ID, authorize="1")
        self.assertPage(page, 403, "This account was not connected")
        self.assertPage(page, 403, "ask us for a link")
        self.assertIsNone(
            self.amazon.world.authority.authorization(
                self.amazon.world.applications[APPLICATION_ID], STRANGER
            )
        )

    def refresh_key(self):
        token = self.env["hemi.amazon.token"].search([("account_id", "=", self.account.id)])
        return vault.decrypt(token.refresh_key_encrypted)

    def test_a_stranger_cannot_put_his_keys_on_the_account(self):
        """He begins at our Login URI in the seller's name, and answers with a code of his own account."""
        self.authorise(self.account)
        callback = f"{self.amazon.url}/apps/authorize/confirm/{APPLICATION_ID}"
        answer = self.url_open(
            "/hemi_amazon_sp/oauth/login",
            params={"selling_partner_id": MERCHANT_ID, "amazon_callback_uri": callback, "amazon_state": "x"},
            allow_redirects=False,
        )
        state = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["state"]
        world = self.amazon.world
        code = world.authority.issue_code(
            world.applications[APPLICATION_ID], world.sellers[STRANGER], self.integration.redirect_uri
        )
        page = self.url_open(
            "/hemi_amazon_sp/oauth/callback",
            params={"state": state, "selling_partner_id": MERCHANT_ID, "spapi_oauth_code": code},
        )
        self.assertPage(page, 403, "This account was not connected")
        token = self.env["hemi.amazon.token"].search([("account_id", "=", self.account.id)])
        self.assertEqual(vault.decrypt(token.refresh_key_encrypted), REFRESH_TOKEN)
