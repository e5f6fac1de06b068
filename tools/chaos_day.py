"""What happens on the day of the chaos run: at Amazon, in Odoo, and in the end the comparison of both."""

import random
from collections import Counter
from decimal import Decimal

from tools.crash_scenario import APPLICATION, FRANCE, GERMANY

MINUTES = 60
SKUS = ("LAMP-1", "LAMP-2", "LAMP-3")
# Chances by the hundred calls, as in a bad day at Amazon.
FAULTS = {
    ("*", "server_error"): 0.07,
    ("*", "server_error_after"): 0.03,
    ("*", "drop_before"): 0.05,
    ("*", "drop_after"): 0.05,
    ("*", "throttle"): 0.05,
    ("createFeed", "fatal"): 0.03,
    ("createFeed", "stuck"): 0.03,
    ("createFeed", "late_report"): 0.03,
    ("createFeed", "duplicate_results"): 0.05,
}

PASS_TIME = f"""
UPDATE hemi_amazon_account SET next_run_at = next_run_at - interval '{MINUTES} minutes',
       orders_read_at = orders_read_at - interval '{MINUTES} minutes';
UPDATE hemi_amazon_feed SET next_check_at = next_check_at - interval '{MINUTES} minutes',
       submitting_at = submitting_at - interval '{MINUTES} minutes',
       submitted_at = submitted_at - interval '{MINUTES} minutes';
UPDATE hemi_amazon_feed_message SET next_attempt_at = next_attempt_at - interval '{MINUTES} minutes';
UPDATE hemi_amazon_token SET access_expires_at = access_expires_at - interval '{MINUTES} minutes';
UPDATE hemi_amazon_quota SET updated_at = updated_at - {MINUTES} * 60,
       rests_until = rests_until - {MINUTES} * 60;
"""

PREPARE = """
for number in range({accounts}):
    account = env["hemi.amazon.account"].create({{
        "client_email": f"seller{{number}}@seller.example", "merchant_id": f"ACHAOS{{number:06}}",
        "integration_id": integration.id, "home_marketplace_id": env.ref("hemi_amazon_sp.marketplace_de").id,
        "orders_from": "2020-01-01", "listings_way": ("automatic", "feed", "patches")[number % 3],
    }})
    account._authorise(Grant("Atza|old", f"Atzr|chaos-{{number}}", 3600))
    for sku in {skus!r}:
        product = env["product.product"].create({{
            "name": sku, "is_storable": True, "list_price": 20.0, "taxes_id": False,
        }})
        env["hemi.amazon.listing"].create({{"account_id": account.id, "sku": sku, "product_id": product.id}})
        env["stock.quant"]._update_available_quantity(product, account.warehouse_id.lot_stock_id, 500)
env["hemi.amazon.token"].search([]).access_expires_at = "2000-01-01"
env["delivery.carrier"].create({{
    "name": "DHL", "hemi_amazon_carrier_code": "DHL",
    "product_id": env.ref("hemi_amazon_sp.product_shipping").id,
}})
"""

