from contextlib import suppress
from datetime import timedelta

from odoo import api, fields, models

from ..amazon.dates import from_amazon
from ..amazon.notifications import FEED_FINISHED, ORDER_CHANGE, REPORT_FINISHED

# searchOrders shows what is two minutes old; the rest is for clocks that differ.
ORDERS_LAG = timedelta(minutes=2, seconds=15)
# Amazon grants searchOrders once in 180 s; what is saved up is for pages.
ORDERS_PAUSE = timedelta(minutes=3)
# A change this old of which nothing was heard is taken for an event that does not come.
PATIENCE = timedelta(minutes=3)


class HemiAmazonSubscription(models.Model):
    """What Amazon tells us of one account by events: one row for each kind.

    ======== ======== =============================================================
    from     to       by
    ======== ======== =============================================================
    (new)    wanted   :meth:`_want`
    any      wanted   :meth:`_want`: *Set Up Events*, or the seller authorised anew
    any      active   :meth:`_keep`: Amazon has it, and it leads to our queue
    any      failed   :meth:`_refused`: Amazon said no, or it leads elsewhere
    any      (gone)   events are switched off, or the account is not authorised
    ======== ======== =============================================================

    An event marks work as due and does nothing else: what became of an order, a feed or a report only
    Amazon's API tells. So one that comes twice, late, in another order or from somebody else costs a look.
    """

    _name = "hemi.amazon.subscription"
    _description = "Amazon Subscription"
    _order = "account_id, id"
    _rec_name = "kind"

    account_id = fields.Many2one(
        "hemi.amazon.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    integration_id = fields.Many2one(related="account_id.integration_id", store=True, index=True)
    kind = fields.Selection(
        [(ORDER_CHANGE, "Orders"), (FEED_FINISHED, "Feeds"), (REPORT_FINISHED, "Reports")],
        "About",
        required=True,
        readonly=True,
        help="What Amazon tells: an order changed, a feed or a report is finished.",
    )
    state = fields.Selection(
        [("wanted", "To be made"), ("active", "Active"), ("failed", "Failed")],
        required=True,
        default="wanted",
        readonly=True,
    )
    problem = fields.Text(readonly=True, help="What Amazon said, and what to do.")
    amazon_subscription_id = fields.Char("Subscription ID", readonly=True, help="Amazon's number of it.")
    active_since = fields.Datetime(readonly=True)
    heard_at = fields.Datetime("Last Event", readonly=True, help="When the last event came.")
    missed_at = fields.Datetime(
        "Nothing Heard Of",
        readonly=True,
        help="Odoo found a change then of which no event had come. It asks Amazon as often as without events "
        "until the next one comes.",
    )
    changed_at = fields.Datetime(readonly=True, help="The latest change that an event told of.")
    due_at = fields.Datetime(
        "Next Look", readonly=True, index="btree_not_null", help="When what an event told of is looked at."
    )

    _kind_unique = models.UniqueIndex("(account_id, kind)", "The account has this subscription already.")

    # --- at Amazon

    @api.model
    def _want(self, accounts):
        """Have the subscriptions of accounts made, or looked at anew; what the app has elsewhere is taken."""
        kinds = [kind for kind, _label in self._fields["kind"].selection]
        rows = self.search([("account_id", "in", accounts.ids)])
        rows.state = "wanted"
        known = {(row.account_id.id, row.kind) for row in rows}
        self.create(
            [
                {"account_id": account.id, "kind": kind}
                for account in accounts
                for kind in kinds
                if (account.id, kind) not in known
            ]
        )

    def _keep(self, subscription):
        """Take what Amazon has.

        :param dict subscription: ``Subscription`` of the Notifications API
        """
        number = subscription["subscriptionId"]
        is_new = self.state != "active" or self.amazon_subscription_id != number
        since = fields.Datetime.now() if is_new else self.active_since
        self.write(
            {"state": "active", "problem": False, "amazon_subscription_id": number, "active_since": since}
        )

    def _refused(self, problem):
        self.write({"state": "failed", "problem": problem})

    # --- events

    def _hear(self, events, is_due):
        """Note that events of this account and kind came, and when to look.

        Amazon's time of an event is believed only within the last minutes: nobody can put a look off, nor ask
        for looks without end.

        :param list events: of this account and kind, in any order
        :param bool is_due: a feed or report that is waited for is among them
        """
        now = fields.Datetime.now()
        values = {"heard_at": now, "missed_at": False}
        if self.kind == ORDER_CHANGE:
            earliest = now - ORDERS_LAG
            moments = [min(max(event.sent_at or now, earliest), now) for event in events]
            values["changed_at"] = max([*moments, self.changed_at or earliest])
            values["due_at"] = min(filter(None, (self.due_at, self._orders_due_after(min(moments)))))
        elif is_due:
            values["due_at"] = now
        self.write(values)

    def _orders_due_after(self, changed_at):
        """Give the moment at which a change of an order can be seen, within Amazon's limit."""
        read_at = self.account_id.orders_read_at
        due_at = changed_at + ORDERS_LAG
        return max(due_at, read_at + ORDERS_PAUSE) if read_at else due_at

    def _orders_were_read(self):
        """All changes up to the watermark are in; what an event told of since is looked at later."""
        for row in self.filtered("due_at"):
            is_seen = row.changed_at <= row.account_id.orders_watermark
            row.due_at = False if is_seen else row._orders_due_after(row.changed_at)

    def _found_finished(self, answer):
        """A look found a feed or report finished.

        :param dict answer: of getFeed or getReport
        """
        with suppress(TypeError, ValueError):
            self._found(from_amazon(answer.get("processingEndTime")))

    def _found(self, changed_at):
        """A look found a change: no event told of it if the last one is older, and it had its time.

        :param datetime changed_at: when Amazon says that it happened, naive UTC; None if it does not say
        """
        if not changed_at or changed_at > fields.Datetime.now() - PATIENCE:
            return
        for row in self.filtered(lambda row: row.state == "active" and not row.missed_at):
            if changed_at > max(row.active_since, row.heard_at or row.active_since):
                row.missed_at = fields.Datetime.now()
