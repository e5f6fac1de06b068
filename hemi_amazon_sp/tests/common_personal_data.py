"""Orders whose personal strings cannot be mistaken for anything else."""

from datetime import timedelta

from odoo import fields

from .common import tables
from .common_orders import MarketplacesCase, an_order

# What must survive on a posted invoice, and what never does.
ON_INVOICES = {
    "buyerCompanyName": "Zqxfirma GmbH",
    "addressLine1": "Zqxstrasse 77",
    "city": "Zqxstadt",
    "postalCode": "QX987",
    "taxRegistrationNumber": "DE136695976",
    "buyerPurchaseOrderNumber": "ZQXPO4711",
}
NEVER = {
    "buyerName": "Zqxvorname Zqxname",
    "buyerEmail": "zqxalias@marketplace.amazon.example",
    "name": "Zqxempfaenger",
    "phone": "+49 30 7777123",
    "dropOffLocation": "Zqxgarage",
    "addressInstruction": "Zqxklingel",
    "giftMessage": "Zqxgruss",
    "customizedUrl": "https://zqxcustom.example/1",
    "cancelReason": "Zqxgrund",
    "legalName": "Zqxlegal",
    "chatter": "Zqxchatter",
    "file": "Zqxlabel",
}
DISGUISES = {"phone": "7777123"}  # Odoo writes it in several ways
LIVES_A_DAY = ("bus_bus",)  # what browsers were told; Odoo deletes it after a day


class PersonalDataCase(MarketplacesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.account = cls.account.with_env(cls.env)

    def personal_order(self, number=1, later=0, **changes):
        """Give an order of Amazon that is full of personal data.

        :param int number: of the order
        """
        order = an_order("de_business_domestic", later)
        order["orderId"] = f"402-0000999-900{number:04}"
        take = {**ON_INVOICES, **NEVER}
        buyer = ("buyerName", "buyerEmail", "buyerCompanyName", "buyerPurchaseOrderNumber")
        order["buyer"] = {name: take[name] for name in buyer}
        address = ("name", "addressLine1", "city", "postalCode", "phone")
        order["recipient"] = {
            "deliveryAddress": {name: take[name] for name in address} | {"countryCode": "DE"},
            "deliveryPreference": {name: take[name] for name in ("dropOffLocation", "addressInstruction")},
        }
        (item,) = order["orderItems"]
        item["orderItemId"] = f"3000000099{number:04}"
        item["product"]["customization"] = {"customizedUrl": NEVER["customizedUrl"]}
        item["fulfillment"]["packing"] = {"giftOption": {"giftMessage": NEVER["giftMessage"]}}
        registration = order["tax"]["taxRegistrations"][0]
        registration["legalName"] = NEVER["legalName"]
        for section, value in changes.items():
            order[section] = order[section] | value if isinstance(value, dict) else value
        return order

    def deliver(self, sale):
        self.stock("LAMP-1", 5)
        self.validate(sale.picking_ids)
        self.assertEqual(sale.picking_ids.mapped("state"), ["done"])

    def invoice(self, sale):
        invoice = sale._create_invoices()
        invoice.action_post()
        return invoice

    def live(self, sale):
        """Let people work on an order: what they write, send and attach is personal too."""
        picking, buyer = sale.picking_ids[:1], sale.partner_id
        for record in (sale, picking, buyer, sale.partner_shipping_id):
            record.message_post(body=f"<p>{NEVER['chatter']}</p>", subject=NEVER["chatter"])
            record.message_post(body="<p>Label</p>", attachments=[(NEVER["file"], b"label")])
            record.activity_schedule(
                "mail.mail_activity_data_todo", summary=NEVER["chatter"], note=f"<p>{NEVER['chatter']}</p>"
            )
        picking.note = f"<p>{NEVER['chatter']}</p>"
        sale.message_subscribe(buyer.ids)
        sale.message_post(  # the buyer answers
            body=f"<p>{NEVER['chatter']}</p>",
            author_id=buyer.id,
            email_from=f'"{NEVER["buyerName"]}" <{NEVER["buyerEmail"]}>',
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        sale._amazon_hold("cancellation", NEVER["cancelReason"])
        sale.action_amazon_release()
        # a change that the chatter tells
        sale.partner_shipping_id.name = f"{NEVER['name']} 2"
        sale.partner_id.write({"email": NEVER["buyerEmail"].replace("zqx", "zqxother")})
        sale.partner_id.email = NEVER["buyerEmail"]
        self.env.flush_all()
        self.cr.precommit.run()  # tracking is written when the transaction ends

    # --- time

    def let_pass(self, sales, days):
        """Let days pass since the deliveries of sale orders, and since Amazon heard of them."""
        gone = fields.Datetime.now() - timedelta(days=days)
        done = sales.picking_ids.filtered(lambda picking: picking.state == "done")
        if done:
            done.date_done = gone
        orders = sales.hemi_amazon_order_id
        orders.write(dict.fromkeys(("purchased_at", "last_updated_at", "ship_by", "deliver_by"), gone))
        self.env.flush_all()

    def erase(self, account=None):
        """Do the chore as the job does.

        :return: when it wants to be called again
        """
        account = account or self.account
        return self.env["hemi.amazon.chore.personal.data"]._do(account)

    # --- the search

    def found(self, words):
        """Search the whole database.

        :param words: name -> text
        :return: set of name and table
        """
        places = set()
        for table, content in tables(self.env):
            content = content.lower()
            for name, word in words.items():
                if table not in LIVES_A_DAY and DISGUISES.get(name, word).lower() in content:
                    places.add((name, table))
        return places
