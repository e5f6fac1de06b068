"""Code that runs inside Odoo for the benchmarks of stock and price; figures are the JSON of the last line."""

# One seller and his catalogue, multiplied by SQL from one product and its listing. Nothing was told yet.
PREPARE = """
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
marketplaces = env["hemi.amazon.marketplace"].search([("amazon_id", "in", MARKETPLACES)])
home = marketplaces.filtered(lambda marketplace: marketplace.amazon_id == MARKETPLACES[0])
currencies = env["res.currency"].with_context(active_test=False)
(currencies.search([("name", "=", "EUR")]) | marketplaces.currency_id).active = True
account = env["hemi.amazon.account"].create({
    "client_email": "seller@seller.example", "merchant_id": SELLER, "integration_id": integration.id,
    "home_marketplace_id": home.id, "listings_way": "feed", "ship_orders": False, "upload_invoices": False,
    "cancel_orders": False, "refund_orders": False, "stock_buffer": 1,
})
account._authorise(Grant("Atza|old", TOKEN, 3600))
account.write({"marketplace_ids": [(6, 0, marketplaces.ids)], "marketplaces_read_at": "2099-01-01"})
env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
pricelist = env["product.pricelist"].create({
    "name": "Amazon", "currency_id": home.currency_id.id, "company_id": account.company_id.id,
    "item_ids": [(0, 0, {"compute_price": "percentage", "percent_price": 10})],
})
account.pricelist_id = pricelist
tax = env["account.tax"].create({"name": "19 %", "amount": 19, "type_tax_use": "sale"})
product = env["product.product"].create({
    "name": "Lamp", "is_storable": True, "list_price": 20.0, "taxes_id": [(6, 0, tax.ids)],
})
listing = env["hemi.amazon.listing"].create(
    {"account_id": account.id, "sku": "LAMP-1", "product_id": product.id}
)
env["stock.quant"]._update_available_quantity(product, account.warehouse_id.lot_stock_id, 10)
env.flush_all()

def last(table):
    env.cr.execute(f"SELECT max(id) FROM {table}")
    return env.cr.fetchone()[0]

tmpl, prod, lst = last("product_template"), last("product_product"), last("hemi_amazon_listing")
multiply("product_template", f"t.id = {tmpl}", SIZE, list_price="10 + n * 7919 % 5000 / 100.0")
multiply("product_product", f"t.id = {prod}", SIZE, product_tmpl_id=f"{tmpl} + n - 1")
multiply("product_taxes_rel", f"t.prod_id = {tmpl}", SIZE, prod_id=f"{tmpl} + n - 1")
multiply("stock_quant", f"t.product_id = {prod}", SIZE, product_id=f"{prod} + n - 1", quantity="n % 50")
multiply("hemi_amazon_listing", f"t.id = {lst}", SIZE, product_id=f"{prod} + n - 1", sku="'LAMP-' || n")
multiply("hemi_amazon_offer", f"t.listing_id = {lst}", SIZE, listing_id=f"{lst} + n - 1")
env.cr.execute(
    "SELECT count(*), min(id) FROM product_product WHERE id >= %s AND product_tmpl_id - id = %s",
    [prod, tmpl - prod],
)
assert env.cr.fetchone() == (SIZE, prod)
commit_and_vacuum()
print(json.dumps({}))
"""
# One turn of the job at a time. Between turns minutes pass at Amazon, and the limits here are full again.
TURNS = """
import requests
account = env["hemi.amazon.account"].search([])
cron = env.ref("hemi_amazon_sp.ir_cron_run")
flow = env["hemi.amazon.flow.listings"]

def prepare_turn():
    requests.post(f"{URL}/_sim/clock", json={"seconds": 400}, timeout=600).raise_for_status()
    env.cr.execute("DELETE FROM hemi_amazon_quota")
    env.cr.execute("UPDATE hemi_amazon_account SET next_run_at = NULL")
    env.cr.execute(
        "UPDATE hemi_amazon_feed SET next_check_at = now() at time zone 'utc' WHERE next_check_at IS NOT NULL"
    )
    env.cr.execute(
        "UPDATE hemi_amazon_feed SET submitted_at = '2020-01-01' WHERE submitted_at IS NOT NULL"
    )
    env.cr.commit()

def turn():
    "Give the seconds of a turn: by the clock, and of the processor."
    prepare_turn()
    began, busy = time.monotonic(), cpu()
    cron.method_direct_trigger()
    env.cr.commit()
    env.invalidate_all()
    return time.monotonic() - began, cpu() - busy

def is_all_told():
    env.cr.execute("SELECT count(*) FROM hemi_amazon_refresh")
    [left] = env.cr.fetchone()
    told = not left and not flow._due_counts(account)
    env.cr.commit()
    return told

def feeds():
    return env["hemi.amazon.feed"].search_count([("amazon_feed_id", "!=", False)])

def until_told():
    "Turns until the last createFeed; gives the seconds by the clock and of the processor, and the turns."
    clock = busy = turns = 0
    while turns < 60:
        one = turn()
        clock, busy, turns = clock + one[0], busy + one[1], turns + 1
        if is_all_told():
            break
    return {"seconds": clock, "cpu": busy, "turns": turns, "feeds": feeds(), "error": account.last_error}
"""
SWEEP = (
    TURNS
    + """
from odoo.addons.hemi_amazon_sp.amazon.operations import _operations
_operations()  # a worker that has run before has the library in memory
forget_peak()
before = resident()
if PROFILE:
    import cProfile
    profile = cProfile.Profile()
    profile.enable()
figures = until_told()
if PROFILE:
    profile.disable()
    profile.dump_stats(PROFILE)
figures["memory"] = [before, peak()]
env.cr.execute("SELECT count(quantity_sent_at) FROM hemi_amazon_listing")
figures["answered"] = {"hemi_amazon_listing": env.cr.fetchone()[0]}
env.cr.execute("SELECT count(price_sent_at) FROM hemi_amazon_offer")
figures["answered"]["hemi_amazon_offer"] = env.cr.fetchone()[0]
print(json.dumps(figures))
"""
)
# Odoo's own computation for the same products, and the same documents by json.dumps.
FLOOR = """
from odoo.tools import split_every
account = env["hemi.amazon.account"].search([])
listings = env["hemi.amazon.listing"].search([], order="id")
currency = account.home_marketplace_id.currency_id
rows = [(listing.id, listing.sku, listing.product_id.id) for listing in listings]
env.invalidate_all()
began, busy, size = time.monotonic(), cpu(), 0
for part in split_every(1000, rows):
    products = env["product.product"].browse([row[2] for row in part]).with_company(account.company_id)
    free = {p.id: p.free_qty for p in products.with_context(warehouse_id=account.warehouse_id.id)}
    prices = {
        marketplace: account.pricelist_id._get_products_price(
            products, quantity=1.0, currency=marketplace.currency_id
        )
        for marketplace in account.marketplace_ids
    }
    for marketplace in account.marketplace_ids:
        messages = [
            {"messageId": number, "sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": [
                {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [
                    {"fulfillment_channel_code": "DEFAULT", "quantity": int(free[product_id])}]},
                {"op": "merge", "path": "/attributes/purchasable_offer", "value": [
                    {"marketplace_id": marketplace.amazon_id, "currency": currency.name, "audience": "ALL",
                     "our_price": [{"schedule": [{"value_with_tax": prices[marketplace][product_id]}]}]}]},
            ][marketplace != account.home_marketplace_id:]}
            for number, sku, product_id in part
        ]
        size += len(json.dumps(messages))
    env.invalidate_all()
print(json.dumps({"seconds": time.monotonic() - began, "cpu": cpu() - busy, "bytes": size}))
"""
# What a sweep must write, by the barest statements that do it: each value as wanted, as in a feed, and as
# many as Amazon answered before the last feed as sent. It is run last, for it spoils the books.
WRITES = """
STEPS = {
    "hemi_amazon_listing": (
        "quantity_wanted = quantity_wanted + 1, quantity_wanted_at = now()",
        "quantity_in_feed = quantity_wanted, quantity_feed_id = {feed}",
        "quantity_sent = quantity_in_feed, quantity_sent_at = now(), quantity_feed_id = NULL",
    ),
    "hemi_amazon_offer": (
        "price_wanted = price_wanted + 1, price_wanted_at = now()",
        "price_in_feed = price_wanted, price_feed_id = {feed}",
        "price_sent = price_in_feed, price_sent_at = now(), price_feed_id = NULL",
    ),
}
feed = env["hemi.amazon.feed"].search([], limit=1).id
commit_and_vacuum()
busy, written = cpu(), 0
for step in range(3):
    for table, changes in STEPS.items():
        most = ANSWERED[table] if step == 2 else None
        some = f" WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT {most})" if most is not None else ""
        env.cr.execute(f"UPDATE {table} SET {changes[step].format(feed=feed)}{some}")
        written += env.cr.rowcount
        env.cr.commit()
print(json.dumps({"cpu": cpu() - busy, "rows": written}))
"""
# All is told: turns in which nothing changed, then one in which 100 products did.
QUIET = (
    TURNS
    + """
for _settling in range(3):
    turn()
turns = [turn() for _number in range(5)]
seconds, busy = zip(*turns)
quiet = {"seconds": min(seconds), "cpu": sum(busy) / len(busy), "feeds": feeds()}
location = account.warehouse_id.lot_stock_id
products = env["hemi.amazon.listing"].search([], order="id").product_id
chosen = products[:: max(1, len(products) // CHANGED)][:CHANGED]
for product in chosen[: CHANGED // 2]:
    env["stock.quant"]._update_available_quantity(product, location, 3)
for product in chosen[CHANGED // 2 :]:
    product.list_price += 1
env.cr.commit()
env.invalidate_all()
trickle = until_told()
sent = env["hemi.amazon.feed"].search([], limit=len(account.marketplace_ids)).mapped("message_count")
print(json.dumps({"quiet": quiet, "trickle": trickle | {"sent": sent}}))
"""
)
