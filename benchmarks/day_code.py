"""Code that runs inside Odoo for the benchmark of the day; it leaves ``figures``."""

from tools.chaos_day import PEOPLE

# Accounts in one to eight marketplaces; the catalogue of each is multiplied by SQL from one product.
PREPARE = """
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
marketplaces = {m.amazon_id: m for m in env["hemi.amazon.marketplace"].search([])}
home = marketplaces[MARKETPLACES[0]]
currencies = env["res.currency"].with_context(active_test=False)
(currencies.search([("name", "=", "EUR")]) | home.browse(
    [marketplaces[name].id for name in MARKETPLACES]).currency_id).active = True
accounts = env["hemi.amazon.account"]

def last(table):
    env.cr.execute(f"SELECT max(id) FROM {table}")
    return env.cr.fetchone()[0]

for seller, names in SELLERS.items():
    account = accounts.create({
        "client_email": f"{seller.lower()}@seller.example", "merchant_id": seller,
        "integration_id": integration.id, "home_marketplace_id": home.id, "orders_from": "2020-01-01",
    })
    account._authorise(Grant("Atza|old", f"Atzr|{seller}", 3600))
    account.write({
        "marketplace_ids": [(6, 0, [marketplaces[name].id for name in names])],
        "marketplaces_read_at": "2099-01-01",
    })
    accounts += account
    product = env["product.product"].create({
        "name": f"Lamp of {seller}", "is_storable": True, "list_price": 20.0, "taxes_id": False,
    })
    listing = env["hemi.amazon.listing"].create(
        {"account_id": account.id, "sku": "LAMP-1", "product_id": product.id})
    env["stock.quant"]._update_available_quantity(product, account.warehouse_id.lot_stock_id, 500)
    env.flush_all()
    tmpl, prod, lst = last("product_template"), last("product_product"), last("hemi_amazon_listing")
    multiply("product_template", f"t.id = {tmpl}", LISTINGS)
    multiply("product_product", f"t.id = {prod}", LISTINGS, product_tmpl_id=f"{tmpl} + n - 1")
    multiply("stock_quant", f"t.product_id = {prod}", LISTINGS, product_id=f"{prod} + n - 1")
    multiply("hemi_amazon_listing", f"t.id = {lst}", LISTINGS, product_id=f"{prod} + n - 1",
             sku="'LAMP-' || n")
    multiply("hemi_amazon_offer", f"t.listing_id = {lst}", LISTINGS, listing_id=f"{lst} + n - 1")
env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
env["delivery.carrier"].create({
    "name": "DHL", "hemi_amazon_carrier_code": "DHL",
    "product_id": env.ref("hemi_amazon_sp.product_shipping").id,
})
commit_and_vacuum()
print(json.dumps({}))
"""
BEGIN = (
    PEOPLE.format(seed=7)
    + """
listings = env["hemi.amazon.listing"].search([], order="id")
rows = [(row["id"], row["product_id"][0]) for row in listings.read(["product_id"])]
location = env["hemi.amazon.account"].search([], limit=1).warehouse_id.lot_stock_id
open_ids, seen = [], 0
env.invalidate_all()
figures = {}
"""
)
# Stock of some products changes, the price of others. Figures: listing -> seller and SKU.
CHANGE = """
chosen = [dice.choice(rows) for _number in range(COUNT)]
for listing_id, product_id in chosen:
    product = env["product.product"].browse(product_id)
    if dice.random() < PRICES:
        product.list_price += dice.randint(1, 300) / 100
    else:
        env["stock.quant"]._update_available_quantity(product, location, dice.randint(1, 9))
env.cr.commit()
changed = listings.browse([listing_id for listing_id, _product in chosen])
figures = {listing.id: [listing.account_id.merchant_id, listing.sku] for listing in changed}
env.invalidate_all()
"""
# People deliver, cancel, invoice and credit what came in.
WORK = """
amazon_orders = env["hemi.amazon.order"]
fresh = amazon_orders.search([("id", ">", seen), ("sale_order_id", "!=", False)], order="id")
open_ids += fresh.ids
seen, done, kept = max(open_ids, default=0), 0, []
for order in amazon_orders.browse(open_ids):
    sale, chance = order.sale_order_id, dice.random()
    if sale.state != "sale":
        continue
    if sale.picking_ids.filtered(lambda picking: picking.state != "done"):
        event = deliver if chance < 0.2 else cancel if chance < 0.22 else None
        ends = event is cancel
    elif not sale.invoice_ids:
        event, ends = invoice if chance < 0.5 else None, False
    else:
        event, ends = credit if chance < 0.1 else None, True
    if event:
        event(sale)
        done += 1
    if not ends:
        kept.append(order.id)
open_ids = kept
env.cr.commit()
env.invalidate_all()
figures = done
"""
# One run of the job.
TURN = """
busy = cpu()
env.ref("hemi_amazon_sp.ir_cron_run").method_direct_trigger()
env.cr.commit()
env.invalidate_all()
busy = cpu() - busy
env.cr.execute("SELECT count(*) FROM hemi_amazon_refresh")
[left] = env.cr.fetchone()
accounts = env["hemi.amazon.account"].search([])
figures = {
    "cpu": busy, "left": left,
    "errors": [account.last_error for account in accounts if account.last_error],
    "imported": env["hemi.amazon.order"].search_count([("sale_order_id", "!=", False)]),
}
env.cr.commit()
"""
# What Amazon should have of some listings now: free units and price.
TRUTH = """
env.cr.execute(
    '''SELECT listing.id, coalesce(sum(quant.quantity - quant.reserved_quantity), 0)::int,
              template.list_price::float
         FROM hemi_amazon_listing listing JOIN product_product product ON product.id = listing.product_id
         JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN stock_quant quant ON quant.product_id = product.id AND quant.location_id = %s
        WHERE listing.id = ANY(%s) GROUP BY listing.id, template.list_price''', [location.id, IDS])
figures = {row[0]: row[1:] for row in env.cr.fetchall()}
env.cr.commit()
"""
# Whether everything was told: nothing to compute, nothing due, no feed open.
REST = """
flow, accounts = env["hemi.amazon.flow.listings"], env["hemi.amazon.account"].search([])
figures = not (
    env["hemi.amazon.refresh"].search_count([])
    or any(flow._due_counts(account) for account in accounts)
    or env["hemi.amazon.feed"].search_count([("state", "not in", ("done", "done_errors", "cancelled"))])
)
env.cr.commit()
"""
LOOK = """
messages = env["hemi.amazon.feed.message"]._read_group([], ["flow", "state"], ["__count"])
feeds = env["hemi.amazon.feed"]._read_group([("amazon_feed_id", "!=", False)], ["feed_type"], ["__count"])
figures = {
    "messages": [list(row) for row in messages], "feeds": dict(feeds),
    "failed": env["hemi.amazon.order"].search_count([("state", "=", "failed")]),
}
"""
