"""A small shop whose stock and prices change in every way that counts, each way one method."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from .common import AmazonCase


class Shop(AmazonCase):
    """Products, variants, rules, rates and taxes behind six listings in two currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.uk = env.ref("hemi_amazon_sp.marketplace_uk")
        cls.pounds = cls.uk.currency_id
        (cls.pounds | cls.germany.currency_id).active = True
        cls.pricelists = env["product.pricelist"].create(
            [
                {
                    "name": name,
                    "currency_id": cls.germany.currency_id.id,
                    "company_id": cls.account.company_id.id,
                }
                for name in ("Amazon", "Base", "Other")
            ]
        )
        cls.account.pricelist_id = cls.pricelists[0]
        cls.authorise(cls.account, cls.germany | cls.uk)
        cls.categories = env["product.category"].create([{"name": "A"}, {"name": "B"}])
        cls.taxes = env["account.tax"].create([{"name": f"{rate} %", "amount": rate} for rate in (7, 19)])
        cls.products = cls.make_products()
        cls.listings = env["hemi.amazon.listing"].create(
            [
                {"account_id": cls.account.id, "sku": f"SKU-{product.id}", "product_id": product.id}
                for product in cls.products
            ]
        )
        cls.shelf = cls.account.warehouse_id.lot_stock_id
        cls.other_warehouse = env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        cls.customers = env.ref("stock.stock_location_customers")
        for product in cls.products:
            env["stock.quant"]._update_available_quantity(product, cls.shelf, 20)
        cls.products[:3].taxes_id = cls.taxes[0]
        cls.make_rules()

    @classmethod
    def make_rules(cls):
        """A rule of each kind, and one that begins in two hours."""
        now = fields.Datetime.now()
        first, second, third = cls.products[:3]
        for values in (
            {"applied_on": "2_product_category", "categ_id": cls.categories[1].id, "percent_price": 30}
            | {"compute_price": "percentage"},
            {"applied_on": "0_product_variant", "product_id": first.id, "price_markup": 50}
            | {"compute_price": "formula", "base": "standard_price"},
            {"applied_on": "1_product", "product_tmpl_id": second.product_tmpl_id.id, "fixed_price": 44}
            | {"compute_price": "fixed", "date_start": now + timedelta(hours=2)},
            {"applied_on": "1_product", "product_tmpl_id": third.product_tmpl_id.id}
            | {"compute_price": "formula", "base": "pricelist", "base_pricelist_id": cls.pricelists[1].id},
        ):
            cls.env["product.pricelist.item"].create(values | {"pricelist_id": cls.pricelists[0].id})

    @classmethod
    def make_products(cls):
        """Four products, and one of two variants, the second of which costs more."""
        values = {"is_storable": True, "list_price": 20.0, "standard_price": 8.0, "taxes_id": False}
        values["categ_id"] = cls.categories[0].id
        single = cls.env["product.product"].create([values | {"name": f"Product {n}"} for n in range(4)])
        attribute = cls.env["product.attribute"].create(
            {"name": "Size", "value_ids": [Command.create({"name": name}) for name in "SL"]}
        )
        line = {"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]}
        template = cls.env["product.template"].create(
            values | {"name": "Sized", "attribute_line_ids": [Command.create(line)]}
        )
        return single | template.product_variant_ids

    # --- what is compared

    def follow(self):
        """Compute anew what is known to have changed."""
        while self.env["hemi.amazon.flow.listings"]._refresh_batch(self.account):
            pass

    def sweep(self):
        """Look at every listing."""
        query = "SELECT account_id, id FROM hemi_amazon_listing WHERE account_id = %s"
        refresh = self.env["hemi.amazon.refresh"]
        refresh._add_listings(SQL(query, self.account.id), self.account.ids, by_sweep=True)
        self.follow()

    def values(self):
        """Give all wanted values: listing or offer id -> value."""
        self.env.cr.execute(
            """SELECT 'stock', id, quantity_wanted::numeric FROM hemi_amazon_listing
                UNION ALL SELECT 'price', id, price_wanted FROM hemi_amazon_offer"""
        )
        return {row[:2]: row[2] for row in self.env.cr.fetchall()}

    def on_the_list(self):
        """Give the listings that are known to have changed."""
        self.env["hemi.amazon.change"]._pass_on()
        self.env["hemi.amazon.flow.listings"]._read_clock(self.account, fields.Datetime.now())
        return set(self.env["hemi.amazon.refresh"]._next(self.account, 1000))

    def begin(self):
        """Set out: one delivery is reserved, and all is known."""
        self.moves = self.env["stock.move"]
        self.order(0, 1)
        self.follow()

    # --- ways to change: number and other choose among what there is

    def receive(self, number, other):
        product = self.pick(self.products, number)
        self.env["stock.quant"]._update_available_quantity(product, self.pick_location(other), 1 + other)

    def order(self, number, other):
        """A delivery that is planned, and reserved if there is enough."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.pick(self.products, number).id,
                "product_uom_qty": 1 + other % 3,
                "location_id": self.shelf.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.moves |= move

    def deliver(self, number, other):
        if move := self.open_move(number):
            move.quantity = 1 + other % 3
            move.picked = True
            move._action_done()

    def give_up(self, number, _other):
        if move := self.open_move(number):
            move._action_cancel()

    def unreserve(self, number, _other):
        if move := self.open_move(number):
            move._do_unreserve()

    def delete_quant(self, number, _other):
        self.pick(self.quants(), number).sudo().unlink()

    def tidy_quants(self, _number, _other):
        self.env["stock.quant"]._merge_quants()
        self.env["stock.quant"]._unlink_zero_quants()

    def reprice(self, number, other):
        self.pick(self.products, number).product_tmpl_id.list_price = 10 + other

    def recost(self, number, other):
        self.pick(self.products, number).standard_price = 5 + other

    def extra(self, _number, other):
        self.products[-1].product_template_attribute_value_ids.price_extra = other

    def retax(self, number, other):
        self.pick(self.products, number).taxes_id = self.pick(self.taxes, other) if other % 3 else False

    def change_tax(self, number, other):
        self.pick(self.taxes, number).amount = 5 + other

    def archive(self, number, _other):
        product = self.pick(self.products, number)
        product.active = not product.active

    def recategorise(self, number, other):
        self.pick(self.products, number).categ_id = self.pick(self.categories, other)

    def move_category(self, _number, other):
        self.categories[0].parent_id = self.categories[1] if other % 2 else False

    def add_rule(self, number, other):
        product = self.pick(self.products, number)
        places = (
            {"applied_on": "3_global"},
            {"applied_on": "2_product_category", "categ_id": self.pick(self.categories, other).id},
            {"applied_on": "1_product", "product_tmpl_id": product.product_tmpl_id.id},
            {"applied_on": "0_product_variant", "product_id": product.id},
        )
        prices = (
            {"compute_price": "fixed", "fixed_price": 30 + other},
            {"compute_price": "percentage", "percent_price": other},
            {"compute_price": "formula", "base": "standard_price", "price_markup": 10 + other},
            {"base": "pricelist", "base_pricelist_id": self.pricelists[1].id, "compute_price": "formula"},
        )
        values = places[number % 4] | prices[other % 4] | self.dates(number + other)
        pricelist = self.pricelists[1 if number % 3 == 0 and other % 4 != 3 else 0]
        self.env["product.pricelist.item"].create(values | {"pricelist_id": pricelist.id})

    def change_rule(self, number, other):
        if rule := self.pick(self.pricelists.item_ids, number):
            rule.write({"fixed_price": 40 + other, "percent_price": other, "price_surcharge": other})

    def date_rule(self, number, other):
        if rule := self.pick(self.pricelists.item_ids, number):
            rule.write(self.dates(other))

    def delete_rule(self, number, _other):
        self.pick(self.pricelists.item_ids, number).unlink()

    def wait(self, number, _other):
        """Hours pass: rules begin and end, days begin."""
        self.clock.move_to(fields.Datetime.now() + timedelta(hours=1 + number))

    def rate(self, number, other):
        """A rate of the pound, of today or of a day that comes."""
        day = fields.Date.today() + timedelta(days=number % 3)
        rates = self.env["res.currency.rate"]
        known = rates.search([("name", "=", day), ("currency_id", "=", self.pounds.id)])
        values = {"name": day, "currency_id": self.pounds.id, "company_id": self.account.company_id.id}
        known.write({"rate": 1 + other}) if known else rates.create(values | {"rate": 1 + other})

    def delete_rate(self, number, _other):
        self.pick(self.pounds.rate_ids, number).unlink()

    def buffer(self, _number, other):
        self.account.stock_buffer = other % 4

    def share(self, number, other):
        self.account.write({"stock_share": 100 - 10 * (number % 5), "stock_maximum": other % 3})

    def listing_rule(self, number, other):
        kinds = ("account", "share", "fixed", "never")
        values = {"stock_rule": kinds[other % 4], "stock_share": 50, "stock_maximum": number}
        self.pick(self.listings, number).write(values | {"stock_fixed": other})

    def bounds(self, number, other):
        offers = self.pick(self.listings, number).offer_ids
        offers.write({"price_floor": other, "price_ceiling": other + 30 if number % 2 else 0})

    def warehouse(self, number, _other):
        warehouses = self.shelf.warehouse_id | self.other_warehouse
        self.account.warehouse_id = self.pick(warehouses, number)

    def pricelist(self, number, _other):
        self.account.pricelist_id = (self.pricelists[0], self.pricelists[2], False)[number % 3]

    def flags(self, number, other):
        self.account.write({"update_stock": bool(number % 3), "update_price": bool(other % 3)})

    def marketplaces(self, number, _other):
        self.account.marketplace_ids = self.germany | self.uk if number % 2 else self.germany
        self.account._make_offers()

    def channel(self, number, other):
        self.pick(self.listings, number).channel = "amazon" if other % 2 else "merchant"

    def rematch(self, number, other):
        product = self.pick(self.products, other) if other % 3 else False
        self.pick(self.listings, number).product_id = product

    def archive_listing(self, number, other):
        self.pick(self.listings, number).active = bool(other % 2)

    def add_listing(self, number, other):
        values = {"account_id": self.account.id, "product_id": self.pick(self.products, number).id}
        sku = f"NEW-{number}-{other}"
        if not self.env["hemi.amazon.listing"]._of_skus(self.account, [sku]):
            self.env["hemi.amazon.listing"].create(values | {"sku": sku})

    def fiscal_position(self, number, other):
        """Buyers in Germany pay the second tax instead of the first, or no longer."""
        position = self.env["account.fiscal.position"].search([("name", "=", "Shop")])
        if position:
            position.auto_apply = bool(other % 2)
        else:
            values = {"name": "Shop", "auto_apply": True, "country_id": self.germany.country_id.id}
            position = position.create(values)
            self.taxes[1].write(
                {
                    "fiscal_position_ids": [Command.link(position.id)],
                    "original_tax_ids": [Command.link(self.taxes[0].id)],
                }
            )

    # --- helpers

    def pick(self, records, number):
        return records[number % len(records)] if records else records

    def pick_location(self, number):
        return (self.shelf, self.shelf, self.other_warehouse.lot_stock_id)[number % 3]

    def quants(self):
        return self.env["stock.quant"].search([("product_id", "in", self.products.ids)], order="id")

    def open_move(self, number):
        return self.pick(self.moves.filtered(lambda move: move.state not in ("done", "cancel")), number)

    def dates(self, number):
        """Give dates of a rule: none, or around now."""
        now = fields.Datetime.now()
        begin = now + timedelta(hours=number % 5 - 2)
        return (
            {"date_start": False, "date_end": False},
            {"date_start": begin, "date_end": False},
            {"date_start": begin, "date_end": begin + timedelta(hours=3)},
            {"date_start": False, "date_end": now + timedelta(hours=1)},
        )[number % 4]


STOCK_WAYS = ("receive", "order", "deliver", "give_up", "unreserve", "delete_quant", "tidy_quants")
PRODUCT_WAYS = (
    "reprice",
    "recost",
    "extra",
    "retax",
    "change_tax",
    "archive",
    "recategorise",
    "move_category",
)
RULE_WAYS = ("add_rule", "change_rule", "date_rule", "delete_rule", "wait", "rate", "delete_rate")
ACCOUNT_WAYS = ("buffer", "warehouse", "pricelist", "flags", "marketplaces", "fiscal_position")
LISTING_WAYS = ("channel", "rematch", "archive_listing", "add_listing")
WAYS = STOCK_WAYS + PRODUCT_WAYS + RULE_WAYS + ACCOUNT_WAYS + LISTING_WAYS
