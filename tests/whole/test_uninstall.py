"""Uninstalling takes everything of the addon away and leaves Odoo working."""

import os

from tools import database

UNINSTALL = """
env["hemi.amazon.integration"].create({"name": "App"})
env["ir.module.module"].search([("name", "=", "hemi_amazon_sp")]).button_immediate_uninstall()
"""
USE = """
partner = env["res.partner"].create({"name": "Buyer"})
product = env["product.product"].create({"name": "Thing", "is_storable": True})
line = (0, 0, {"product_id": product.id})
order = env["sale.order"].create({"partner_id": partner.id, "order_line": [line]})
order.action_confirm()
order.picking_ids.move_ids.quantity = 1
order.picking_ids.button_validate()
models = ("sale.order", "stock.picking", "account.move")
views = [env[model].get_view(view_type="form")["arch"] for model in models]
print("left:", order.picking_ids.state, sum("hemi_amazon" in view for view in views))
"""


def test_uninstall():
    with database.copied(os.environ["HEMI_DATABASE_TEMPLATE"]) as name:
        database.shell(name, UNINSTALL)
        tables = "select count(*) from pg_class where relname like 'hemi_amazon%'"
        columns = "select count(*) from information_schema.columns where column_name like 'hemi_amazon%'"
        crons = "select count(*) from ir_cron where cron_name like 'Amazon%'"
        assert [database.sql(name, query).strip() for query in (tables, columns, crons)] == ["0", "0", "0"]
        assert "left: done 0" in database.shell(name, USE)
