"""What sellers read is there in eight languages, and the words of the screens with it."""

import re
from pathlib import Path

import polib
from odoo.tests import tagged

from .common_oauth import OauthCase
from .screen_labels import labels_of_screens

FOLDER = Path(__file__).parents[1] / "i18n"
LANGUAGES = {
    "de": "de_DE",
    "fr": "fr_FR",
    "it": "it_IT",
    "es": "es_ES",
    "pl": "pl_PL",
    "nl": "nl_NL",
    "sv": "sv_SE",
    "bg": "bg_BG",
}
HOLES = re.compile(r"%\(\w+\)s|\{\{.*?\}\}|t-out=\"[^\"]+\"|t-att-href=\"[^\"]+\"|<b>|</b>|<i>|</i>")
# what the back office alone reads, though it is written where sellers' pages are made
OFFICE = (
    "Sent by Oauth Began",
    "Amazon: ",
    "It was refused in Seller Central",
    "Login with Amazon gave no refresh",
)
# names, the same everywhere; the words of a switch stand without a label
NAMES = {"ASIN", "Amazon", "OK", "Refresh Token", "SKU", "Sandbox", "access_key", "application_id", "arn"}
NAMES |= {"client_id", "client_secret", "refresh_key", "secret_key"}
OFFICE += ("Amazon does not show the listings of", "The seller account %(found)s authorised")


def is_sellers(entry):
    places = [":".join(place) for place in entry.occurrences]
    pages = any("hemi_amazon_sp.oauth_" in place or "mail.template" in place for place in places)
    code = any("controllers/oauth" in place or "models/consent_" in place for place in places)
    return (pages or code) and not entry.msgid.startswith(OFFICE)


@tagged("post_install", "-at_install")
class TestTranslations(OauthCase):
    def test_all_that_sellers_read_is_translated(self):
        terms = {entry.msgid for entry in polib.pofile(FOLDER / "hemi_amazon_sp.pot") if is_sellers(entry)}
        self.assertGreater(len(terms), 70)
        for code in LANGUAGES:
            with self.subTest(language=code):
                words = {entry.msgid: entry.msgstr for entry in polib.pofile(FOLDER / f"{code}.po")}
                self.assertEqual({term for term in terms if not words.get(term)}, set())

    def test_all_labels_of_the_screens_are_translated(self):
        terms = {entry.msgid for entry in polib.pofile(FOLDER / "hemi_amazon_sp.pot")}
        labels = {label for label in labels_of_screens(self.env) & terms if not label.endswith(" Words")}
        self.assertGreater(len(labels), 400)
        for code in LANGUAGES:
            with self.subTest(language=code):
                words = {entry.msgid for entry in polib.pofile(FOLDER / f"{code}.po")}
                self.assertEqual(labels - NAMES - words, set(), "one that is empty reads as in English")

    def test_nothing_that_is_filled_in_gets_lost(self):
        for code in LANGUAGES:
            # one that is empty reads as in English
            for entry in filter(lambda entry: entry.msgstr, polib.pofile(FOLDER / f"{code}.po")):
                with self.subTest(language=code, term=entry.msgid[:60]):
                    self.assertEqual(sorted(HOLES.findall(entry.msgid)), sorted(HOLES.findall(entry.msgstr)))

    def test_a_seller_reads_mail_and_page_in_his_language(self):
        for code, hello, button in (("de_DE", "Guten Tag", "Weiter"), ("bg_BG", "Здравейте", "Напред")):
            with self.subTest(language=code):
                self.env["res.lang"]._activate_lang(code)
                self.env["ir.module.module"].search([("name", "=", "hemi_amazon_sp")])._update_translations(
                    [code]
                )
                self.account.lang = code
                link = self.make_link()
                page = self.open_link(link)
                self.assertIn(f">{button}</button>", page.text.replace("\n", "").replace(" ", ""))
                template = self.env.ref("hemi_amazon_sp.mail_template_authorise").with_context(
                    amazon_links={self.account.id: "https://erp.example/link"}
                )
                [body] = template._render_field("body_html", self.account.ids, compute_lang=True).values()
                self.assertIn(hello, body)
                self.assertIn("https://erp.example/link", body)
