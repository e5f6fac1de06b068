from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_datetime, format_time

from .account_amazon import FLAGS

# checkbox of the account -> its flow, where it sends messages; stock and price are kept on the listings
FLOWS = {
    "ship_orders": "ship",
    "upload_invoices": "invoice",
    "cancel_orders": "cancel",
    "refund_orders": "refund",
}
TOLD = """
    SELECT (SELECT max(quantity_sent_at) FROM hemi_amazon_listing WHERE account_id = %(account)s),
           (SELECT max(price_sent_at) FROM hemi_amazon_offer WHERE account_id = %(account)s)
"""


class HemiAmazonAccount(models.Model):
    """What each switch did last, and what comes next, in plain words for the account's form."""

    _inherit = "hemi.amazon.account"

    update_stock_words = fields.Char(compute="_compute_flow_words")
    update_price_words = fields.Char(compute="_compute_flow_words")
    ship_orders_words = fields.Char(compute="_compute_flow_words")
    upload_invoices_words = fields.Char(compute="_compute_flow_words")
    cancel_orders_words = fields.Char(compute="_compute_flow_words")
    refund_orders_words = fields.Char(compute="_compute_flow_words")
    schedule = fields.Text(compute="_compute_schedule")
    order_count = fields.Integer("Number of Orders", compute="_compute_record_counts")
    listing_count = fields.Integer("Number of Listings", compute="_compute_record_counts")
    feed_count = fields.Integer("Number of Feeds", compute="_compute_record_counts")

    def _compute_record_counts(self):
        for name in ("order", "listing", "feed"):
            groups = self.env[f"hemi.amazon.{name}"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
            counts = dict(groups)
            for account in self:
                account[f"{name}_count"] = counts.get(account, 0)

    @api.depends(*FLAGS)
    @api.depends_context("lang", "tz")
    def _compute_flow_words(self):
        for account in self:
            account.update_stock_words, account.update_price_words = account._listings_words()
            for flag, flow in FLOWS.items():
                account[f"{flag}_words"] = account._message_words(flow)

    def _listings_words(self):
        """Tell when stock and prices were told last."""
        if not self._origin:
            return False, False
        self.env.cr.execute(SQL(TOLD, account=self._origin.id))
        return tuple(
            self.env._("Last taken by Amazon: %s.", self._moment(moment)) if moment else False
            for moment in self.env.cr.fetchone()
        )

    def _message_words(self, flow):
        """Tell what became of the messages of a flow."""
        if not self._origin:
            return False
        messages, words = self.env["hemi.amazon.feed.message"], []
        mine = [("account_id", "=", self._origin.id), ("flow", "=", flow)]
        last = messages.search(
            [*mine, ("state", "=", "accepted"), ("answered_at", "!=", False)],
            order="answered_at desc",
            limit=1,
        )
        counts = dict(
            messages._read_group(
                [*mine, ("state", "in", ("pending", "in_feed", "rejected"))], ["state"], ["__count"]
            )
        )
        if last:
            words.append(self.env._("Last taken by Amazon: %s.", self._moment(last.answered_at)))
        if waiting := counts.get("pending", 0) + counts.get("in_feed", 0):
            words.append(self.env._("Waiting: %s.", waiting))
        if refused := counts.get("rejected"):
            words.append(self.env._("Refused: %s.", refused))
        return " ".join(words)

    def _compute_schedule(self):
        for account in self:
            account.schedule = "\n".join(filter(None, account._schedule())) if account._origin else False

    def _schedule(self):
        """Tell what comes next and how much of Amazon's limits is left, one sentence each."""
        if self.state != "authorised" or self.paused:
            return []
        return [
            self._words_of_run(),
            self._words_of_orders(),
            self._words_of_listings(),
            self._words_of_feeds(),
            self._words_of_bottleneck(),
            self._words_of_sweep(),
            self.listings_requested and self.env._("The listings are being read from Amazon."),
        ]

    def _words_of_run(self):
        if not self.next_run_at or self.next_run_at <= fields.Datetime.now():
            return self.env._("The job works on this account within a minute.")
        return self.env._("The job works on this account again at %s.", self._moment(self.next_run_at))

    def _words_of_orders(self):
        if self.orders_pass == "to_ship":
            return self.env._("Orders: what must be shipped is being read first, then everything else.")
        if self.orders_pass or not self.orders_read_at:
            return self.env._("Orders are being read.")
        return self.env._("Orders are read again at %s.", self._moment(self._orders_due_at()))

    def _words_of_listings(self):
        if not (self.update_stock or self.update_price):
            return self.env._("Stock and prices are switched off.")
        ready = self.env["hemi.amazon.flow.listings"]._ready_at(self, self.home_marketplace_id)
        if self.listings_way == "patches" or not ready or ready <= fields.Datetime.now():
            return self.env._("Stock and prices go out as soon as they change.")
        return self.env._("The next feed with stock and prices may go out at %s.", self._moment(ready))

    def _words_of_feeds(self):
        quota = self._limits().filtered(lambda quota: quota.operation == "createFeed")[:1]
        return quota and self.env._(
            "Feeds: %(left)s of %(burst)s submissions are left; one more comes every %(minutes)s minutes.",
            left=int(quota._left()),
            burst=int(quota.burst),
            minutes=round(1 / quota.rate / 60),
        )

    def _words_of_sweep(self):
        began_at = self.sweep_began_at
        if began_at and (self.swept_at or self.create_date) < began_at:
            return self.env._(
                "The daily check of all listings has looked at %(count)s of %(size)s.",
                count=self.sweep_count,
                size=self.sweep_size,
            )
        return self.swept_at and self.env._(
            "Last check of all listings: %(moment)s; %(count)s had to be corrected.",
            moment=self._moment(self.swept_at),
            count=self.sweep_corrected,
        )

    def _moment(self, moment):
        """Write a moment for the user: the time alone if it is near.

        :param datetime moment: naive UTC
        :rtype: str
        """
        if abs(moment - fields.Datetime.now()) < timedelta(hours=12):
            return format_time(self.env, moment, time_format="short", tz=self.env.user.tz)
        return format_datetime(self.env, moment, dt_format="short", tz=self.env.user.tz)
