"""An upgrade from the version before keeps what people entered, and what Amazon was told."""

import subprocess
import tarfile

import pytest

from tools import database
from tools.console import run
from tools.paths import ROOT

BEFORE = "2bc1a05733"  # the last commit of version 19.0.1.0.0 whose mail template had its own link
FILL = """
app = env["hemi.amazon.integration"].create({"name": "App", "state": "draft"})
env["hemi.amazon.integration.credentials"].create(
    {
        "integration_id": app.id,
        "application_id": "amzn1.sp.solution.11111111-2222-3333-4444-555555555555",
        "client_id": "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef",
        "client_secret": "amzn1.oa2-cs.v1.the-secret-of-the-app",
    }
)
account = env["hemi.amazon.account"].create(
    {
        "client_email": "seller@seller.example",
        "merchant_id": "A2BEFORESELLER",
        "integration_id": app.id,
        "stock_buffer": 3,
        "refund_orders": False,
    }
)
product = env["product.product"].create({"name": "Lamp", "is_storable": True})
listing = env["hemi.amazon.listing"].create(
    {"account_id": account.id, "sku": "LAMP-1", "product_id": product.id}
)
listing.sudo().write({"quantity_sent": 7, "quantity_sent_at": "2026-11-01 10:00:00"})
order = env["hemi.amazon.order"].create({"account_id": account.id, "name": "302-1234567-1234567"})
env["hemi.amazon.feed.message"].create(
    {
        "account_id": account.id,
        "flow": "ship",
        "res_model": "hemi.amazon.order",
        "res_id": order.id,
        "order_id": order.id,
        "state": "accepted",
    }
)
"""
READ = """
account = env["hemi.amazon.account"].search([("merchant_id", "=", "A2BEFORESELLER")])
credentials = account.integration_id.credentials_ids
listing = env["hemi.amazon.listing"].search([("sku", "=", "LAMP-1")])
order = env["hemi.amazon.order"].search([("name", "=", "302-1234567-1234567")])
print("account", account.client_email, account.stock_buffer, account.stock_share, account.refund_orders)
print("secret", credentials._secret("client_secret"))
print("listing", listing.quantity_sent, listing.quantity_sent_at, listing.stock_rule, listing.product_id.name)
print("order", order.message_ids.mapped("state"))
print("template", "amazon_links" in env.ref("hemi_amazon_sp.mail_template_authorise").body_html)
"""
AFTER = """account seller@seller.example 3 100 False
secret amzn1.oa2-cs.v1.the-secret-of-the-app
listing 7 2026-11-01 10:00:00 account Lamp
order ['accepted']
template True
"""


@pytest.fixture
def old_addons(tmp_path):
    """The addon as it was, out of git's history."""
    archive = tmp_path / "before.tar"
    command = ["git", "-C", ROOT, "archive", f"--output={archive}", BEFORE, database.ADDON]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this checkout has no history: there is no version before to upgrade from")
    with tarfile.open(archive) as files:
        files.extractall(tmp_path / "before")
    return tmp_path / "before"


def test_upgrade_from_the_version_before(old_addons, tmp_path):
    with database.copied(database.base()) as name:
        odoo(name, tmp_path / "install.log", f"--addons-path={old_addons}", "--init=hemi_amazon_sp")
        shell(name, FILL, old_addons)
        odoo(name, tmp_path / "upgrade.log", "--update=hemi_amazon_sp")
        database.check_log(tmp_path / "upgrade.log")
        assert database.shell(name, READ) == AFTER


def odoo(name, log, *options):
    command = [database.ODOO, f"--database={name}", "--stop-after-init", f"--logfile={log}", *options]
    run(command, f"Odoo failed, see {log}.")


def shell(name, code, addons):
    command = [database.ODOO, "shell", "--database", name, "--no-http", f"--addons-path={addons}"]
    done = subprocess.run(command, input=f"{code}\nenv.cr.commit()\n", capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
