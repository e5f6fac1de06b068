from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..amazon.documents import listings
from ..amazon.errors import AmazonError
from .amazon_advice import NOT_AT_AMAZON


class HemiAmazonFlowListings(models.AbstractModel):
    """Stock and price, together in one JSON_LISTINGS_FEED per marketplace.

    Amazon takes one marketplace per feed, so a price travels in its marketplace's feed, and stock, which
    belongs to seller and SKU, in
    that of the home marketplace. What is wanted is read when the document is written; ``messageId`` is the
    id of the listing.
    """

    _name = "hemi.amazon.flow.listings"
    _inherit = "hemi.amazon.flow"
    _description = "Update Stock and Price"

    _flow = "listings"
    _flow_label = "Update Stock and Price"
    _flags = ("update_stock", "update_price")
    _urgency = 50
    _feed_type = listings.FEED_TYPE
    _content_type = listings.CONTENT_TYPE
    _may_repeat = True
    _reserve = 5  # ships, cancellations and refunds find these tokens whatever happens to stock and price

    @api.model
    def _send(self, run):
        ready = run.account.marketplace_ids.filtered(lambda marketplace: self._is_ready(run, marketplace))
        if not ready:
            return
        self._refresh_parts(run.account)
        run.commit()
        for marketplace in ready:
            self._send_marketplace(run, marketplace)

    @api.model
    def _refresh_parts(self, account):
        for part in self._parts():
            if part._is_on(account):
                part._refresh(account)

    @api.model
    def _lane(self, marketplace):
        return f"{self._feed_type} {marketplace.amazon_id}"

    @api.model
    def _is_ready(self, run, marketplace):
        """Tell whether no feed is open there and the last one is long enough ago."""
        feeds = self.env["hemi.amazon.feed"]
        lane = self._lane(marketplace)
        if feeds._is_open(run.account, lane):
            return False
        last = feeds.search(
            [("account_id", "=", run.account.id), ("lane", "=", lane), ("submitted_at", "!=", False)], limit=1
        )
        ready_at = last and last.submitted_at + timedelta(minutes=run.account.listing_interval)
        if not ready_at or ready_at <= fields.Datetime.now():
            return True
        run.again(ready_at)
        return False

    @api.model
    def _send_marketplace(self, run, marketplace):
        rows = self._changes(run.account, marketplace)
        if not rows:
            return
        self._check_limits(run)
        document, rows = self._next_document(run.account, marketplace, rows)
        if not rows:
            return
        feed = self.env["hemi.amazon.feed"]._prepare_feed(
            self, run.account, marketplace, document, len(rows), lane=self._lane(marketplace)
        )
        self._put_in_feed(feed, rows)
        feed._submit(run)

    @api.model
    def _documents(self, account):
        self._refresh_parts(account)
        for marketplace in account.marketplace_ids:
            document, rows = self._next_document(account, marketplace, self._changes(account, marketplace))
            if rows:
                yield f"{self._feed_type} {marketplace.country_id.code}", document

    @api.model
    def _next_document(self, account, marketplace, rows):
        """Write as many changes as Amazon takes in one feed.

        :param list rows: of :meth:`_changes`
        :return: the document and the rows in it
        :rtype: tuple[bytes, list]
        """
        rows, patches = self._sendable(rows, marketplace)
        if not rows:
            return b"", []
        header = (account.merchant_id, marketplace.issue_locale or None)
        part = next(listings.split(patches, *header))
        try:
            return listings.write_listings_feed(header[0], part, header[1]), rows[: len(part)]
        except AmazonError as error:
            if len(part) > 1:
                raise
            self._refuse(rows[0], error.message)  # too large alone: the others must not wait
            return b"", []

    @api.model
    def _sendable(self, rows, marketplace):
        """Refuse here what Amazon would refuse for its shape, before it poisons the feed.

        :return: the rows that can go, and their patches
        :rtype: tuple[list, list]
        """
        patches = {row: self._patch(row, marketplace) for row in rows}
        for row, patch in list(patches.items()):
            if problems := listings.problems(patch):
                self._refuse(row, " ".join(problems))
                del patches[row]
        return list(patches), list(patches.values())

    @api.model
    def _refuse(self, row, reason):
        listing = self.env["hemi.amazon.listing"].browse(row[0])
        now = fields.Datetime.now()
        if row[3] is not None:
            listing.write({"quantity_refused": row[3], "quantity_refused_at": now})
        if row[5] is not None:
            offer = self.env["hemi.amazon.offer"].browse(row[4])
            offer.write({"price_refused": row[5], "price_refused_at": now, "answer": reason})
        flow = "price" if row[3] is None else "stock"
        listing._amazon_refused(flow, self.env["hemi.amazon.feed"], "NotSendable", reason)

    @api.model
    def _changes(self, account, marketplace):
        """Give what Amazon must be told in a marketplace: what differs from what it accepted, and from what
        it refused; nothing of a SKU that it does not know there.

        :return: rows of listing id, SKU, product type, quantity or None, offer id or None, price or None
        :rtype: list[tuple]
        """
        self.env["hemi.amazon.listing"].flush_model()
        self.env["hemi.amazon.offer"].flush_model()
        home = (
            account.home_marketplace_id
            if account.home_marketplace_id in account.marketplace_ids
            else account.marketplace_ids[:1]
        )
        with_stock = self._flow_model("stock")._is_on(account) and marketplace == home
        self.env.cr.execute(
            SQL(
                """
                SELECT id, sku, product_type, quantity, offer_id, price FROM (
                    SELECT l.id, l.sku, l.product_type,
                           CASE WHEN %(with_stock)s AND l.channel = 'merchant'
                                 AND l.quantity_wanted IS NOT NULL AND
                           l.quantity_feed_id IS NULL
                                 AND (l.quantity_sent_at IS NULL OR l.quantity_sent <> l.quantity_wanted)
                                 AND (l.quantity_refused_at IS NULL OR l.quantity_refused <>
                                 l.quantity_wanted)
                                THEN l.quantity_wanted END AS quantity,
                           o.id AS offer_id,
                           CASE WHEN %(with_price)s AND o.price_wanted > 0 AND o.price_feed_id IS NULL
                                 AND (o.price_sent_at IS NULL OR o.price_sent <> o.price_wanted)
                                 AND (o.price_refused_at IS NULL OR o.price_refused <> o.price_wanted)
                                THEN o.price_wanted END AS price
                      FROM hemi_amazon_listing l
                      LEFT JOIN hemi_amazon_offer o ON o.listing_id = l.id AND o.marketplace_id =
                      %(marketplace)s
                     WHERE l.account_id = %(account)s AND l.active
                       AND o.at_amazon IS DISTINCT FROM 'unknown') AS due
                 WHERE quantity IS NOT NULL OR price IS NOT NULL
                 ORDER BY id
                 LIMIT %(limit)s
                """,
                with_stock=with_stock,
                with_price=self._flow_model("price")._is_on(account),
                marketplace=marketplace.id,
                account=account.id,
                limit=listings.MAX_MESSAGES,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _patch(self, row, marketplace):
        listing_id, sku, product_type, quantity, _offer_id, price = row
        currency = marketplace.currency_id
        amount = price is not None and Decimal(str(currency.round(float(price))))
        return listings.ListingPatch(
            message_id=listing_id,
            sku=sku,
            product_type=product_type,
            quantity=quantity,
            price=listings.Price(marketplace.amazon_id, currency.name, amount) if price is not None else None,
        )

    @api.model
    def _parts(self):
        return self._flow_model("stock"), self._flow_model("price")

    @api.model
    def _put_in_feed(self, feed, rows):
        stock, price = self._parts()
        stock._put_in_feed(feed, [row[0] for row in rows if row[3] is not None])
        price._put_in_feed(feed, [row[4] for row in rows if row[5] is not None])

    # --- results

    @api.model
    def _released(self, feed):
        for part in self._parts():
            part._released(feed)

    @api.model
    def _message_numbers(self, feed):
        return set(self._carried(feed))

    @api.model
    def _stopped(self, run, feed, report):
        """Stock and price can be told again without harm: the next feed does, but for what was refused."""
        refused = self._refusals(feed, report) if report else {}
        self._note_at_amazon(feed, refused)
        for part in self._parts():
            part._take_refusals(feed, refused)
        self._released(feed)
        return 0, len(refused)

    @api.model
    def _reported(self, feed, report):
        carried, refused = self._carried(feed), self._refusals(feed, report)
        self._note_at_amazon(feed, refused, accepted=set(carried) - set(refused))
        for part in self._parts():
            part._take_refusals(feed, refused)
            part._take_acceptance(feed)
        return len(carried) - len(refused), len(refused)

    @api.model
    def _refusals(self, feed, report):
        """Find what Amazon refused.

        :return: listing id -> code and reason
        :rtype: dict[int, tuple[str, str]]
        """
        refused = {}
        for listing_id in self._carried(feed):
            if report.outcome(listing_id) == "rejected":
                results = report.results.get(listing_id, [])
                code = next((result.code for result in results if result.severity == "error"), report.status)
                refused[listing_id] = (
                    code,
                    " ".join(result.text for result in results)
                    or self.env._("Amazon refused the whole feed."),
                )
        return refused

    @api.model
    def _note_at_amazon(self, feed, refused, accepted=()):
        """Keep which SKUs Amazon knows in the marketplace of a feed.

        :param dict refused: listing id -> code and reason
        :param accepted: listing ids
        """
        unknown = {listing_id for listing_id, (code, _text) in refused.items() if code in NOT_AT_AMAZON}
        for word, listing_ids in (("known", accepted), ("unknown", unknown)):
            self._execute(
                SQL(
                    """UPDATE hemi_amazon_offer SET at_amazon = %s
                        WHERE listing_id = ANY(%s) AND marketplace_id = ANY(%s)
                          AND at_amazon IS DISTINCT FROM %s""",
                    word,
                    list(listing_ids),
                    feed.marketplace_ids.ids,
                    word,
                )
            )

    @api.model
    def _carried(self, feed):
        self._execute(
            SQL(
                """SELECT id FROM hemi_amazon_listing WHERE quantity_feed_id = %(feed)s
                    UNION SELECT listing_id FROM hemi_amazon_offer WHERE price_feed_id = %(feed)s
                    ORDER BY 1""",
                feed=feed.id,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _execute(self, query):
        """Run set-based SQL on listings and offers, whose cached values are then read anew.

        :param SQL query: the query
        """
        models_of_rows = (self.env["hemi.amazon.listing"], self.env["hemi.amazon.offer"])
        for model in models_of_rows:
            model.flush_model()
        self.env.cr.execute(query)
        for model in models_of_rows:
            model.invalidate_model()
