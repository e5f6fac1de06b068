"""The work that the crash matrix interrupts: one seller and all six flows, the same at each beginning."""

import json

from tools import database
from tools.paths import ROOT

APPLICATION = json.loads((ROOT / "amazon_simulator/worlds/demo.json").read_text())["applications"][0]
SELLER, TOKEN = "A3CRASHSELLER1", "Atzr|token-of-the-crashing-seller"
GERMANY, FRANCE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
SHIPPED, CANCELLED = "402-1000000-0000001", "402-1000000-0000002"
NEW, BY_AMAZON = "402-1000000-0000003", "402-1000000-0000004"
PARTNERS = [2, 2]  # buyers, and addresses of theirs

# the app, as one enters it by hand
CONNECT = """
from odoo.addons.hemi_amazon_sp.amazon.lwa import Grant
integration = env["hemi.amazon.integration"].create(
    {{"name": "App", "environment": "custom", "base_url": {url!r}}}
)
env["hemi.amazon.integration.credentials"].create({{
    "integration_id": integration.id, "application_id": {application_id!r}, "client_id": {client_id!r},
    "client_secret": {client_secret!r},
}})
"""
PREPARE = """
import io, pypdf
account = env["hemi.amazon.account"].create({{
    "client_email": "seller@seller.example", "merchant_id": {seller!r}, "integration_id": integration.id,
    "home_marketplace_id": env.ref("hemi_amazon_sp.marketplace_de").id, "orders_from": "2020-01-01",
    "listing_interval": 1, "update_stock": False, "update_price": False, "invoicing": "vcs",
    "listings_way": {way!r},
}})
account._authorise(Grant("Atza|old", {token!r}, 3600))
env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
for sku, quantity in (("LAMP-1", 10), ("LAMP-2", 4)):
    product = env["product.product"].create({{
        "name": sku, "default_code": sku, "is_storable": True, "list_price": 20.0, "taxes_id": False,
    }})
    env["hemi.amazon.listing"].create({{"account_id": account.id, "sku": sku, "product_id": product.id}})
    env["stock.quant"]._update_available_quantity(product, account.warehouse_id.lot_stock_id, quantity)
env.cr.commit()
env["hemi.amazon.job"]._run_account(account)
env.cr.commit()  # a new snapshot: the job has a cursor of its own
env.invalidate_all()
orders = env["hemi.amazon.order"].search([])
assert set(orders.mapped("name")) == {{{shipped!r}, {cancelled!r}}}, (orders, account.last_error)
account.write({{"update_stock": True, "update_price": True}})
sale = orders.filtered(lambda order: order.name == {shipped!r}).sale_order_id
carrier = env["delivery.carrier"].create({{
    "name": "DHL", "hemi_amazon_carrier_code": "DHL",
    "product_id": env.ref("hemi_amazon_sp.product_shipping").id,
}})
picking = sale.picking_ids
picking.write({{"carrier_id": carrier.id, "carrier_tracking_ref": "TRACK1"}})
picking.action_assign()
picking.button_validate()
invoice = sale._create_invoices()
invoice.action_post()
pdf, content = pypdf.PdfWriter(), io.BytesIO()
pdf.add_blank_page(200, 200)
pdf.write(content)
attachment = env["ir.attachment"].create({{
    "name": "invoice.pdf", "raw": content.getvalue(), "res_model": "account.move", "res_id": invoice.id,
    "res_field": "invoice_pdf_report_file",
}})
reversal = env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
wizard = reversal.create({{"journal_id": invoice.journal_id.id}})
env["account.move"].browse(wizard.refund_moves()["res_id"]).action_post()
other = orders.filtered(lambda order: order.name == {cancelled!r}).sale_order_id
other.hemi_amazon_cancel_reason = "NoInventory"
other.action_cancel()
# the simulated Amazon is laid anew, and knows none of the keys that it gave
env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
"""

# Back to the moment that the job waits for; limits are not what is tested here.
NOTHING_WAITS = """
UPDATE hemi_amazon_account SET next_run_at = NULL, orders_read_at = NULL;
UPDATE hemi_amazon_feed SET next_check_at = now() at time zone 'utc' - interval '1 minute'
 WHERE next_check_at IS NOT NULL;
UPDATE hemi_amazon_feed SET submitting_at = submitting_at - interval '20 minutes',
       submitted_at = submitted_at - interval '20 minutes';
UPDATE hemi_amazon_feed_message SET next_attempt_at = now() at time zone 'utc' - interval '1 minute';
UPDATE hemi_amazon_report SET next_check_at = now() at time zone 'utc' - interval '1 minute'
 WHERE next_check_at IS NOT NULL;
UPDATE hemi_amazon_report SET asked_at = asked_at - interval '7 hours'
 WHERE state <> 'asked' AND EXISTS (SELECT FROM hemi_amazon_feed_message
                                     WHERE flow = 'invoice' AND state = 'accepted' AND confirmed_at IS NULL);
UPDATE hemi_amazon_token SET access_expires_at = access_expires_at - interval '20 minutes';
DELETE FROM hemi_amazon_quota;
"""

