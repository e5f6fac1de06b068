import itertools
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..amazon.documents import listings
from .account_listings import BATCH
from .amazon_listing import STOCK_IS_DUE
from .amazon_offer import PRICE_IS_DUE
from .offer_terms import TERMS_IS_DUE

# What differs from what Amazon accepted, and from what it refused; nothing of a SKU that it does not know.
DUE = f"""
    SELECT %(home)s AS marketplace_id, stock.id AS listing_id, stock.quantity_wanted AS quantity,
           NULL::int AS offer_id, NULL::numeric AS price, NULL AS terms, NULL AS told
      FROM (SELECT id, quantity_wanted FROM hemi_amazon_listing
             WHERE %(with_stock)s AND account_id = %(account)s AND {STOCK_IS_DUE}) AS stock
     WHERE NOT EXISTS (SELECT FROM hemi_amazon_offer offer WHERE offer.listing_id = stock.id
                          AND offer.marketplace_id = %(home)s AND offer.at_amazon = 'unknown')
     UNION ALL
    SELECT price.marketplace_id, price.listing_id, NULL, price.id, price.price_wanted, NULL, NULL
      FROM (SELECT id, marketplace_id, listing_id, price_wanted FROM hemi_amazon_offer
             WHERE %(with_price)s AND account_id = %(account)s AND marketplace_id = ANY(%(marketplaces)s)
               AND {PRICE_IS_DUE}) AS price
      JOIN hemi_amazon_listing listing ON listing.id = price.listing_id AND listing.active
     UNION ALL
    SELECT offer.marketplace_id, offer.listing_id, NULL, offer.id, NULL, offer.terms_wanted,
           concat(offer.terms_sent, nullif(offer.terms_in_feed, offer.terms_refused))
      FROM hemi_amazon_offer offer JOIN hemi_amazon_listing listing ON listing.id = offer.listing_id
     WHERE %(with_price)s AND offer.account_id = %(account)s AND offer.marketplace_id = ANY(%(marketplaces)s)
       AND {TERMS_IS_DUE} AND listing.active
"""
# A SKU that an open feed holds is left alone: which of the two Amazon would do last is not known.
NOT_HELD = """
    listing.quantity_feed_id IS NULL AND NOT EXISTS (
        SELECT FROM hemi_amazon_offer held
         WHERE held.listing_id = listing.id AND (held.price_feed_id IS NOT NULL
                OR held.terms_feed_id IS NOT NULL))
"""

_cursors = itertools.count(1)


class Due(NamedTuple):
    """What Amazon must be told of one SKU in one marketplace; None: that is not due."""

    listing_id: int
    sku: str
    product_type: str
    quantity: int | None
    offer_id: int | None
    price: float | None
    terms: str | None  # sale and business price, as JSON
    told: str | None  # all that Amazon has, or may have, of them: JSON texts one after the other


class HemiAmazonFlowListings(models.AbstractModel):
    """What Amazon must be told, read from indexes that hold only what is due."""

    _inherit = "hemi.amazon.flow.listings"

    @api.model
    def _due(self, account, marketplaces):
        for model in ("hemi.amazon.listing", "hemi.amazon.offer"):
            self.env[model].flush_model()
        home = account.home_marketplace_id & account.marketplace_ids or account.marketplace_ids[:1]
        return SQL(
            DUE,
            home=home.id,
            account=account.id,
            marketplaces=marketplaces.ids,
            with_stock=self._flow_model("stock")._is_on(account) and home in marketplaces,
            with_price=self._flow_model("price")._is_on(account),
        )

    @api.model
    def _due_counts(self, account):
        """Count the SKUs that Amazon must be told of.

        :return: marketplace -> number; fewest first, and only where there are any
        :rtype: dict
        """
        self.env.cr.execute(
            SQL(
                """SELECT marketplace_id, count(*)
                     FROM (SELECT DISTINCT marketplace_id, listing_id FROM (%s) AS due) AS skus
                    GROUP BY marketplace_id ORDER BY 2, 1""",
                self._due(account, account.marketplace_ids),
            )
        )
        marketplaces = self.env["hemi.amazon.marketplace"]
        return {marketplaces.browse(row[0]): row[1] for row in self.env.cr.fetchall()}

    @api.model
    def _due_rows(self, account, marketplace, limit, only_free):
        """Give what Amazon must be told in a marketplace; read in batches, within one transaction.

        :param bool only_free: nothing of a SKU that an open feed holds
        :rtype: Iterator[Due]
        """
        query = SQL(
            """SELECT listing.id, listing.sku, listing.product_type, max(quantity), max(offer_id), max(price),
                      max(terms), max(told)
                 FROM (%s) AS due JOIN hemi_amazon_listing listing ON listing.id = due.listing_id
                WHERE %s GROUP BY listing.id ORDER BY listing.id LIMIT %s""",
            self._due(account, marketplace),
            SQL(NOT_HELD if only_free else "true"),
            limit,
        )
        cursor = SQL.identifier(f"hemi_amazon_due_{next(_cursors)}")  # the transaction closes it
        self.env.cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", cursor, query))
        while rows := self._fetch(cursor):
            yield from (Due(*row) for row in rows)

    @api.model
    def _fetch(self, cursor):
        self.env.cr.execute(SQL("FETCH %s FROM %s", BATCH, cursor))
        return self.env.cr.fetchall()

    @api.model
    def _sendable(self, account, marketplace, limit, only_free=False):
        """Give what Amazon must be told, each with its patch. What Amazon would refuse for its shape is
        refused here, before it poisons a feed.

        :rtype: Iterator[tuple[Due, listings.ListingPatch]]
        """
        place = marketplace.amazon_id, marketplace.currency_id.name
        for row in self._due_rows(account, marketplace, limit, only_free):
            patch = self._patch(row, *place)
            if problems := listings.problems(patch):
                self._refuse(row, " ".join(problems))
            else:
                yield row, patch

    @api.model
    def _patch(self, row, *place):
        price = None
        if row.price is not None:
            # Odoo has rounded it; a float is written with the fewest digits that make it
            price = listings.Price(*place, Decimal(str(row.price)))
        return listings.ListingPatch(
            message_id=row.listing_id,
            sku=row.sku,
            product_type=row.product_type,
            quantity=row.quantity,
            price=price,
            terms=row.terms if row.terms is None else self._flow_model("terms")._terms(row, *place),
        )

    @api.model
    def _refuse(self, row, reason):
        listing = self.env["hemi.amazon.listing"].browse(row.listing_id)
        now = fields.Datetime.now()
        if row.terms is not None:  # the others are told again without
            offer = self.env["hemi.amazon.offer"].browse(row.offer_id)
            offer.write({"terms_refused": row.terms, "terms_refused_at": now, "answer": reason})
            listing._amazon_refused("terms", self.env["hemi.amazon.feed"], "NotSendable", reason)
            return
        if row.quantity is not None:
            listing.write({"quantity_refused": row.quantity, "quantity_refused_at": now})
        if row.price is not None:
            offer = self.env["hemi.amazon.offer"].browse(row.offer_id)
            offer.write({"price_refused": row.price, "price_refused_at": now, "answer": reason})
        flow = "price" if row.quantity is None else "stock"
        listing._amazon_refused(flow, self.env["hemi.amazon.feed"], "NotSendable", reason)
