from odoo import api, fields, models
from odoo.tools import SQL

from .amazon_advice import NOT_AT_AMAZON

BATCH = 1000  # rows whose wanted value is computed at once
PARTS = ("wanted", "in_feed", "sent", "sent_at", "refused", "refused_at", "feed_id")


class HemiAmazonFlowListingsPart(models.AbstractModel):
    """Stock or price: what travels in the feed of the listings, and is kept in the rows of one model.

    * ``_records``: the model of the rows
    * ``_listing``: its column with the listing's id
    * ``_value``: what its columns ``*_wanted``, ``*_in_feed``, ``*_sent``, ``*_refused`` begin with
    """

    _name = "hemi.amazon.flow.listings.part"
    _inherit = "hemi.amazon.flow.listings"
    _description = "Part of the Listings Feed"

    _flow = None  # a part is no flow of its own before it has a name
    _urgency = False  # the listings flow sends it
    _records = None
    _listing = None
    _value = None

    @api.model
    def _refresh(self, account):
        """Write what Odoo has on the rows of an account.

        :param account: the account
        """
        raise NotImplementedError

    @api.model
    def _update(self, query, **values):
        """Run an UPDATE whose placeholders name the columns of this part, besides its values."""
        columns = {part: SQL.identifier(f"{self._value}_{part}") for part in PARTS}
        table, listing = SQL.identifier(self.env[self._records]._table), SQL.identifier(self._listing)
        self._execute(
            SQL(query, table=table, listing=listing, now=fields.Datetime.now(), **columns, **values)
        )

    @api.model
    def _write_wanted(self, wanted):
        """Write the wanted values that changed.

        :param list wanted: pairs of row id and value
        """
        self._update(
            """UPDATE %(table)s r SET %(wanted)s = v.value FROM unnest(%(ids)s, %(values)s) AS v(id, value)
                WHERE r.id = v.id AND r.%(wanted)s IS DISTINCT FROM v.value""",
            ids=[row_id for row_id, _value in wanted],
            values=[value for _row_id, value in wanted],
        )

    @api.model
    def _put_in_feed(self, feed, ids):
        self._update(
            "UPDATE %(table)s SET %(in_feed)s = %(wanted)s, %(feed_id)s = %(feed)s WHERE id = ANY(%(ids)s)",
            feed=feed.id,
            ids=ids,
        )

    @api.model
    def _released(self, feed):
        self._update("UPDATE %(table)s SET %(feed_id)s = NULL WHERE %(feed_id)s = %(feed)s", feed=feed.id)

    @api.model
    def _take_acceptance(self, feed):
        """Keep that Amazon accepted what a feed still carries.

        :param feed: the feed, whose refusals were taken
        """
        self._update(
            """UPDATE %(table)s
                  SET %(sent)s = %(in_feed)s, %(sent_at)s = %(now)s, %(refused_at)s = NULL,
                      %(feed_id)s = NULL, answer = NULL
                WHERE %(feed_id)s = %(feed)s""",
            feed=feed.id,
        )

    @api.model
    def _take_refusals(self, feed, refused):
        """Keep what Amazon refused of what a feed carried.

        :param feed: the feed
        :param dict refused: listing id -> code and reason
        """
        values = {"feed": feed.id, "bad": list(refused)}
        self._update(
            "SELECT id FROM %(table)s WHERE %(feed_id)s = %(feed)s AND %(listing)s = ANY(%(bad)s)",
            **values,
        )
        rejected = self.env[self._records].browse(row[0] for row in self.env.cr.fetchall())
        self._update(
            """UPDATE %(table)s SET %(refused)s = %(in_feed)s, %(refused_at)s = %(now)s, %(feed_id)s = NULL
                WHERE %(feed_id)s = %(feed)s AND %(listing)s = ANY(%(bad)s)""",
            **values,
        )
        for row in rejected:
            listing = row[self._listing] if self._listing != "id" else row
            code, text = refused[listing.id]
            row.answer = text
            listing._amazon_refused(self._flow, feed, code, text)

    @api.model
    def _retry(self, messages):
        """Tell Amazon what it refused once more; the next feed carries the newest value."""
        rows = self.env[self._records].with_context(active_test=False)
        rows.search([(self._listing, "in", messages.mapped("res_id"))])[f"{self._value}_refused_at"] = False
        unknown = messages.filtered(lambda message: message.result_code in NOT_AT_AMAZON)
        self.env["hemi.amazon.listing"].browse(unknown.mapped("res_id")).exists()._try_again()
        messages._supersede()
