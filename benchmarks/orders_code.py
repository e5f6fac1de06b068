"""Code that `odoo shell` runs for the benchmark: it prints its figures as JSON in the last line."""

# One seller, his products and listings, all in stock. Leaves the account not yet read.
PREPARE = """
from datetime import timedelta
from odoo import fields
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
account = env["hemi.amazon.account"].create({{
    "client_email": "seller@seller.example", "merchant_id": {seller!r}, "integration_id": integration.id,
    "home_marketplace_id": env.ref("hemi_amazon_sp.marketplace_de").id,
    "orders_from": fields.Datetime.now() - timedelta(hours=2),
    "update_stock": False, "update_price": False,
}})
euro = env["res.currency"].with_context(active_test=False).search([("name", "=", "EUR")])
euro.active = True
account.pricelist_id = env["product.pricelist"].create({{
    "name": "Euro", "currency_id": euro.id, "company_id": account.company_id.id,
}})
account._authorise(Grant("Atza|old", {token!r}, 3600))
env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
products = env["product.product"].create([
    {{"name": sku, "default_code": sku, "is_storable": True, "list_price": 20.0, "taxes_id": False}}
    for sku in {skus!r}
])
env["hemi.amazon.listing"].create([
    {{"account_id": account.id, "sku": product.default_code, "product_id": product.id}}
    for product in products
])
for product in products:
    env["stock.quant"]._update_available_quantity(product, account.warehouse_id.lot_stock_id, 10**6)
"""
COMMON = """
import json, os, time

def memory():
    "Resident memory of this process in MiB."
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

def cpu():
    "Seconds of processor that this process and its database sessions have used."
    env.cr.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    ticks = 0
    for pid, in env.cr.fetchall():
        with open(f"/proc/{{pid}}/stat") as file:
            ticks += sum(map(int, file.read().rsplit(") ", 1)[1].split()[11:13]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
"""
# The job, as often as it needs; between its turns the limits of this Odoo are made full again.
IMPORT = (
    COMMON
    + """
account = env["hemi.amazon.account"].search([])
cron = env.ref("hemi_amazon_sp.ir_cron_run")
before, turns, began, busy, profile = memory(), 0, time.monotonic(), cpu(), None
if {profile}:
    import cProfile
    profile = cProfile.Profile()
    profile.enable()
while (not account.orders_watermark or account.orders_pass) and turns < 60:
    env["hemi.amazon.quota"].search([]).unlink()
    account.next_run_at = False
    env.cr.commit()
    cron.method_direct_trigger()
    env.cr.commit()
    env.invalidate_all()
    turns += 1
seconds, busy = time.monotonic() - began, cpu() - busy
if profile:
    profile.disable()
    profile.dump_stats({profile})
print(json.dumps({{
    "seconds": seconds, "cpu": busy, "turns": turns, "memory": [before, memory()],
    "error": account.last_error,
    "imported": env["sale.order"].search_count(
        [("hemi_amazon_order_id", "!=", False), ("state", "=", "sale")]
    ),
}}))
"""
)
# The same sale orders as they came out of the import, as values for plain calls of the ORM.
VALUES = """
import json
from odoo.fields import Datetime
SKIPPED = ("hemi_amazon_order_id", "client_order_ref", "origin")
NAMES = (
    "partner_id", "partner_invoice_id", "partner_shipping_id", "fiscal_position_id", "company_id",
    "warehouse_id", "pricelist_id", "team_id", "user_id", "date_order", "commitment_date", "client_order_ref",
    "origin", "require_payment", "require_signature",
)
LINE_NAMES = ("product_id", "name", "product_uom_qty", "price_unit", "discount")
ADDRESS = ("name", "street", "street2", "city", "zip", "state_id", "country_id", "phone", "email", "type")

def plain(record, names):
    values = record.read(names, load=None)[0]
    return {name: Datetime.to_string(value) if hasattr(value, "year") else value
            for name, value in values.items() if name != "id"}

orders = env["sale.order"].search([("hemi_amazon_order_id", "!=", False)], order="id")
partners = orders.partner_id | orders.partner_shipping_id
result = {
    "buyers": {partner.id: plain(partner, ADDRESS) for partner in orders.partner_id},
    "recipients": {
        partner.id: plain(partner, (*ADDRESS, "parent_id"))
        for partner in orders.partner_shipping_id - orders.partner_id
    },
    "orders": [
        plain(order, NAMES)
        | {"order_line": [[0, 0, plain(line, LINE_NAMES) | {"tax_ids": [[6, 0, line.tax_ids.ids]]}]
                          for line in order.order_line]}
        for order in orders
    ],
}
with open(PATH, "w") as file:
    json.dump(result, file)
"""
# The floor: plain batched calls. First the partners, then what is compared: the sale orders.
FLOOR = (
    COMMON
    + """
with open({path!r}) as file:
    values = json.load(file)
size = 100
began = time.monotonic()
known = {{}}
for kind in ("buyers", "recipients"):
    items = list(values[kind].items())
    for start in range(0, len(items), size):
        batch = items[start:start + size]
        rows = [dict(row) for _id, row in batch]
        for row in rows:
            if row.get("parent_id"):
                row["parent_id"] = known[str(row["parent_id"])]
        partners = env["res.partner"].create(rows)
        known.update(zip((number for number, _row in batch), partners.ids))
env.cr.commit()
partner_seconds = time.monotonic() - began
for order in values["orders"]:
    for name in ("partner_id", "partner_invoice_id", "partner_shipping_id"):
        order[name] = known[str(order[name])]
began, busy = time.monotonic(), cpu()
sale_orders = env["sale.order"].with_context(mail_notrack=True)
for start in range(0, len(values["orders"]), size):
    orders = sale_orders.create(values["orders"][start:start + size])
    orders.action_confirm()
    env.cr.commit()
seconds, busy = time.monotonic() - began, cpu() - busy
print(json.dumps({{
    "seconds": seconds, "cpu": busy, "partner_seconds": partner_seconds,
    "confirmed": env["sale.order"].search_count([("state", "=", "sale"), ("origin", "!=", False)]),
}}))
"""
)
