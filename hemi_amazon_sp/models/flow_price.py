import math
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

MOST_KNOWN = 20_000  # totals of so many prices are kept from one batch to the next


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
    _accepted = ", at_amazon = 'known'"
    _inherited = ("categ_id", "currency_id", "list_price", "uom_id")

    @api.model
    def _row_ids(self, due):
        return [row.offer_id for row in due if row.price is not None]

    @api.model
    def _compute_wanted(self, account, listing_ids, moment, known):
        return self._write_wanted(list(self._prices(account, listing_ids, moment, known)))

    @api.model
    def _inherit_values(self, products):
        self._compute_once(products.product_tmpl_id, "currency_id", "company_id")
        self._compute_once(products, "price_extra", "product_template_attribute_value_ids.price_extra")
        return super()._inherit_values(products)

    @api.model
    def _pricelist(self, account):
        return account.pricelist_id

    @api.model
    def _prices(self, account, listing_ids, moment, known):
        """Give the prices of the pricelist, within the bounds of each offer; see :meth:`_compute_wanted`.

        :return: pairs of offer id and price as buyers see it; None where nothing is to be told
        :rtype: Iterator[tuple[int, float]]
        """
        offers = self._offers(account, listing_ids)
        products = self._products(account, {row[1] for rows in offers.values() for row in rows if row[1]})
        sold, prices = self._sold(account, products), {}
        for marketplace, rows in offers.items():
            currency = marketplace.currency_id
            if marketplace not in account.marketplace_ids:
                totals = {}
            else:
                if currency not in prices:
                    prices[currency] = self._pricelist(account)._get_products_price(
                        products, quantity=1.0, currency=currency, date=moment
                    )
                totals = self._totals(marketplace, sold, prices[currency], known)
            for offer_id, product_id, floor, ceiling in rows:
                yield offer_id, self._within(totals.get(product_id), floor, ceiling)

    @api.model
    def _within(self, price, floor, ceiling):
        """Give a price within the bounds of its offer; 0 or None: no bound, or no price."""
        if not price:
            return price
        return min(max(price, floor or price), ceiling or math.inf)

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
    def _sold(self, account, products):
        """Give products by the taxes that the account's company sells them with.

        :return: taxes -> products
        :rtype: dict
        """
        self.env.cr.execute(
            SQL(
                """SELECT tax_ids, array_agg(id) FROM (
                       SELECT product.id, array_agg(rel.tax_id ORDER BY rel.tax_id) AS tax_ids
                         FROM product_product product
                         LEFT JOIN product_taxes_rel rel ON rel.prod_id = product.product_tmpl_id
                        WHERE product.id = ANY(%s) GROUP BY product.id) AS found
                    GROUP BY tax_ids""",
                products.ids,
            )
        )
        sold = defaultdict(products.browse)
        for tax_ids, product_ids in self.env.cr.fetchall():
            taxes = self.env["account.tax"].browse(filter(None, tax_ids))
            taxes = taxes.filtered(lambda tax: tax.active and tax.type_tax_use == "sale")
            sold[taxes._filter_taxes_by_company(account.company_id)] += products.browse(product_ids)
        return sold

    @api.model
    def _totals(self, marketplace, sold, prices, known):
        """Give the prices that buyers see in a marketplace.

        :param dict sold: taxes -> products
        :param dict prices: product id -> price of the pricelist in the marketplace's currency
        :param dict known: totals of the batches before
        :return: product id -> price with tax where buyers see it so
        :rtype: dict[int, float]
        """
        currency, position = marketplace.currency_id, self._fiscal_position(marketplace)
        key = "total_included" if marketplace.prices_include_tax else "total_excluded"
        result = {}
        for sale_taxes, products in sold.items():
            taxes = position.map_tax(sale_taxes)
            state, by_product = self._state(taxes)
            totals = {} if by_product else known.setdefault((state, key, currency.rounding), {})
            if len(totals) > MOST_KNOWN:
                totals.clear()
            for product in products:
                price = prices[product.id]
                same = product.id if by_product else price
                if same not in totals:
                    details = taxes._get_tax_details(
                        price, 1.0, precision_rounding=currency.rounding, product=product
                    )
                    totals[same] = currency.round(details[key])
                result[product.id] = totals[same]
        return result

    @api.model
    def _state(self, taxes):
        """Give what must be the same for a total to be the same, and whether it may depend on the product, as
        that of a tax by formula may."""
        flat = taxes.flatten_taxes_hierarchy()
        state = tuple(
            (tax.id, tax.write_date, tax.amount, tax.price_include, tax.has_negative_factor) for tax in flat
        )
        return state, "code" in flat.mapped("amount_type")

    @api.model
    def _fiscal_position(self, marketplace):
        buyer = self.env["res.partner"].new({"country_id": marketplace.country_id.id})
        return self.env["account.fiscal.position"]._get_fiscal_position(buyer)