# what the people of the company can do with an order
PEOPLE = """
import io, random, pypdf
dice, done = random.Random({seed}), 0
writer, pdf = pypdf.PdfWriter(), io.BytesIO()
writer.add_blank_page(200, 200)
writer.write(pdf)
carrier = env["delivery.carrier"].search([("hemi_amazon_carrier_code", "=", "DHL")], limit=1)
def deliver(sale):
    sale.picking_ids.write({{"carrier_id": carrier.id, "carrier_tracking_ref": f"T{{sale.id}}"}})
    sale.picking_ids.action_assign()
    sale.picking_ids.button_validate()
def cancel(sale):
    sale.hemi_amazon_cancel_reason = "NoInventory"
    sale.action_cancel()
def invoice(sale):
    entry = sale._create_invoices()
    entry.action_post()
    env["ir.attachment"].create({{
        "name": "invoice.pdf", "raw": pdf.getvalue(), "res_model": "account.move", "res_id": entry.id,
        "res_field": "invoice_pdf_report_file",
    }})
def credit(sale):
    entry = sale.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
    reversal = env["account.move.reversal"].with_context(active_model="account.move", active_ids=entry.ids)
    wizard = reversal.create({{"journal_id": entry.journal_id.id}})
    env["account.move"].browse(wizard.refund_moves()["res_id"]).action_post()
"""
# what they do in an hour
EVENTS = (
    PEOPLE
    + """
for order in env["hemi.amazon.order"].search([("sale_order_id.state", "=", "sale")], order="id"):
    sale, chance = order.sale_order_id, dice.random()
    if sale.picking_ids.filtered(lambda picking: picking.state != "done"):
        event = deliver if chance < 0.5 else cancel if chance < 0.65 else None
    elif not sale.invoice_ids:
        event = invoice if chance < 0.6 else None
    else:
        event = credit if chance < 0.05 else None  # some credit notes too many: the cap must hold
    if event:
        event(sale)
        done += 1
for listing in env["hemi.amazon.listing"].search([], order="id"):
    chance = dice.random()
    if chance < 0.2:
        location = listing.account_id.warehouse_id.lot_stock_id
        env["stock.quant"]._update_available_quantity(listing.product_id, location, dice.randint(1, 9))
    elif chance < 0.4:
        listing.product_id.list_price = dice.randint(1000, 9999) / 100
env.cr.commit()
result = str(done)
"""
)

# what Odoo holds, for people and for the comparison
LOOK = """
import json
messages = env["hemi.amazon.feed.message"].search([])
def told(flow, account):
    mine = messages.filtered(lambda m: m.flow == flow and m.account_id == account)
    return mine.filtered(lambda m: m.state in ("accepted", "abandoned"))
result = json.dumps({
    "states": {message.id: message.state for message in messages},
    "refusals": [[m.flow, m.result_code, m.result_text] for m in messages if m.state == "rejected"],
    "waiting": [
        [m.flow, m.order_id.name, m.waiting_for or ""] for m in messages if m.state in ("pending", "in_feed")
    ],
    "feeds": {feed.id: feed.state for feed in env["hemi.amazon.feed"].search([])},
    "errors": {account.merchant_id: account.last_error for account in env["hemi.amazon.account"].search([])},
    "accounts": {account.merchant_id: {
        "shipments": [m.order_id.name for m in told("ship", account)],
        "cancellations": [m.order_id.name for m in told("cancel", account)],
        "invoices": [m.order_id.name for m in told("invoice", account)],
        "refunds": [[m.order_id.name, amount] for m in told("refund", account)
                    for item in m.payload["items"] for _component, amount in item["components"]],
        "stock": {listing.sku: int(listing.product_id.with_context(
            warehouse_id=account.warehouse_id.id).free_qty) for listing in account.listing_ids},
        "prices": {listing.sku: f"{listing.product_id.list_price:.2f}" for listing in account.listing_ids},
        "imported": len(account.order_ids.filtered("sale_order_id")),
    } for account in env["hemi.amazon.account"].search([])},
})
"""

# A person looks into Seller Central: what Amazon has is closed, what it has not is sent again.
PERSON = """
held = {held!r}
rejected = env["hemi.amazon.feed.message"].search([("state", "=", "rejected"), ("result_code", "=", "FATAL")])
for message in rejected:
    if [message.flow, message.order_id.name] in held:
        message._abandon("Amazon has it, as Seller Central shows.")
    else:
        message.action_retry()
env.cr.commit()
result = str(len(rejected))
"""


