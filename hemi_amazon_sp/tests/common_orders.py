"""A German company that sells in all marketplaces, with the taxes and products of the order shapes."""

import json
from pathlib import Path

from .common import AmazonCase

ORDERS = Path(__file__).with_name("orders")

# country -> rates of its sale taxes
RATES = {
    "DE": (19, 7),
    "FR": (20, 5.5),
    "IT": (22,),
    "ES": (21,),
    "GB": (20,),
    "PL": (23,),
    "SE": (25,),
    "JP": (10, 8),
    "CA": (5,),
}


# where the company has a tax number besides Germany
NUMBERS = {
    "FR": "FR23334175221",
    "IT": "IT12345670017",
    "ES": "ESA12345674",
    "GB": "GB123456782",
    "PL": "PL1234567883",
    "SE": "SE123456789701",
    "JP": "T7000012050002",
    "CA": "123456782RT0001",
}


def an_order(shape, later=0, **changes):
    """Give an order of the folder ``orders``.

    :param str shape: its file's name
    :param int later: minutes by which it changed later than in the file
    :param changes: sections in Amazon's names; objects are merged, all else is replaced
    """
    order = json.loads((ORDERS / f"{shape}.json").read_text())["order"]
    order["lastUpdatedTime"] = f"2026-11-20T{11 + later // 60:02}:{later % 60:02}:00Z"
    for section, value in changes.items():
        merge = isinstance(value, dict) and isinstance(order.get(section), dict)
        order[section] = order[section] | value if merge else value
    return order


class MarketplacesCase(AmazonCase):
    """Products: LAMP-1 and LAMP-2 at 19 %, BOOK-1 at 7 %, PHONE-1 with serial numbers, OLD-1 archived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authorise(cls.account, cls.env["hemi.amazon.marketplace"].search([]))
        cls.settle_in_germany()
        cls.taxes = {
            (country, rate): cls.make_tax(country, rate) for country in RATES for rate in RATES[country]
        }
        cls.make_positions()
        for sku in ("LAMP-1", "LAMP-2", "BOOK-1", "PHONE-1", "OLD-1"):
            listing = cls.make_listing(sku)
            listing.product_id.taxes_id = cls.taxes["DE", 7 if sku == "BOOK-1" else 19]
            if sku == "PHONE-1":
                listing.product_id.tracking = "serial"
            listing.product_id.active = sku != "OLD-1"
        # a second SKU of the same product
        first = cls.env["hemi.amazon.listing"].search([("sku", "=", "LAMP-1")])
        cls.env["hemi.amazon.listing"].create(
            {"account_id": cls.account.id, "sku": "LAMP-1-B", "product_id": first.product_id.id}
        )

    @classmethod
    def settle_in_germany(cls):
        company = cls.env.company
        company.account_sale_tax_id = False
        germany = cls.env.ref("base.de")
        company.write({"country_id": germany.id, "account_fiscal_country_id": germany.id})
        company.partner_id.vat = "DE123456788"
        cls.env["product.product"].search([]).taxes_id = False

    @classmethod
    def make_tax(cls, country, rate, **values):
        land = cls.env["res.country"].search([("code", "=", country)])
        name = f"{country} {rate:g} %"
        group = cls.env["account.tax.group"].create({"name": name, "country_id": land.id})
        return cls.env["account.tax"].create(
            {"name": name, "amount": rate, "country_id": land.id, "tax_group_id": group.id} | values
        )

    @classmethod
    def make_positions(cls):
        """Domestic sales, sales to businesses in the European Union without tax, and sales where the company
        has a tax number."""
        positions, europe = cls.env["account.fiscal.position"], cls.env.ref("base.europe")
        positions.search([]).active = False
        positions.create(
            {
                "name": "Germany",
                "auto_apply": True,
                "sequence": 1,
                "country_id": cls.env.ref("base.de").id,
                "tax_ids": [(6, 0, [cls.taxes["DE", 19].id, cls.taxes["DE", 7].id])],
            }
        )
        intra = positions.create(
            {
                "name": "Business in the European Union",
                "auto_apply": True,
                "vat_required": True,
                "sequence": 2,
                "country_group_id": europe.id,
            }
        )
        zero = cls.make_tax("DE", 0)
        zero.original_tax_ids = cls.taxes["DE", 19] | cls.taxes["DE", 7]
        intra.tax_ids = zero
        for country in NUMBERS:
            cls.make_position_abroad(
                country,
                cls.env["account.tax"].union(
                    *(tax for (land, _rate), tax in cls.taxes.items() if land == country)
                ),
            )

    @classmethod
    def make_position_abroad(cls, country, taxes, number=None, sequence=3):
        """The company has a tax number in a country; its first tax is the usual one, the last the reduced."""
        taxes[0].original_tax_ids = cls.taxes["DE", 19]
        taxes[-1].original_tax_ids |= cls.taxes["DE", 7]
        cls.env["account.fiscal.position"].create(
            {
                "name": f"Taxed in {country}",
                "auto_apply": True,
                "sequence": sequence,
                "country_id": taxes.country_id.id,
                "foreign_vat": number or NUMBERS[country],
                "tax_ids": taxes.ids,
            }
        )

    def take(self, *payloads):
        """Import orders as the job does and return their records."""
        orders = self.env["hemi.amazon.order"]
        orders._take_page(self.account, payloads)
        names = [payload["orderId"] for payload in payloads]
        return orders.search([("account_id", "=", self.account.id), ("name", "in", names)], order="name")

    def sale_order_of(self, *payloads):
        """Import orders one after the other and return the sale order of the last one."""
        for payload in payloads:
            record = self.take(payload)
        self.assertNotEqual(record.state, "failed", record.error)
        return record.sale_order_id

    def stock(self, sku, quantity):
        """Put units of a SKU's product on the shelf."""
        product = self.env["hemi.amazon.listing"].search([("sku", "=", sku)]).product_id
        location = self.account.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, location, quantity)

    def validate(self, picking, quantities=None):
        """Deliver a transfer as the warehouse does, or a part of it with a backorder."""
        picking.action_assign()
        for move in picking.move_ids:
            move.quantity = (quantities or {}).get(move.product_id.default_code, move.product_uom_qty)
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def messages(self, flow):
        return self.env["hemi.amazon.feed.message"].search([("flow", "=", flow)], order="id")

    def activities(self, record):
        return record.activity_ids.mapped("summary")
