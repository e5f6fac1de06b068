from pathlib import Path

from odoo.addons.hemi_amazon_sp.models.amazon_advice import ADVICE
from odoo.tests import TransactionCase, tagged

OWN = {"NotSendable", "RefundTooHigh", "OrderShipped", "OrderCancelled", "FATAL"}
DOCS = Path(__file__).parents[2] / "docs" / "error-codes.md"


@tagged("post_install", "-at_install")
class TestAdvice(TransactionCase):
    def test_amazons_frequent_codes_have_advice_with_a_source(self):
        self.assertGreaterEqual(len(set(ADVICE) - OWN), 25)
        for code, advice in ADVICE.items():
            self.assertTrue(code in OWN or advice.source.startswith("http"), code)
            self.assertIn(len(str(advice.text)), range(40, 300), code)

    def test_unknown_codes_have_none(self):
        self.assertEqual(self.env["hemi.amazon.advice"]._for("123456789"), "")
        self.assertEqual(self.env["hemi.amazon.advice"]._for(False), "")

    def test_the_docs_list_every_code(self):
        if not DOCS.exists():
            self.skipTest("the folder docs is not beside the addon")
        rows = DOCS.read_text().splitlines()
        for code, advice in ADVICE.items():
            self.assertIn(f"| {code} | {advice.text} | {advice.source} |", rows)