class Day:
    """The day at Amazon.

    :param world: of the simulator
    :param int seed: of everything that happens by chance
    """

    def __init__(self, world, seed, accounts):
        self._world, self.seed, self._dice = world, seed, random.Random(seed)
        self.sellers = [f"ACHAOS{number:06}" for number in range(accounts)]
        self._orders = 0

    def begin(self):
        """Register the sellers."""
        self._world.register_application(**APPLICATION)
        prices = {GERMANY: "10.00", FRANCE: "10.00"}
        for number, seller in enumerate(self.sellers):
            self._world.register_seller(
                seller_id=seller,
                name=seller,
                region="eu",
                marketplaces=[GERMANY, FRANCE],
                email=f"{seller.lower()}@seller.example",
                password="secret",
                private_refresh_token=f"Atzr|chaos-{number}",
                application_id=APPLICATION["application_id"],
                listings=[
                    {
                        "sku": sku,
                        "asin": "B000000001",
                        "product_type": "LAMP",
                        "title": sku,
                        "channel": "DEFAULT",
                    }
                    | {"quantity": 0, "prices": prices}
                    for sku in SKUS
                ],
            )

    def go_wrong(self):
        """Let calls fail by chance from now on."""
        for number, ((operation, kind), probability) in enumerate(FAULTS.items()):
            options = {"seconds": 6 * 3600} if kind == "stuck" else {}
            options |= {"effect": self._dice.choice(("none", "all"))} if kind == "fatal" else {}
            seed = self.seed * 100 + number
            self._world.add_fault(operation, kind, 10**9, probability=probability, seed=seed, **options)

    def hour(self):
        """Let an hour pass: buyers order, a seller revokes the app or authorises it again."""
        for seller in self.sellers:
            if self._dice.random() < 0.3:
                self._place_order(seller)
        if self._dice.random() < 0.2:
            number = self._dice.randrange(len(self.sellers))
            self._world.revoke(self.sellers[number])
            self.authorise(number)
        self._world.advance(MINUTES * 60)

    def hour_of_rest(self):
        """Let an hour pass in which nothing new happens."""
        self._world.advance(MINUTES * 60)

    def authorise(self, number):
        """The seller authorises again."""
        application = self._world.applications[APPLICATION["application_id"]]
        seller = self._world.sellers[self.sellers[number]]
        self._world.authority.authorize(application, seller, f"Atzr|chaos-{number}")

    def _place_order(self, seller):
        self._orders += 1
        line = {"sku": self._dice.choice(SKUS), "quantity": self._dice.randint(1, 3), "unitPrice": "20.00"}
        order = {
            "orderId": f"402-{self.seed:07}-{self._orders:07}",
            "marketplaceId": GERMANY,
            "items": [line],
        }
        # Odoo's clock stands at the first hour, and nothing is shipped before it was ordered
        self._world.place_order(seller, order | {"createdHoursAgo": 72})

    def held(self):
        """What Amazon has, by flow and order, as a person sees it in Seller Central."""
        names = {"shipments": "ship", "cancellations": "cancel", "refunds": "refund", "invoices": "invoice"}
        return [
            [flow, entry["orderId"]]
            for seller in self.sellers
            for book, flow in names.items()
            for entry in self._world.books(seller)[book]
        ]

    def differences(self, odoo):
        """Compare the books of each seller with Odoo. Returns sentences."""
        return [
            f"{seller}: {difference}"
            for seller in self.sellers
            for difference in _differences(self._world.books(seller), odoo["accounts"][seller])
        ]


def _differences(books, account):
    amounts = [
        (entry["orderId"], amount) for entry in books["refunds"] for amount in entry["components"].values()
    ]
    pairs = {
        name: (Counter(entry["orderId"] for entry in books[name]), Counter(account[name]))
        for name in ("shipments", "cancellations", "invoices")
    } | {
        "refunds": (
            Counter(amounts),
            Counter((order, Decimal(amount)) for order, amount in account["refunds"]),
        ),
        "stock": ({sku: row["quantity"] for sku, row in books["stock"].items()}, account["stock"]),
        "prices": (
            {sku: {str(price["amount"]) for price in row.values()} for sku, row in books["prices"].items()},
            {sku: {price} for sku, price in account["prices"].items()},
        ),
        "orders": (len(books["orders"]), account["imported"]),
    }
    return [f"{name}: Amazon {there}, Odoo {here}" for name, (there, here) in pairs.items() if there != here]
