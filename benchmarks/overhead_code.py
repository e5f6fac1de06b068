"""Code that runs inside Odoo for the benchmark of the overhead; it leaves ``figures``."""

# Twenty products in stock and a customer: the same in all databases, whether or not the addon is there.
PREPARE = """
import gc
products = env["product.product"].create([
    {"name": f"Lamp {number}", "is_storable": True, "list_price": 20.0, "taxes_id": False}
    for number in range(20)
])
location = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1).lot_stock_id
for product in products:
    env["stock.quant"]._update_available_quantity(product, location, 10**6)
customer = env["res.partner"].create({"name": "Customer", "country_id": env.ref("base.de").id})
made = 0

def amazon_values(number):
    return {}, {}

figures = {}
"""
# Every product has a listing, whose stock and price Amazon is told.
LIST = """
app = env["hemi.amazon.integration"].create({"name": "App"})
account = env["hemi.amazon.account"].create({
    "client_email": "seller@seller.example", "merchant_id": "A2BENCHSELLER", "integration_id": app.id,
    "home_marketplace_id": env.ref("hemi_amazon_sp.marketplace_de").id,
})
env["hemi.amazon.listing"].create([
    {"account_id": account.id, "sku": f"LAMP-{product.id}", "product_id": product.id} for product in products
])
"""
# Every order comes from Amazon, which is told of each shipment.
FROM_AMAZON = """
def amazon_values(number):
    order = env["hemi.amazon.order"].create({
        "account_id": account.id, "name": f"302-0000000-{number:07}", "state": "imported",
        "status": "UNSHIPPED", "fulfilled_by": "MERCHANT",
    })
    item = {"hemi_amazon_item": str(number), "hemi_amazon_component": "Principal"}
    return {"hemi_amazon_order_id": order.id}, item
"""
COMMIT = "commit_and_vacuum()\ngc.freeze()\nfigures = {}\n"
# Quotations are made first; then each is confirmed, and its transfer validated, in a transaction of its own.
ROUND = """
orders = env["sale.order"]
for number in range(made, made + COUNT):
    order_values, line_values = amazon_values(number)
    lines = [
        {"product_id": products[(number * 7 + line) % 20].id, "product_uom_qty": 1 + line, **line_values}
        for line in range(1 + number % 2)
    ]
    orders += orders.create(
        {"partner_id": customer.id, **order_values, "order_line": [(0, 0, line) for line in lines]})
made += COUNT
env.cr.commit()

def measured(records, work):
    gc.collect()
    gc.disable()  # when it runs is chance, and the larger the program, the rarer
    env.invalidate_all()
    queries, busy = env.cr.sql_log_count, cpu()
    for record in records:
        work(record)
        env.cr.commit()
        env.invalidate_all()
    gc.enable()
    return {"cpu": cpu() - busy, "queries": env.cr.sql_log_count - queries}

def validate(picking):
    assert picking.button_validate() is True, picking.name

figures = {
    "confirm": measured(orders, lambda order: order.action_confirm()),
    "validate": measured(orders.picking_ids, validate),
}
assert set(orders.picking_ids.mapped("state")) == {"done"} and len(orders.picking_ids) == COUNT
env.cr.commit()
"""
