"""What happens in the virtual year: at Amazon, among sellers and buyers, and what people do in Odoo."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from tools.crash_scenario import APPLICATION, GERMANY

KINDS = ("at once",) * 6 + ("late",) * 2 + ("never", "revokes")
LIFE = timedelta(days=365)  # of an authorisation
ORDERS_A_DAY = 0.07  # of each seller
ADDRESS = {"city": "Berlin", "postalCode": "10115", "countryCode": "DE", "addressType": "RESIDENTIAL"}

PREPARE = """
integration.write({{"rotate_automatically": True, "rotate_days_before": 30}})
integration._credentials().write({{
    "queue_url": {queue!r}, "aws_region": "eu-west-1", "access_key": "AKIAQUEUEREADER00001",
    "secret_key": "secret-key/of+aws",
}})
product = env["product.product"].create({{
    "name": "LAMP-1", "is_storable": True, "list_price": 20.0, "taxes_id": False,
}})
env["delivery.carrier"].create({{
    "name": "DHL", "hemi_amazon_carrier_code": "DHL",
    "product_id": env.ref("hemi_amazon_sp.product_shipping").id,
}})
for number in range({accounts}):
    account = env["hemi.amazon.account"].create({{
        "client_email": f"seller{{number}}@seller.example", "merchant_id": f"AYEAR{{number:06}}",
        "integration_id": integration.id, "home_marketplace_id": env.ref("hemi_amazon_sp.marketplace_de").id,
        "orders_from": "2020-01-01", "update_stock": False, "update_price": False, "read_returns": False,
    }})
    env["hemi.amazon.listing"].create(
        {{"account_id": account.id, "sku": "LAMP-1", "product_id": product.id}})
warehouse = env["hemi.amazon.account"].search([], limit=1).warehouse_id
env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 100000)
print("prepared", integration.redirect_uri)
"""

# a day in Odoo: the job runs, mails go out, the warehouse delivers, some orders are invoiced; then a look
DAY = """
import json, random
dice = random.Random({seed})
# they are counted by the clock of the database, for which the day is a moment; at Amazon they are full again
env.cr.execute("DELETE FROM hemi_amazon_quota")
env["hemi.amazon.account"].search([("id", "in", env["hemi.amazon.account"].search(
    [("merchant_id", "in", {invited!r})]).ids)]).action_oauth_began()
env.cr.commit()
env.ref("hemi_amazon_sp.ir_cron_run").method_direct_trigger()
env.cr.commit()
env.invalidate_all()
env["mail.mail"].process_email_queue()
carrier = env["delivery.carrier"].search([("hemi_amazon_carrier_code", "=", "DHL")], limit=1)
for picking in env["stock.picking"].search(
    [("sale_id.hemi_amazon_order_id", "!=", False), ("state", "not in", ("done", "cancel"))], order="id"
):
    if dice.random() < 0.7:
        picking.write({{"carrier_id": carrier.id, "carrier_tracking_ref": f"T{{picking.id}}"}})
        picking.action_assign()
        picking.button_validate()
        picking.sale_id.message_post(body=f"Packed for {{picking.sale_id.partner_id.name}}")
        if picking.sale_id.invoice_status == "to invoice" and dice.random() < 0.15:
            picking.sale_id._create_invoices().action_post()
