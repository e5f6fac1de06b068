import math
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class HemiAmazonFlowPrice(models.AbstractModel):
    """Update Price: what is wanted is the pricelist's price in the marketplace's currency. It travels with
    the listings."""

    _name = "hemi.amazon.flow.price"
    _inherit = "hemi.amazon.flow.listings.part"
    _description = "Update Price"

    _flow = "price"
    _flow_label = "Update Price"
    _flags = ("update_price",)
    _records = "hemi.amazon.offer"
    _listing = "listing_id"
    _value = "price"

    @api.model
    def _row_ids(self, due):
        return [row.offer_id for row in due if row.price is not None]

    @api.model
    def _compute_wanted(self, account, listing_ids, moment):
        return self._write_wanted(list(self._prices(account, listing_ids, moment)))

    @api.model
    def _pricelist(self, account):
        return account.pricelist_id

    @api.model
    def _prices(self, account, listing_ids, moment):
        """Give the prices of the pricelist, within the bounds of each offer.

        :return: pairs of offer id and price as buyers see it; None where nothing is to be told
        :rtype: Iterator[tuple[int, float]]
        """
        offers = self._offers(account, listing_ids)
        products = self._products(account, {row[1] for rows in offers.values() for row in rows if row[1]})
        known = {}
        for marketplace, rows in offers.items():
            currency = marketplace.currency_id
            if marketplace not in account.marketplace_ids:
                totals = {}
            else:
                if currency not in known:
                    known[currency] = self._pricelist(account)._get_products_price(
                        products, quantity=1.0, currency=currency, date=moment
                    )
                totals = self._totals(account, marketplace, products, known[currency])
            for offer_id, product_id, floor, ceiling in rows:
                yield offer_id, self._within(totals.get(product_id), floor, ceiling)

    @api.model
    def _within(self, price, floor, ceiling):
        """Give a price within the bounds of its offer; 0 or None: no bound, or no price."""
        if not price:
            return price
        return min(max(price, floor or price), ceiling or math.inf)

    @api.model
    def _products(self, account, product_ids):
        return self.env["product.product"].browse(product_ids).with_company(account.company_id)

    @api.model
    def _offers(self, account, listing_ids):
        """Give the offers of some listings.

        :return: marketplace -> offer id, product id, lowest and highest price of each; no product where
            nothing is to be told
        :rtype: dict
        """
        self._execute(
            SQL(
                """SELECT offer.marketplace_id, offer.id, CASE WHEN listing.active THEN listing.product_id
                END,
                          offer.price_floor::float, offer.price_ceiling::float
                     FROM hemi_amazon_offer offer
                     JOIN hemi_amazon_listing listing ON listing.id = offer.listing_id
                    WHERE listing.id = ANY(%(ids)s) AND offer.listing_id = ANY(%(ids)s)
                      AND listing.account_id = %(account)s""",
                ids=listing_ids,
                account=account.id,
            )
        )
        offers = defaultdict(list)
        for marketplace_id, *row in self.env.cr.fetchall():
            offers[self.env["hemi.amazon.marketplace"].browse(marketplace_id)].append(row)
        return offers

    @api.model
    def _totals(self, account, marketplace, products, prices):
        """Give the prices that buyers see in a marketplace.

        :param dict prices: product id -> price of the pricelist in the marketplace's currency
        :return: product id -> price with tax where buyers see it so
        :rtype: dict[int, float]
        """
        currency = marketplace.currency_id
        position = self._fiscal_position(marketplace)
        key = "total_included" if marketplace.prices_include_tax else "total_excluded"
        result, mapped, known = {}, {}, {}
        for product in products:
            price, sale_taxes = prices[product.id], product.product_tmpl_id.taxes_id
            if sale_taxes not in mapped:
                taxes = position.map_tax(sale_taxes._filter_taxes_by_company(account.company_id))
                # a tax by formula may look at the product
                mapped[sale_taxes] = taxes, "code" in taxes.flatten_taxes_hierarchy().mapped("amount_type")
            taxes, by_product = mapped[sale_taxes]
            same = (taxes, price, by_product and product)
            if same not in known:
                details = taxes._get_tax_details(
                    price, 1.0, precision_rounding=currency.rounding, product=product
                )
                known[same] = currency.round(details[key])
            result[product.id] = known[same]
        return result

    @api.model
    def _fiscal_position(self, marketplace):
        buyer = self.env["res.partner"].new({"country_id": marketplace.country_id.id})
        return self.env["account.fiscal.position"]._get_fiscal_position(buyer)
