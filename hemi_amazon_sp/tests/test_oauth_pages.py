import base64
import logging

from lxml import html
from odoo.addons.hemi_amazon_sp.controllers.access_log import WithoutQuery
from odoo.addons.hemi_amazon_sp.controllers.oauth import COOKIE
from odoo.addons.hemi_amazon_sp.models.account_authorisation import LANDING_PATH
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_oauth import CODE, OauthCase

GIF = b"R0lGODlhAQABAIAAAP///////yH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


@tagged("post_install", "-at_install")
class TestPages(OauthCase):
    def every_answer(self):
        """Give an answer of each kind: landing, redirects both ways in, problem, success."""
        landing = self.open_link(self.make_link())
        redirect = self.submit(landing)
        yield from (landing, redirect, self.begin_at_amazon(), self.open_link("nobody"))
        yield self.come_back(self.state_of(redirect))

    def test_headers_keep_links_out_of_other_hands(self):
        for answer in self.every_answer():
            with self.subTest(url=answer.url.partition("?")[0], status=answer.status_code):
                headers = answer.headers
                self.assertEqual(headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(headers["Cache-Control"], "no-store")
                self.assertEqual(headers["X-Frame-Options"], "DENY")
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                policy = headers["Content-Security-Policy"]
                for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
                    self.assertIn(part, policy)
                self.assertNotIn("unsafe", policy)
                self.assertNotIn("script", policy)

    def test_only_the_landing_page_may_send_a_form(self):
        landing, *others = self.every_answer()
        self.assertIn("form-action 'self' https:", landing.headers["Content-Security-Policy"])
        for answer in others:
            self.assertIn("form-action 'none'", answer.headers["Content-Security-Policy"])

    def test_pages_load_nothing_from_elsewhere_and_run_nothing(self):
        for answer in self.every_answer():
            if answer.status_code == 303:
                continue
            page = html.fromstring(answer.content)
            self.assertFalse(page.xpath("//script|//style|//iframe|//@style|//@onclick"))
            loaded = page.xpath("//link/@href|//img/@src")
            self.assertTrue(
                all(url.startswith(("/hemi_amazon_sp/static/", "data:")) for url in loaded), loaded
            )
            self.assertTrue(page.xpath("//meta[@name='viewport']"))
            [style] = page.xpath("//link[@rel='stylesheet']/@href")
            self.assertEqual(self.url_open(style).status_code, 200)

    def test_the_access_log_has_no_queries_of_ours(self):
        link = self.make_link()
        with self.assertLogs("werkzeug", logging.INFO) as log:
            state = self.state_of(self.press_continue(link))
            self.come_back(state)
            self.url_open("/web/health?not=ours")
        lines = "\n".join(log.output)
        self.assertIn("/hemi_amazon_sp/oauth/callback?*** HTTP/1.1", lines)
        self.assertIn("/web/health?not=ours", lines)
        for secret in (link, state, CODE):
            self.assertNotIn(secret, lines)

    def test_lines_that_are_not_requests_are_left_alone(self):
        record = logging.LogRecord("werkzeug", logging.INFO, "", 0, "100%% of %s", ("it",), None)
        self.assertTrue(WithoutQuery().filter(record))
        self.assertEqual(record.args, ("it",))

    def test_no_line_of_any_log_holds_a_link(self):
        link = self.make_link()
        with self.assertLogs(level=logging.DEBUG) as log, mute_logger("odoo.sql_db"):
            state = self.state_of(self.press_continue(link))
            self.come_back(state)
            self.open_link(link)
        lines = "\n".join(line for line in log.output if "urllib3" not in line)  # the test's own browser
        for secret in (link, state, CODE):
            self.assertNotIn(secret, lines)

    def test_the_user_who_is_logged_in_is_not_shown(self):
        self.authenticate("admin", "admin")
        page = self.open_link(self.make_link())
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(self.env.ref("base.user_admin").login, page.text)
        self.assertEqual(self.authorised().status_code, 200)
        author = self.account.message_ids[0].author_id
        self.assertEqual(author, self.env.ref("base.partner_root"))

    def test_language_and_direction(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.account.lang = "ar_001"
        view = self.env.ref("hemi_amazon_sp.oauth_landing")
        view.update_field_translations("arch_db", {"ar_001": {"Continue": "Mutabaa"}})
        page = html.fromstring(self.open_link(self.make_link()).content)
        self.assertEqual((page.get("lang"), page.get("dir")), ("ar-001", "rtl"))
        self.assertEqual(page.xpath("//button")[0].text.strip(), "Mutabaa")
        self.account.lang = False
        page = html.fromstring(self.open_link(self.make_link()).content)
        self.assertEqual((page.get("lang"), page.get("dir")), ("en-US", "ltr"))

    def test_the_company_and_whom_to_ask(self):
        company = self.account.company_id
        company.write({"name": "Company <b>", "email": "office@company.example", "logo": company._get_logo()})
        self.account.user_id = False
        page = html.fromstring(self.open_link(self.make_link()).content)
        self.assertFalse(page.xpath("//img"), "Odoo's own picture is nobody's logo")
        self.assertIn("Company <b>", page.text_content())
        self.assertIn("office@company.example", page.text_content())
        company.logo = GIF
        self.account.user_id = self.env.ref("base.user_admin")
        self.account.user_id.write({"email": "marc@company.example", "phone": "+1 555 0100"})
        page = html.fromstring(self.open_link(self.make_link()).content)
        [logo] = page.xpath("//img/@src")
        self.assertTrue(base64.b64decode(logo.partition("base64,")[2]))
        self.assertEqual(page.xpath("//footer//a/@href"), ["mailto:marc@company.example", "tel:+15550100"])

    def test_the_page_asks_for_what_is_switched_on(self):
        self.account.write({"refund_orders": False, "update_stock": False})
        text = html.fromstring(self.open_link(self.make_link()).content).text_content()
        self.assertNotIn("refund", text)
        self.assertNotIn("stock", text)
        self.assertIn("upload invoices", text)

    def test_methods(self):
        for path in (LANDING_PATH.replace("start", "callback"), LANDING_PATH.replace("start", "login")):
            self.assertEqual(self.url_open(path, data={"state": "x"}).status_code, 405)
        self.assertEqual(self.url_open(LANDING_PATH, method="PUT").status_code, 405)

    def test_our_cookie_goes_to_our_pages_only(self):
        self.press_continue(self.make_link())
        [cookie] = [cookie for cookie in self.opener.cookies if cookie.name == COOKIE]
        self.assertEqual(cookie.path, "/hemi_amazon_sp/oauth/")