env.cr.commit()
env["hemi.amazon.account"].search([("message_ids", "!=", False)], limit=1)
orders = env["hemi.amazon.order"].search([("erased_at", "=", False)])
result = json.dumps({{
    "accounts": {{account.merchant_id: {{
        "state": account.state, "error": account.last_error, "problems": account.chore_problems,
        "read_at": account.orders_read_at and account.orders_read_at.isoformat(),
        "until": account.authorised_until and account.authorised_until.isoformat(),
        "mails": account.reminded_days,
    }} for account in env["hemi.amazon.account"].search([])}},
    "problems": env["hemi.amazon.integration"].search([]).mapped("chore_problems"),
    "rotation": env["hemi.amazon.integration.credentials"].search([]).mapped("rotation_state"),
}})
"""
BEGIN = """
consent = env["hemi.amazon.consent"]._of_link({link!r})
result = consent._begin("b" * 43)
"""
CALLBACK = """
consent = env["hemi.amazon.consent"]._use_state({state!r}, "b" * 43)
consent._finish({seller!r}, {code!r})
result = "connected"
"""
# what became of each order; of those that were delivered, when
LOOK = """
import json
orders = env["hemi.amazon.order"].search([])
result = json.dumps({
    "orders": {order.name: {
        "delivered": [str(picking.date_done) for picking in order.sale_order_id.picking_ids
                      if picking.state == "done"],
        "closed": str(order.last_updated_at), "status": order.status, "erased": str(order.erased_at or ""),
        "invoiced": bool(order.sale_order_id.invoice_ids), "imported": order.state == "imported",
    } for order in orders},
    "told": env["hemi.amazon.feed.message"].search(
        [("flow", "=", "ship"), ("state", "=", "accepted")]).mapped("order_id.name"),
    "reported": env["hemi.amazon.erasure"].search_count([]),
})
"""


@dataclass
class Seller:
    """One seller of the year, and what is known of him.

    :param str kind: how he renews, see KINDS
    :param int begins: day on which the company invites him
    :param int delay: days after which a late one renews, or one who revoked comes back
    :param int stopped: days without an authorisation, after he had one
    """

    number: int
    kind: str
    begins: int
    delay: int
    revokes_on: int = 0
    consents: list = field(default_factory=list)
    stopped: int = 0
    wrongly_stopped: list = field(default_factory=list)
    revoked: bool = False

    @property
    def id(self):
        """The Merchant ID."""
        return f"AYEAR{self.number:06}"

    @property
    def email(self):
        """Where the link is sent."""
        return f"seller{self.number}@seller.example"

    def must_be_invited(self, day, now):
        """Tell whether the company sends the link by hand: at the beginning, and when he calls for it."""
        if day == self.begins:
            return True
        if self.kind == "late" and len(self.consents) == 1:
            return now >= self.consents[0] + LIFE + timedelta(days=self.delay)
        is_back = self.kind == "revokes" and self.revoked and len(self.consents) == 1
        return is_back and day >= self.revokes_on + self.delay

    def follows(self, day, now):
        """Tell whether he follows a link that he was sent."""
        if not self.consents:
            return day >= self.begins
        return self.kind == "at once" or self.must_be_invited(day, now)


class Life:
    """Sellers, buyers and Amazon.

    :param world: of the simulator
    :param int seed: of everything that happens by chance
    """

    def __init__(self, world, seed, accounts):
        self.world, self._dice = world, random.Random(seed)
        self.placed = {}  # order number -> seller
        self.sellers = [self._seller(number) for number in range(accounts)]
        self.cancelled = set()

    def _seller(self, number):
        dice = self._dice
        kind = KINDS[number % len(KINDS)] if number else "at once"
        return Seller(number, kind, dice.randrange(14), dice.randint(2, 12), dice.randint(60, 300))

    def begin(self, redirect_uri, queue):
        """Register application and sellers."""
        self.world.register_application(
            **APPLICATION | {"redirect_uris": [redirect_uri], "queue": {"url": queue}}
        )
        self.application = self.world.applications[APPLICATION["application_id"]]
        self.world.set_limit("rotateApplicationClientSecret", 100, 100)
        for seller in self.sellers:
            listing = {"sku": "LAMP-1", "asin": "B000000001", "product_type": "LAMP", "title": "Lamp"}
            listing |= {"channel": "DEFAULT", "quantity": 0, "prices": {GERMANY: "20.00"}}
            self.world.register_seller(
                seller_id=seller.id,
                name=seller.id,
                region="eu",
                marketplaces=[GERMANY],
                email=seller.email,
                password="secret",
                listings=[listing],
            )

    def is_authorised(self, seller):
        """Tell whether Amazon serves the app for the seller now."""
        return self.world.authority.authorization(self.application, seller.id) is not None

    def morning(self, day):
        """Buyers order, some cancel; sellers who are fed up revoke the app."""
        for seller in self.sellers:
            if (
                seller.kind == "revokes"
                and not seller.revoked
                and day >= seller.revokes_on
                and seller.consents
            ):
                self.world.revoke(seller.id)
                seller.revoked = True
            if seller.consents and self._dice.random() < ORDERS_A_DAY:
                self._place_order(seller)

    def _place_order(self, seller):
        number = len(self.placed) + 1
        name = f"402-{seller.number:07}-{number:07}"
        address = ADDRESS | {"name": f"Zqxto-{number}", "addressLine1": f"Zqxstreet-{number}"}
        order = {
            "orderId": name,
            "marketplaceId": GERMANY,
            "items": [{"sku": "LAMP-1", "quantity": 1, "unitPrice": "20.00"}],
            "buyer": {
                "buyerName": f"Zqxname-{number}",
                "buyerEmail": f"zqxalias-{number}@marketplace.example",
            },
            "address": address | {"phone": f"zqxphone-{number}"},
        }
        self.world.place_order(seller.id, order)
        wish = {"deliveryPreference": {"addressInstruction": f"Zqxwish-{number}"}}
        self.world.change_order(seller.id, name, {"recipient": wish})
        self.placed[name] = seller
        if self._dice.random() < 0.05:
            self.cancelled.add(name)
            self.world.change_order(seller.id, name, {"fulfillment": {"fulfillmentStatus": "CANCELLED"}})

    def code_of(self, seller, redirect_uri):
        """The seller says yes at Seller Central. Returns Amazon's code."""
        with self.world.lock:
            entity = self.world.sellers[seller.id]
            return self.world.authority.issue_code(self.application, entity, redirect_uri)
