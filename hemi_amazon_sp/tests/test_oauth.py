import re
from unittest.mock import patch
from urllib.parse import urlsplit

from lxml import html
from odoo.addons.hemi_amazon_sp import vault
from odoo.addons.hemi_amazon_sp.amazon.errors import THROTTLED, AmazonError
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
from odoo.addons.hemi_amazon_sp.controllers.oauth import COOKIE
from odoo.addons.hemi_amazon_sp.models.account_authorisation import LANDING_PATH
from odoo.tests import tagged, test_cursor
from odoo.tools import SQL, config, mute_logger

from .common import ACCESS_TOKEN, APPLICATION_ID, MERCHANT_ID, REFRESH_TOKEN
from .common_oauth import CODE, OauthCase

OTHER_SELLER = "A9OTHERSELLER9"
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)")


@tagged("post_install", "-at_install")
class TestTheRightWay(OauthCase):
    def test_from_the_link_to_the_connected_account(self):
        link = self.make_link()
        page = self.open_link(link)
        self.assertPage(page, 200, "Connect your Amazon account")
        self.assertIn(MERCHANT_ID, page.text)
        self.assertIn(self.account.company_id.name, page.text)
        answer = self.submit(page)
        state = self.state_of(answer)
        self.assertEqual(
            urlsplit(answer.headers["Location"])[:3], ("https", self.host(), "/apps/authorize/consent")
        )
        self.assertEqual(
            self.query_of(answer),
            {
                "application_id": APPLICATION_ID,
                "state": state,
                "redirect_uri": self.integration.redirect_uri,
                "version": "beta",
            },
        )
        page = self.come_back(state)
        self.assertPage(page, 200, f"The seller account {MERCHANT_ID} now works with")
        self.exchange_code.assert_called_once_with(CODE, self.integration.redirect_uri)
        self.assertEqual(self.account.state, "authorised")
        self.assertFalse(self.account.state_reason)
        self.assertEqual(self.account.marketplace_ids, self.germany)
        self.assertEqual([vault.decrypt(key) for key in self.keys()], [REFRESH_TOKEN, ACCESS_TOKEN])
        self.assertIn("authorised the app", "".join(self.account.message_ids.mapped("body")))

    def host(self):
        return self.germany.seller_central_host

    def test_a_published_app_is_not_beta(self):
        self.integration.state = "published"
        self.assertNotIn("version", self.query_of(self.press_continue(self.make_link())))

    def test_the_home_marketplace_says_which_seller_central(self):
        self.account.home_marketplace_id = self.env.ref("hemi_amazon_sp.marketplace_jp")
        location = self.press_continue(self.make_link()).headers["Location"]
        self.assertEqual(urlsplit(location).netloc, "sellercentral.amazon.co.jp")

    def test_a_custom_base_url_stands_in_for_seller_central(self):
        self.integration.write({"environment": "custom", "base_url": "http://127.0.0.1:9/amazon/"})
        location = self.press_continue(self.make_link()).headers["Location"]
        self.assertTrue(location.startswith("http://127.0.0.1:9/amazon/apps/authorize/consent?"), location)

    def test_the_cookie_is_for_our_pages_alone(self):
        cookie = self.press_continue(self.make_link()).headers["Set-Cookie"]
        self.assertIn(f"{COOKIE}=", cookie)
        for part in ("HttpOnly", "SameSite=Lax", "Path=/hemi_amazon_sp/oauth/", "Max-Age=600"):
            self.assertIn(part, cookie)
        self.assertNotIn("Secure", cookie)

    def test_the_cookie_is_secure_where_the_page_is(self):
        [form] = html.fromstring(self.open_link(self.make_link()).content).forms
        with patch.dict(config.options, proxy_mode=True):
            answer = self.url_open(
                LANDING_PATH,
                data=dict(form.fields),
                headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "odoo.example"},
                allow_redirects=False,
            )
        self.assertIn("Secure", answer.headers["Set-Cookie"])

    def test_opening_the_link_changes_nothing(self):
        """Scanners of mails open it too."""
        link = self.make_link()
        for _again in range(3):
            self.assertEqual(self.open_link(link).status_code, 200)
        self.assertFalse(
            self.env["hemi.amazon.consent"].search([("account_id", "=", self.account.id)]).opened_at
        )
        self.assertEqual(self.authorised(link).status_code, 200)

    def test_marketplaces_that_amazon_does_not_tell_are_read_later(self):
        self.participations.side_effect = AmazonError(THROTTLED, "wait", retry_after=5)
        with mute_logger("odoo.addons.hemi_amazon_sp.models.account_marketplaces"):
            self.assertPage(self.authorised(), 200, "is connected")
        self.assertEqual(self.account.state, "authorised")
        self.assertFalse(self.account.marketplaces_read_at)

    def test_authorising_anew_replaces_the_keys(self):
        self.authorise(self.account)
        self.exchange_code.return_value = Grant("Atza|new", "Atzr|new", 3600)
        self.assertEqual(self.authorised().status_code, 200)
        self.assertEqual([vault.decrypt(key) for key in self.keys()], ["Atzr|new", "Atza|new"])

    def test_two_accounts_in_one_browser(self):
        other = self.make_account(OTHER_SELLER)
        states = [self.state_of(self.press_continue(self.make_link(who))) for who in (self.account, other)]
        self.assertEqual(self.come_back(states[0]).status_code, 200)
        self.assertEqual(self.come_back(states[1], selling_partner_id=OTHER_SELLER).status_code, 200)
        self.assertEqual((self.account | other).mapped("state"), ["authorised", "authorised"])

    def test_the_request_itself_writes_nothing(self):
        """Odoo repeats a request that collides with another one; what has written nothing cannot collide."""
        state = self.state_of(self.press_continue(self.make_link()))
        cursors = test_cursor.TestCursor
        execute, written = cursors.execute, []

        def watch(cursor, query, *args, **options):
            text = query.code if isinstance(query, SQL) else query
            if cursor is cursors._cursors_stack[0] and WRITES.match(text):
                written.append(text)
            return execute(cursor, query, *args, **options)

        with patch.object(cursors, "execute", watch):
            self.assertEqual(self.come_back(state).status_code, 200)
        self.assertEqual(written, [])
