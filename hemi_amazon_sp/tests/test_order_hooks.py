import inspect
import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| `(_\w+)\(([\w, ]*)\)` \|", re.MULTILINE)


@tagged("post_install", "-at_install")
class TestOrderHooks(TransactionCase):
    """What the docs promise to other addons is there, and is heeded."""

    def test_documented_methods_are_there(self):
        if not DOCS.is_dir():
            self.skipTest("the folder docs is not beside the addon")
        rows = [row for path in DOCS.glob("*.md") for row in ROW.findall(path.read_text())]
        self.assertGreaterEqual(len(rows), 10)
        for name, arguments in rows:
            with self.subTest(method=name):
                models = [self.env[f"hemi.amazon.order.{part}"] for part in ("import", "partner")]
                found = [getattr(model, name) for model in models if hasattr(model, name)]
                self.assertIn(
                    arguments.split(", "), [list(inspect.signature(method).parameters) for method in found]
                )