# what Odoo holds, as JSON
CHECK = """
import json
messages = env["hemi.amazon.feed.message"].search([])
listings = env["hemi.amazon.listing"].search([])
feeds = env["hemi.amazon.feed"].search([])
result = json.dumps({
    "error": env["hemi.amazon.account"].search([]).mapped("last_error"),
    "messages": sorted((message.flow, message.state) for message in messages),
    "invoices": messages.filtered(lambda message: message.flow == "invoice").mapped(
        lambda message: message._invoice_status()),
    "open": feeds.filtered(lambda feed: feed.state not in ("done", "cancelled")).mapped("display_name"),
    "stock": {listing.sku: listing.quantity_sent for listing in listings},
    "prices": sorted({offer.price_sent for offer in listings.offer_ids}),
    "orders": env["hemi.amazon.order"].search_count([]),
    "transfers": {order.name: order.sale_order_id.picking_ids.mapped("state")
                  for order in env["hemi.amazon.order"].search([])},
    "partners": [
        env["res.partner"].with_context(active_test=False).search_count([(name, ">", 0)])
        for name in ("customer_rank", "parent_id.customer_rank")
    ],
    "sales": env["sale.order"].search_count([("hemi_amazon_order_id", "!=", False)]),
})
"""


def begin(world):
    """Lay the simulated Amazon anew: the same seller, listings and orders each time."""
    world.reset()
    world.register_application(**APPLICATION)
    prices = {GERMANY: "10.00", FRANCE: "10.00"}
    world.register_seller(
        seller_id=SELLER,
        name="Crashing Seller",
        region="eu",
        marketplaces=[GERMANY, FRANCE],
        email="seller@seller.example",
        password="secret",
        private_refresh_token=TOKEN,
        application_id=APPLICATION["application_id"],
        vat_calculation="seller",
        listings=[
            {
                "sku": sku,
                "asin": "B000000001",
                "product_type": "LAMP",
                "title": sku,
                "channel": "DEFAULT",
                "quantity": 0,
                "prices": prices,
            }
            for sku in ("LAMP-1", "LAMP-2")
        ],
    )
    for operation in ("createFeed", "searchOrders", "getFeedDocument", "getFeeds", "getReportDocument"):
        world.set_limit(operation, 100, 1000)
    for order_id, item in ((SHIPPED, "10000000000001"), (CANCELLED, "10000000000002")):
        line = {"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00", "shipping": "5.00", "orderItemId": item}
        order = {"orderId": order_id, "marketplaceId": GERMANY, "items": [line], "createdHoursAgo": 24}
        world.place_order(SELLER, order)


def place_new_orders(world):
    """Let buyers order what the interrupted run imports: once from the seller, once from Amazon's stock."""
    for order_id, item, kind in (
        (NEW, "10000000000003", {}),
        (BY_AMAZON, "10000000000004", {"fulfilledBy": "AMAZON", "fulfillmentStatus": "SHIPPED"}),
    ):
        line = {"sku": "LAMP-2", "quantity": 1, "unitPrice": "20.00", "orderItemId": item}
        order = {"orderId": order_id, "marketplaceId": GERMANY, "items": [line], "createdHoursAgo": 0}
        world.place_order(SELLER, order | kind)


def prepare(name, url, way):
    """Make the work in Odoo: everything is due, and nothing was told yet.

    :param str way: of stock and price: feed or patches
    """
    names = {"way": way, "seller": SELLER, "token": TOKEN, "shipped": SHIPPED, "cancelled": CANCELLED}
    database.shell(name, connect(url) + PREPARE.format(**names))


def connect(url):
    """The code that makes the app in Odoo; it leaves ``integration``."""
    values = {key: APPLICATION[key] for key in ("application_id", "client_id", "client_secret")}
    return CONNECT.format(url=url, **values)


def differences(books, odoo):
    """Tell what is not as it must be when all is quiet.

    :param dict books: of the simulated Amazon
    :param dict odoo: what CHECK gave
    :return: sentences; none if nothing was lost or doubled
    :rtype: list[str]
    """
    expected = {
        "shipments": [[SHIPPED, len(books["shipments"])], [SHIPPED, 1]],
        "cancellations": [
            [[entry["orderId"] for entry in books["cancellations"]]],
            [[CANCELLED]],
        ],
        "refunds": [
            [str(value) for entry in books["refunds"] for value in entry["components"].values()],
            ["20.00", "5.00"],
        ],
        "invoices": [[entry["orderId"] for entry in books["invoices"]], [SHIPPED]],
        "stock at Amazon": [
            {sku: row["quantity"] for sku, row in books["stock"].items()},
            {"LAMP-1": 9, "LAMP-2": 3},
        ],
        "prices at Amazon": [
            {str(price["amount"]) for row in books["prices"].values() for price in row.values()},
            {"20.00"},
        ],
        "messages": [
            odoo["messages"],
            [[flow, "accepted"] for flow in ("cancel", "invoice", "refund", "ship")],
        ],
        "invoices that Amazon took": [odoo["invoices"], ["taken"]],
        "problems of the account": [odoo["error"], [False]],
        "open feeds": [odoo["open"], []],
        "stock in Odoo": [odoo["stock"], {"LAMP-1": 9, "LAMP-2": 3}],
        "prices in Odoo": [odoo["prices"], [20.0]],
        "orders": [[odoo["orders"], odoo["sales"]], [4, 4]],
        "transfers": [
            odoo["transfers"],
            {SHIPPED: ["done"], CANCELLED: ["cancel"], NEW: ["assigned"], BY_AMAZON: ["done"]},
        ],
        "partners": [odoo["partners"], PARTNERS],
    }
    return [f"{what}: {found}, not {right}" for what, (found, right) in expected.items() if found != right]
