from datetime import timedelta

from odoo import api, fields, models

from ..amazon.errors import NOT_SENT, REFUSED, AmazonError
from .order_reading import INCLUDED_DATA

PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)
FETCHES_AT_ONCE = 100


class HemiAmazonOrder(models.Model):
    """Orders that a person asked for by number: fetched by getOrder, and imported whatever their date."""

    _inherit = "hemi.amazon.order"

    requested = fields.Boolean(
        "Asked For", readonly=True, help="The job fetches this order from Amazon by its number."
    )

    @api.model
    def _recover(self, account, numbers):
        """Have orders fetched from Amazon by their numbers.

        :param account: the account
        :param list numbers: Amazon's order numbers
        :return: their rows
        """
        orders = self.sudo()
        rows = orders.browse().union(*orders._rows(account, numbers).values())
        rows._request()
        account._wake_job()
        return rows

    def _request(self):
        """Leave work for the job: fetch these orders anew. What was kept of failed ones goes."""
        self.write({"requested": True, "next_attempt_at": fields.Datetime.now(), "attempts": 0})
        again = self.filtered(lambda order: order.state in ("failed", "ignored"))
        again.write({"state": "waiting", "payload_encrypted": False, "failed_at": False, "error": False})

    @api.model
    def _fetch_requested(self, run):
        """Fetch the orders that were asked for, one by one; commits after each.

        :param run: the run of the job
        """
        requested = [("account_id", "=", run.account.id), ("requested", "=", True)]
        due = [("next_attempt_at", "<=", fields.Datetime.now())]
        for order in self.search(requested + due, order="next_attempt_at, id", limit=FETCHES_AT_ONCE):
            if run.is_over():
                break
            order._fetch(run.seller)
            run.commit()
        run.again(self.search(requested, order="next_attempt_at", limit=1).next_attempt_at)

    def _fetch(self, seller):
        """Fetch one order and import it.

        :raise AmazonError: Amazon did not answer; it is asked again, after the other orders
        """
        try:
            payload = seller.get_order(self.name, included_data=INCLUDED_DATA)
        except AmazonError as error:
            is_our_key = error.status == 401 or "expired" in error.message
            if error.outcome == REFUSED and not is_our_key:
                self._note_refused(error)
                return
            if error.outcome != NOT_SENT and not is_our_key:
                self._fetch_later()
            raise
        self._take(payload)
        self.requested = False

    def _fetch_later(self):
        """Let the other orders go first, ever longer: it may be this one that Amazon cannot show."""
        pause = min(PAUSE * 2 ** min(self.attempts, 10), LONGEST_PAUSE)
        self.write({"next_attempt_at": fields.Datetime.now() + pause, "attempts": self.attempts + 1})

    def _note_refused(self, error):
        """Say that Amazon does not give the order. One that was imported stays so."""
        self.write(
            {
                "state": "imported" if self.sale_order_id else "failed",
                "requested": False,
                "failed_at": fields.Datetime.now(),
                "next_attempt_at": False,
                "error": self.env._(
                    "Amazon does not give the order %(order)s to the seller of %(account)s: %(error)s. "
                    "Compare the number with Seller Central. It may be another seller's: choose the other "
                    "account in Recover Orders, and press Ignore here. Amazon shows orders of the last two "
                    "years only.",
                    order=self.name,
                    account=self.account_id.name,
                    error=error.message.rstrip("."),
                ),
            }
        )
