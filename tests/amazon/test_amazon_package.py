"""The package keeps to itself: no Odoo, one user of HTTP, relative imports, fast to import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "hemi_amazon_sp" / "amazon"
FILES = sorted(PACKAGE.rglob("*.py"))


def imported(path):
    """Top-level names that a file imports absolutely."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_neither_odoo_nor_itself_absolutely(path):
    assert not {"odoo", "amazon", "hemi_amazon_sp"} & set(imported(path))


def test_only_the_transport_uses_http():
    users = {path.name for path in FILES if {"requests", "urllib3", "httpx", "http"} & set(imported(path))}
    assert users == {"transport.py"}


def test_the_library_is_not_imported_before_it_is_used():
    code = "import sys, amazon.selling_partner; sys.exit('sp_api' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=True)
