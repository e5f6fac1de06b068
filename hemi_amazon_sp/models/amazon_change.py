from odoo import api, fields, models
from odoo.tools import SQL

from . import change_triggers

AT_ONCE = 100_000  # notes that are taken in one go
LISTING, ACCOUNT = "listing", "account"


class HemiAmazonChange(models.Model):
    """Notes of what changed in Odoo, as the database and our own models leave them: kind and id.

    ============= ======================================================
    kind          what is to be computed anew
    ============= ======================================================
    product       its listings, and those of the kits that it is in
    template      likewise, for all its variants
    category      likewise, for all products in it and below it
    listing       this listing
    account       all listings of this account
    pricelist     all listings of the accounts that use the pricelist
    currency      all listings of the accounts that convert it
    all           all listings
    ============= ======================================================

    A note is deleted in the very transaction that puts the listings it is about on their list
    (:class:`HemiAmazonRefresh`), so it is not lost, whatever dies when. Notes of transactions that are
    still open are not seen, and stay for the next time.
    """

    _name = "hemi.amazon.change"
    _description = "Change That Amazon May Have to Hear of"
    _log_access = False

    kind = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)

    def init(self):
        """Watch Odoo's tables; what happened before, or while an update was under way, is computed anew."""
        change_triggers.begin(self.env.cr)
        self.env.cr.execute(SQL("INSERT INTO hemi_amazon_change (kind, res_id) VALUES ('all', 0)"))

    def _register_hook(self):
        """Watch the tables of addons that were installed after this one, such as mrp."""
        super()._register_hook()
        change_triggers.begin(self.env.cr, only_new=True)

    @api.model
    def _note(self, kind, ids):
        """Leave notes of our own.

        :param str kind: as in the table above
        :param ids: iterable of ids
        """
        if ids := list(ids):
            self.env.cr.execute(
                SQL("INSERT INTO hemi_amazon_change (kind, res_id) SELECT %s, unnest(%s::int[])", kind, ids)
            )

    @api.model
    def _pass_on(self):
        """Put the listings that the notes are about on their list, and delete the notes."""
        self.env.flush_all()  # what is not yet written leaves its notes now
        while changed := self._take():
            self.env["hemi.amazon.refresh"]._add_changed(changed)

    @api.model
    def _take(self):
        """Take notes off, not too many at once, and none that another worker is about to take.

        A row that this transaction has locked stays where it is (``ctid``); looking 100,000 of them up by
        their ids once more took twice as long.

        :return: kind -> ids
        :rtype: dict[str, list[int]]
        """
        self.env.cr.execute(
            SQL(
                """WITH taken AS (DELETE FROM hemi_amazon_change
                                   WHERE ctid = ANY(ARRAY(SELECT ctid FROM hemi_amazon_change
                                                           ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
                               RETURNING kind, res_id)
                   SELECT kind, array_agg(DISTINCT res_id) FROM taken GROUP BY kind""",
                AT_ONCE,
            )
        )
        return dict(self.env.cr.fetchall())
