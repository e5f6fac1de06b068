import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .account_listings import BATCH
from .change_triggers import RULE

_logger = logging.getLogger(__name__)

SWEEP_EVERY, SWEEP_TAKES = timedelta(hours=24), timedelta(hours=4)
SOONEST = timedelta(hours=12)  # a sweep by day is followed by one in the next night
NIGHT_ENDS = 6  # o'clock, where the person responsible is
SHARE = 100  # listings that are worth a look of the sweep


class HemiAmazonFlowListings(models.AbstractModel):
    """The wanted values follow what changes in Odoo.

    Notes of changes (``hemi.amazon.change``), the clock and the daily sweep put listings on their list
    (``hemi.amazon.refresh``); here they are taken off, computed and written, a batch in a transaction.
    """

    _inherit = "hemi.amazon.flow.listings"

    @api.model
    def _refresh(self, run):
        """Compute anew what is on the list of the account, as far as the time of its turn allows."""
        self._sweep(run.account)
        known = {}
        while self._refresh_batch(run.account, known):
            run.commit()
            if run.is_over():
                run.again(fields.Datetime.now())
                return
        run.commit()

    @api.model
    def _refresh_batch(self, account, known=None):
        """Compute one batch anew.

        All is read in one snapshot of the database, the notes too, so that of a value that changed it is
        known that it changed.

        :param dict known: what a batch leaves for the next one
        :return: whether there may be more
        :rtype: bool
        """
        moment = fields.Datetime.now()
        self.env["hemi.amazon.change"]._pass_on()
        self._read_clock(account, moment)
        due = self.env["hemi.amazon.refresh"]._next(account, BATCH)
        changed, known = set(), {} if known is None else known
        for part in self._parts():
            if due and part._is_on(account):
                changed |= part._compute_wanted(account, list(due), moment, known)
        self._count_corrected(account, [listing_id for listing_id in changed if due[listing_id]])
        self.env["hemi.amazon.refresh"]._done(due)
        self.env.invalidate_all()  # what grows with the catalogue must not stay in memory
        return len(due) == BATCH

    # --- the clock

    @api.model
    def _read_clock(self, account, moment):
        """Put on the list what changed since the last time because rules or rates began or ended by date."""
        since = account.clock_read_at or moment
        changed = (
            self._rules_of_the_clock(account, since, moment)
            | self._rates_of_the_clock(since, moment)
            | self._sales_of_the_clock(account, since, moment)
        )
        if changed:
            self.env["hemi.amazon.refresh"]._add_changed(changed, account)
        if changed or not account.clock_read_at:
            account.clock_read_at = moment

    @api.model
    def _rules_of_the_clock(self, account, since, moment):
        """Find the rules of the account's pricelists that began or ended.

        A rule holds from its beginning to its end, both included.

        :return: kind -> ids, as in ``hemi.amazon.change``
        """
        pricelists = account._pricelists()
        if not pricelists:
            return {}
        self.env.cr.execute(
            SQL(
                """SELECT kind, array_agg(DISTINCT res_id) FROM (
                       SELECT %(rule)s FROM product_pricelist_item
                        WHERE pricelist_id = ANY(%(pricelists)s) AND (
                              (date_start > %(since)s AND date_start <= %(moment)s)
                           OR (date_end >= %(since)s AND date_end < %(moment)s))) AS found
                    GROUP BY kind""",
                rule=SQL(RULE),
                pricelists=pricelists.ids,
                since=since,
                moment=moment,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _rates_of_the_clock(self, since, moment):
        """Find the currencies that have a rate for a day that came."""
        days = [("name", ">", since.date()), ("name", "<=", moment.date())]
        rates = self.env["res.currency.rate"].sudo()._read_group(days, ["currency_id"])
        return {"currency": [currency.id for (currency,) in rates]} if rates else {}

    @api.model
    def _sales_of_the_clock(self, account, since, moment):
        """Find the listings whose sale is over for a day."""
        days = [since.date() - timedelta(days=1), moment.date() - timedelta(days=1)]
        over = [("sale_ends_on", ">=", days[0]), ("sale_ends_on", "<", days[1])]
        offers = self.env["hemi.amazon.offer"].search([("account_id", "=", account.id), *over])
        return {"listing": offers.listing_id.ids} if offers else {}

    # --- the daily sweep

    @api.model
    def _sweep(self, account):
        """Put the share of the listings on the list that the daily sweep is to look at by now."""
        now = fields.Datetime.now()
        if self._sweep_begins(account, now):
            size = (
                self.env["hemi.amazon.listing"]
                .with_context(active_test=False)
                .search_count([("account_id", "=", account.id)])
            )
            account.write(
                {
                    "sweep_began_at": now,
                    "sweep_size": size,
                    "sweep_count": 0,
                    "sweep_position": "",
                    "sweep_corrected": 0,
                }
            )
        if account.sweep_began_at and (account.swept_at or account.create_date) < account.sweep_began_at:
            self._sweep_on(account, now, (now - account.sweep_began_at) / SWEEP_TAKES)

    @api.model
    def _sweep_begins(self, account, now):
        last = account.sweep_began_at or account.create_date
        hour = fields.Datetime.context_timestamp(account.with_context(tz=account.user_id.tz), now).hour
        return now - last >= (SOONEST if hour < NIGHT_ENDS else SWEEP_EVERY)

    @api.model
    def _sweep_on(self, account, now, progress):
        """Look at as many listings as the time that has passed asks for.

        :param float progress: from 0 when the sweep began to 1 when it is to be done
        """
        share = None if progress >= 1 else int(progress * account.sweep_size) - account.sweep_count
        if share is not None and share < SHARE:
            return
        self.env.cr.execute(
            SQL(
                """SELECT id, sku FROM hemi_amazon_listing
                    WHERE account_id = %s AND sku > %s ORDER BY sku LIMIT %s""",
                account.id,
                account.sweep_position or "",
                share,
            )
        )
        rows = self.env.cr.fetchall()
        ids = [row[0] for row in rows]
        query = SQL("SELECT account_id, id FROM hemi_amazon_listing WHERE id = ANY(%s)", ids)
        self.env["hemi.amazon.refresh"]._add_listings(query, account.ids, by_sweep=True)
        account.write(
            {
                "sweep_count": account.sweep_count + len(ids),
                "sweep_position": rows[-1][1] if rows else account.sweep_position,
            }
        )
        if share is None:
            account.swept_at = now

    @api.model
    def _count_corrected(self, account, listing_ids):
        """Keep how many listings had changed without a note: there should be none, ever."""
        if listing_ids:
            account.sweep_corrected += len(listing_ids)
            _logger.warning(
                "Amazon account %s: the sweep corrected %s listings, such as %s",
                account.id,
                len(listing_ids),
                listing_ids[:5],
            )
