from odoo import api, models
from odoo.tools import SQL

from ..amazon.documents import listings
from ..amazon.errors import AmazonError
from .amazon_advice import NOT_AT_AMAZON


class HemiAmazonFlowListings(models.AbstractModel):
    """Many changes: one JSON_LISTINGS_FEED per marketplace. What is wanted is read when the document is
    written; ``messageId`` is the id of the listing."""

    _inherit = "hemi.amazon.flow.listings"

    @api.model
    def _send_marketplace(self, run, marketplace):
        self._check_limits(run)
        document, rows = self._next_document(run.account, marketplace)
        if not rows:
            return
        feed = self.env["hemi.amazon.feed"]._prepare_feed(
            self, run.account, marketplace, document, len(rows), lane=self._lane(marketplace)
        )
        del document
        for part in self._parts():
            part._put_in_feed(feed, part._row_ids(rows))
        del rows
        feed._submit(run)

    @api.model
    def _documents(self, account):
        while self._refresh_batch(account):
            pass
        for marketplace in self._due_counts(account):
            document, rows = self._next_document(account, marketplace)
            if rows:
                yield f"{self._feed_type} {marketplace.country_id.code}", document

    @api.model
    def _next_document(self, account, marketplace):
        """Write as many changes as Amazon takes in one feed.

        :return: the document and the rows in it
        :rtype: tuple[bytes, list[Due]]
        """
        rows = []

        def patches():
            for row, patch in self._sendable(account, marketplace, listings.MAX_MESSAGES):
                rows.append(row)
                yield patch

        header = (account.merchant_id, marketplace.issue_locale or None)
        part = next(listings.split(patches(), *header), None)
        if not part:
            return b"", []
        try:
            return listings.write_listings_feed(header[0], part, header[1]), rows[: len(part)]
        except AmazonError as error:
            if len(part) > 1:
                raise
            self._refuse(rows[0], error.message)  # too large alone: the others must not wait
            return b"", []

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
        self._note_at_amazon(feed.marketplace_ids, refused)
        blameless = self._blameless(feed, refused)
        for part in self._parts():
            part._take_refusals(part._rows_of(feed), refused, feed, blameless.get(part._flow, ()))
        self._released(feed)
        return 0, len(refused)

    @api.model
    def _reported(self, feed, report):
        carried, refused = self._carried(feed), self._refusals(feed, report)
        self._note_at_amazon(feed.marketplace_ids, refused)
        blameless = self._blameless(feed, refused)
        for part in self._parts():
            part._take_answer(part._rows_of(feed), refused, feed, blameless.get(part._flow, ()))
        # the offers whose price was in the feed say so by now; not those of which only the stock was
        self._note_at_amazon(feed.marketplace_ids, {}, accepted=set(carried) - set(refused))
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
    def _blameless(self, feed, refused):
        """Find the parts that Amazon may have refused only because of what travelled with them.

        :return: code of the part -> listing ids
        :rtype: dict
        """
        if not refused:
            return {}
        offers = self.env["hemi.amazon.offer"].search([("terms_feed_id", "=", feed.id)])
        blamed = self._blamed(refused, offers.listing_id.ids)
        return {"stock": blamed, "price": blamed}

    @api.model
    def _blamed(self, refused, listing_ids):
        """Amazon refuses a message as a whole. Where it carried a sale or business price, these are blamed,
        and stock and price are told again without: nothing that sells every day waits for them.

        :param listing_ids: of the listings whose messages carried terms
        :return: the listing ids
        :rtype: set[int]
        """
        return {
            listing_id
            for listing_id in refused.keys() & set(listing_ids)
            if refused[listing_id][0] not in NOT_AT_AMAZON
        }

    @api.model
    def _note_at_amazon(self, marketplaces, refused, accepted=()):
        """Keep which SKUs Amazon knows in a marketplace.

        :param dict refused: listing id -> code and reason
        :param accepted: listing ids
        """
        unknown = {listing_id for listing_id, (code, _text) in refused.items() if code in NOT_AT_AMAZON}
        for word, listing_ids in (("known", accepted), ("unknown", unknown)):
            if not listing_ids:
                continue
            self._execute(
                SQL(
                    """UPDATE hemi_amazon_offer SET at_amazon = %s
                        WHERE listing_id = ANY(%s) AND marketplace_id = ANY(%s)
                          AND at_amazon IS DISTINCT FROM %s""",
                    word,
                    list(listing_ids),
                    marketplaces.ids,
                    word,
                )
            )

    @api.model
    def _carried(self, feed):
        self._execute(
            SQL(
                """SELECT id FROM hemi_amazon_listing WHERE quantity_feed_id = %(feed)s
                    UNION SELECT listing_id FROM hemi_amazon_offer
                     WHERE price_feed_id = %(feed)s OR terms_feed_id = %(feed)s
                    ORDER BY 1""",
                feed=feed.id,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]
