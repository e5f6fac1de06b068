import contextlib
from datetime import timedelta
from unittest.mock import Mock, patch

import requests
from lxml import html
from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.errors import AmazonError
from odoo.addons.hemi_amazon_sp.controllers.oauth import COOKIE
from odoo.addons.hemi_amazon_sp.models import amazon_consent, amazon_visit, consent_callback, consent_login
from odoo.addons.hemi_amazon_sp.models.amazon_visit import network_of
from odoo.tests import tagged, test_cursor
from odoo.tools import SQL, consteq

from .common_oauth import OauthCase

OTHER_SELLER = "A9OTHERSELLER9"


@tagged("post_install", "-at_install")
class TestThreats(OauthCase):
    """Threats of docs/security.md that no other test covers."""

    def test_forwarded_link_with_keys_of_another_seller(self):
        """Who got the link authorises his own seller account, and writes the seller's id into the answer."""
        link = self.make_link()
        self.search_listings.side_effect = AmazonError("InvalidInput", "not yours", status=403)
        page = self.authorised(link)
        self.assertPage(page, 403, "We could not see that this account is yours")
        self.assertFalse(self.keys())
        self.assertEqual(self.account.state, "failed")
        self.assertIn("Another seller account was used", self.account.state_reason)
        self.search_listings.side_effect = None
        self.assertEqual(self.authorised(link).status_code, 200, "the seller's own way is open")

    def test_states_that_were_swapped(self):
        """An answer of Amazon counts for the account that its state was made for, whatever it says."""
        other = self.make_account(OTHER_SELLER)
        mine, others = (
            self.state_of(self.press_continue(self.make_link(account))) for account in (self.account, other)
        )
        page = self.come_back(others)
        self.assertPage(page, 403, f"We asked for the seller account {OTHER_SELLER}")
        self.assertEqual(self.come_back(mine, selling_partner_id=OTHER_SELLER).status_code, 403)
        self.exchange_code.assert_not_called()
        self.assertFalse(self.keys() or self.keys(other))

    def test_only_digests_are_compared(self):
        """How long it takes tells nothing of a link, a state or a cookie: none is compared itself."""
        cursors, words = test_cursor.TestCursor, []
        execute = cursors.execute

        def watch(cursor, query, params=None, *args, **options):
            words.append(
                f"{query} {params}" if not isinstance(query, SQL) else f"{query.code} {query.params}"
            )
            return execute(cursor, query, params, *args, **options)

        compare = Mock(side_effect=consteq)
        link = self.make_link()
        self.patch(consent_callback, "consteq", compare)
        self.patch(consent_login, "consteq", compare)
        with patch.object(cursors, "execute", watch):
            states = [self.state_of(self.press_continue(link)), self.state_of(self.begin_at_amazon())]
            for state in states:
                self.assertLess(self.come_back(state).status_code, 500)
        asked = "\n".join(words)
        self.assertIn(amazon_consent.digest(link), asked)
        for secret in (link, *states, self.opener.cookies[COOKIE]):
            self.assertNotIn(secret, asked)
        for call in compare.call_args_list:
            for value in call.args:
                self.assertRegex(value, r"\A[0-9a-f]{64}\Z")
        self.assertGreaterEqual(compare.call_count, 2)

    def test_login_csrf(self):
        """Somebody has a browser open the answer that he got himself, with his own state and code."""
        for begin in (lambda: self.press_continue(self.make_link()), self.begin_at_amazon):
            state = self.state_of(begin())
            self.forget_browser()
            self.assertPage(self.come_back(state), 403, "This is not the browser you began with")
        self.exchange_code.assert_not_called()

    def test_parameters_that_stand_elsewhere(self):
        """The link counts in the form, the rest in the query; a second value elsewhere changes nothing."""
        link, other = self.make_link(), self.make_link(self.make_account(OTHER_SELLER))
        page = self.open_link(link)
        [form] = self.forms(page)
        answer = self.url_open(
            f"{form.action}?link={other}&csrf_token=x", data=dict(form.fields), allow_redirects=False
        )
        self.state_of(answer)
        consents = self.env["hemi.amazon.consent"]
        self.assertTrue(consents._of_link(link).opened_at)
        self.assertFalse(consents._of_link(other).opened_at)
        doubled = [*form.fields.items(), ("link", other)]
        self.assertEqual(self.url_open(form.action, data=doubled).status_code, 400)

    def test_a_token_against_forgery_that_odoo_cannot_compare(self):
        link = self.make_link()
        for token in ("\u00e9o99999999999", "x" * 100_000, "\udcff", "o" + "9" * 5000):
            with self.subTest(token[:5]):
                self.open_link(link)
                body = {"link": link, "csrf_token": token.encode("utf-8", "surrogateescape")}
                self.assertEqual(self.url_open("/hemi_amazon_sp/oauth/start", data=body).status_code, 400)

    def test_parameters_of_a_megabyte(self):
        mib = "x" * 1024 * 1024
        page = self.open_link(self.make_link())
        [form] = self.forms(page)
        for values in (dict(form.fields) | {"link": mib}, dict(form.fields) | {"other": mib}):
            self.assertIn(
                self.url_open(form.action, data=values, allow_redirects=False).status_code, (303, 400)
            )
        for path in ("start?link=", "callback?state=", "login?amazon_state="):
            self.assertEqual(self.url_open(f"/hemi_amazon_sp/oauth/{path}{mib[:60_000]}").status_code, 400)
            with contextlib.suppress(requests.ConnectionError):  # the server hangs up, or says 414
                self.assertEqual(self.url_open(f"/hemi_amazon_sp/oauth/{path}{mib}").status_code, 414)

    def forms(self, page):
        return html.fromstring(page.content).forms

    def test_flooding_from_one_address(self):
        self.patch(amazon_visit, "MOST_OF_ADDRESS", 3)
        link = self.make_link()
        statuses = [self.open_link(which).status_code for which in ("guess", "guess", link, link, link)]
        self.assertEqual(statuses, [404, 404, 200, 429, 429])
        page = self.open_link(link)
        self.assertPage(page, 429, "Too many attempts")
        self.assertEqual(page.headers["Retry-After"], "600")
        self.assertEqual(page.headers["X-Frame-Options"], "DENY")
        self.assertEqual(self.come_back("x").status_code, 429)
        self.assertEqual(self.begin_at_amazon().status_code, 429)
        later = fields.Datetime.now() + timedelta(minutes=11)
        with patch.object(fields.Datetime, "now", return_value=later):
            self.assertEqual(self.open_link(link).status_code, 200)

    def test_flooding_with_a_link_leaves_the_seller_alone(self):
        self.patch(amazon_visit, "MOST_OF_LINK", 2)
        link, other = self.make_link(), self.make_link(self.make_account(OTHER_SELLER))
        self.assertEqual([self.open_link(link).status_code for _again in range(3)], [200, 200, 429])
        self.assertEqual(self.open_link(other).status_code, 200, "other links from there are open")
        with patch.object(amazon_visit, "network_of", return_value="192.0.2.7"):
            self.assertEqual(self.open_link(link).status_code, 200, "the seller comes from elsewhere")

    def test_visits_are_counted_without_keeping_who_it_was(self):
        link = self.make_link()
        self.open_link(link)
        visits = self.env["hemi.amazon.visit"].search([])
        self.assertEqual(sorted(visits.mapped("count")), [1, 1])
        for key in visits.mapped("key"):
            self.assertRegex(key, r"\A[0-9a-f]{64}\Z")
        visits.since = "2020-01-01"
        self.env.flush_all()
        visits._gc_visits()
        visits.invalidate_model()
        self.assertFalse(visits.exists())

    def test_networks(self):
        self.assertEqual(network_of("192.0.2.1"), "192.0.2.1")
        self.assertEqual(network_of("2001:db8::1"), network_of("2001:db8::2"))
        self.assertNotEqual(network_of("2001:db8::1"), network_of("2001:db8:0:1::1"))
        self.assertEqual(network_of("unknown"), "unknown")
