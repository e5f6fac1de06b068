import json
import logging
import traceback
from datetime import timedelta
from pathlib import PurePath

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import vault
from ..amazon.order_outline import read_outline
from ..amazon.orders import OrderError

_logger = logging.getLogger(__name__)

FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(hours=12)
RETRIES_AT_ONCE = 100
PAYLOAD_LIFE = timedelta(days=30)  # as long as Amazon's Data Protection Policy lets personal data be kept


class HemiAmazonOrder(models.Model):
    """What becomes of an order that cannot be imported: it is kept, shown with its reason, tried again."""

    _inherit = "hemi.amazon.order"

    error = fields.Text("Problem", readonly=True)
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime(readonly=True)
    failed_at = fields.Datetime(
        "Failed Since", readonly=True, help="When what Amazon sent could not be imported for the first time."
    )
    ignored_by_id = fields.Many2one("res.users", readonly=True)
    ignored_at = fields.Datetime("Ignored On", readonly=True)
    payload_encrypted = fields.Text(
        groups=fields.NO_ACCESS,
        prefetch=False,
        copy=False,
        help="Amazon's order, kept until it is imported or ignored, 30 days at most.",
    )

    def _note_failure(self, payload, reason):
        """Keep an order that could not be imported, and why; it is tried again, ever more rarely."""
        outline, now = read_outline(payload), fields.Datetime.now()
        is_new = self.state != "failed" or outline.last_updated_at != (self.last_updated_at or None)
        self.write(
            {
                "state": "failed",
                "requested": False,
                "error": reason,
                "failed_at": now if is_new else self.failed_at,
                "attempts": self.attempts + 1,
                "next_attempt_at": now + min(FIRST_RETRY * 2 ** min(self.attempts, 10), LONGEST_RETRY),
                # of an order that was erased nothing is kept: it is fetched anew
                "payload_encrypted": False if self.erased_at else vault.encrypt(json.dumps(payload)),
                "purchased_at": outline.created_at or self.purchased_at,
                "last_updated_at": outline.last_updated_at or self.last_updated_at,
                "ship_by": outline.ship_by or self.ship_by,
            }
        )

    @api.model
    def _without_failure(self):
        """Give the values of an order that is in order."""
        names = ("error", "failed_at", "attempts", "next_attempt_at", "payload_encrypted", "requested")
        return dict.fromkeys(names, False)

    def _reason(self, error):
        """Tell in words why an order could not be imported. No personal data is in them.

        :param Exception error: what was raised
        :rtype: str
        """
        if isinstance(error, OrderError):
            return self.env._(
                "%s It is imported as soon as Amazon shows it rightly. If it has to be shipped before, look "
                "it up in Seller Central, enter it by hand and press Ignore.",
                error.message,
            )
        if isinstance(error, UserError):
            return str(error)
        if isinstance(error, psycopg2.IntegrityError):
            return self.env._("Odoo cannot store the order: %s", self._words_of_constraint(error))
        # its text may hold personal data, so only its kind and place are told
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = "/".join(PurePath(place.filename).parts[-3:])
        kind = type(error).__name__
        _logger.error("Amazon order %s: %s at %s:%s", self.name, kind, where, place.lineno)
        return self.env._(
            "An unexpected error (%(kind)s at %(where)s, line %(line)s). It is tried again by itself; if it "
            "stays, show this to your administrator.",
            kind=kind,
            where=where,
            line=place.lineno,
        )

    @api.model
    def _words_of_constraint(self, error):
        """Give the words of a constraint of the database that was broken."""
        table = error.diag.table_name
        names = [name for name, model in self.env.registry.items() if model._table == table]
        model = self.env[names[0]] if names else self
        return model._sql_error_to_message(error)

    # --- trying again

    @api.model
    def _look_after_failed(self, run):
        """Try failed orders again when it is time, and have a person look at those that are left."""
        due = [("next_attempt_at", "<=", fields.Datetime.now())]
        failed = [("account_id", "=", run.account.id), ("state", "=", "failed")]
        for order in self.search(failed + due, order="ship_by, id", limit=RETRIES_AT_ONCE):
            if run.is_over():
                break
            order._take_again()
        run.account._tell_failed_orders()

    def _take_again(self):
        """Take what Amazon sent once more; what can no longer be read is fetched anew."""
        try:
            payload = json.loads(vault.decrypt(self.payload_encrypted) or "null")
        except vault.SecretUnreadable:
            payload = None
        if payload:
            self._take(payload)
        else:
            self._request()

    def action_retry(self):
        """Try failed orders again in the next run; those of which nothing is kept are fetched from Amazon."""
        self.check_access("read")
        orders = self.sudo().filtered(lambda order: order.state in ("failed", "ignored"))
        kept = orders.filtered("payload_encrypted")
        kept.next_attempt_at = fields.Datetime.now()
        (orders - kept)._request()
        orders.account_id._wake_job()

    def action_ignore(self):
        """Leave failed orders alone for good; what Amazon sent is erased."""
        self.check_access("read")
        failed = self.sudo().filtered(lambda order: order.state == "failed")
        failed.write(
            {
                "state": "ignored",
                "ignored_by_id": self.env.user.id,
                "ignored_at": fields.Datetime.now(),
                "next_attempt_at": False,
                "payload_encrypted": False,
            }
        )
        for account in failed.account_id:
            account._tell_failed_orders()

    @api.autovacuum
    def _gc_payloads(self):
        """Erase what Amazon sent 30 days after it failed; the order is then fetched anew by its number."""
        old = self.search(
            [
                ("payload_encrypted", "!=", False),
                ("failed_at", "<", fields.Datetime.now() - PAYLOAD_LIFE),
            ]
        )
        for order in old:
            order.write(
                {
                    "payload_encrypted": False,
                    "next_attempt_at": False,
                    "error": self.env._(
                        "%s\nWhat Amazon sent was erased after 30 days. The button above fetches the order "
                        "from Amazon by its number.",
                        order.error,
                    ),
                }
            )
