import json
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..amazon.documents.offer_terms import Sale, Terms


class HemiAmazonFlowTerms(models.AbstractModel):
    """Update Price, of what an offer has besides its price: the sale that people set on it, and the price of
    the Business Pricelist. It travels with the listings, and is the first to be blamed for a refusal."""

    _name = "hemi.amazon.flow.terms"
    _inherit = "hemi.amazon.flow.price"
    _description = "Update Sale and Business Price"

    _flow = "terms"
    _flow_label = "Sale and Business Price"
    _value = "terms"
    _type = "varchar"

    @api.model
    def _row_ids(self, due):
        return [row.offer_id for row in due if row.terms is not None]

    @api.model
    def _compute_wanted(self, account, listing_ids, moment, known):
        offers = self._offers_with_terms(account, listing_ids)
        business = self._business_prices(account, listing_ids, moment, known) if offers else {}
        yesterday = moment.date() - timedelta(days=1)  # the day ends later in some marketplaces
        wanted = []
        for offer_id, is_told, *sale in offers:
            is_over = not sale[0] or sale[2] < yesterday
            text = self._text(None if is_over else sale, business.get(offer_id))
            wanted.append((offer_id, text if is_told else None))
        return self._write_wanted(wanted)

    @api.model
    def _pricelist(self, account):
        return account.business_pricelist_id

    @api.model
    def _business_prices(self, account, listing_ids, moment, known):
        """Give what companies pay.

        :return: offer id -> price; none where there is no Business Pricelist
        :rtype: dict[int, float]
        """
        if not account.business_pricelist_id:
            return {}
        return dict(self._prices(account, listing_ids, moment, known))

    @api.model
    def _offers_with_terms(self, account, listing_ids):
        """Give the offers that have terms, had some, or are about to.

        :return: offer id, whether Amazon is told of it, and price, first and last day of the sale
        :rtype: list[tuple]
        """
        self._execute(
            SQL(
                """SELECT offer.id, listing.active AND listing.product_id IS NOT NULL
                                    AND offer.marketplace_id = ANY(%(marketplaces)s),
                          offer.sale_price, offer.sale_starts_on, offer.sale_ends_on
                     FROM hemi_amazon_offer offer
                     JOIN hemi_amazon_listing listing ON listing.id = offer.listing_id
                    WHERE offer.listing_id = ANY(%(ids)s) AND listing.account_id = %(account)s
                      AND (offer.sale_price > 0 OR offer.terms_wanted IS NOT NULL OR %(all)s)""",
                ids=listing_ids,
                account=account.id,
                marketplaces=account.marketplace_ids.ids,
                all=bool(account.business_pricelist_id),
            )
        )
        return self.env.cr.fetchall()

    # --- as text, which the rows keep

    @api.model
    def _text(self, sale, business):
        """Write terms.

        :param list sale: price, first and last day; None without sale
        :param float business: None without business price
        :return: JSON, or "" for none of the two
        :rtype: str
        """
        terms = {}
        if sale:
            terms["sale"] = [str(sale[0]), sale[1].isoformat(), sale[2].isoformat()]
        if business:
            terms["business"] = str(business)
        return json.dumps(terms) if terms else ""

    @api.model
    def _terms(self, row, marketplace_id, currency):
        """Read terms.

        :param Due row: what is due of an offer
        :param str marketplace_id: Amazon's
        :param str currency: ISO 4217
        :rtype: Terms
        """
        values = json.loads(row.terms or "{}")
        sale, business = values.get("sale"), values.get("business")
        return Terms(
            marketplace_id,
            currency,
            sale and Sale(Decimal(sale[0]), *map(date.fromisoformat, sale[1:])),
            business and Decimal(business),
            frozenset(
                name for name in ("sale", "business") if f'"{name}"' in row.told and name not in values
            ),
        )
