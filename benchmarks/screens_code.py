"""Code that runs inside Odoo for the benchmark of screens; figures are the JSON of the last line."""

# Accounts, listings, messages and orders, multiplied by SQL from one of each, and sale orders of Odoo.
PREPARE = """
app = env["hemi.amazon.integration"].create({"name": "App"})
account = env["hemi.amazon.account"].create({
    "client_email": "seller@seller.example", "merchant_id": "A2BENCHSELLER", "integration_id": app.id,
})
product = env["product.product"].create({"name": "Lamp", "is_storable": True})
listing = env["hemi.amazon.listing"].create(
    {"account_id": account.id, "sku": "LAMP-1", "product_id": product.id}
)
order = env["hemi.amazon.order"].create({"account_id": account.id, "name": "302-0000000-0000001"})
order.write({"state": "imported", "purchased_at": "2026-11-20", "status": "UNSHIPPED"})
message = env["hemi.amazon.feed.message"].create({
    "account_id": account.id, "flow": "ship", "res_model": "hemi.amazon.order", "res_id": order.id,
    "order_id": order.id, "state": "accepted", "answered_at": "2026-11-20",
})
partner = env["res.partner"].create({"name": "Buyer"})
sale = env["sale.order"].create({
    "partner_id": partner.id, "order_line": [(0, 0, {"product_id": product.id})],
})
env.flush_all()

nth = f"{account.id} + n % {ACCOUNTS}"
multiply("hemi_amazon_account", f"t.id = {account.id}", ACCOUNTS, merchant_id="'A2BENCH' || n",
         name="'Seller ' || n", state="'authorised'")
multiply("hemi_amazon_listing", f"t.id = {listing.id}", LISTINGS, account_id=nth, sku="'LAMP-' || n",
         quantity_wanted="n % 9", quantity_sent="n % 10", quantity_sent_at="now()",
         quantity_wanted_at="now()")
multiply("hemi_amazon_order", f"t.id = {order.id}", ORDERS, account_id=nth, name="'302-0000000-' || n",
         purchased_at="now() - n % 40 * interval '1 day'",
         state="CASE n % 500 WHEN 0 THEN 'failed' ELSE 'imported' END")
multiply("hemi_amazon_feed_message", f"t.id = {message.id}", MESSAGES, account_id=nth,
         state="CASE n % 1000 WHEN 0 THEN 'rejected' WHEN 1 THEN 'pending' ELSE 'accepted' END")
multiply("sale_order", f"t.id = {sale.id}", ORDERS, name="'S9' || n")
commit_and_vacuum()
print(json.dumps({}))
"""
# What the web client asks for when a screen opens: the records of the first page, with the view's fields.
OPEN = """
import statistics
from lxml import etree

env = env(user=env.ref("base.user_admin").id)

def specification(model, arch):
    names = {node.get("name") for node in arch.iter("field")
             if not any(parent.tag == "field" for parent in node.iterancestors())}
    fields = env[model]._fields
    relations = ("many2one", "many2many", "one2many")
    shown = {"fields": {"display_name": {}}}
    return {name: shown if fields[name].type in relations else {} for name in names}

def opened(model, kind, domain):
    view = env[model].get_view(view_type=kind)
    wanted = specification(model, etree.fromstring(view["arch"]))
    seconds = []
    for _time in range(5):
        env.invalidate_all()
        queries, began = env.cr.sql_log_count, time.perf_counter()
        env[model].web_search_read(domain, wanted, limit=40 if kind == "kanban" else 80, count_limit=10001)
        seconds.append(time.perf_counter() - began)
        queries = env.cr.sql_log_count - queries
    return {"seconds": statistics.median(seconds), "queries": queries}

print(json.dumps({name: opened(*screen) for name, screen in SCREENS.items()}))
"""
