from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .erasure import BATCH

LONGEST = 30  # days after the delivery, by Amazon's Data Protection Policy
LOOKED_AT_AGAIN = 1000  # buyers a day who are used elsewhere


class HemiAmazonIntegration(models.Model):
    _inherit = "hemi.amazon.integration"

    personal_data_days = fields.Integer(
        "Days to Keep Personal Data",
        default=LONGEST,
        required=True,
        help="So long after the delivery what is personal in an order is kept. Amazon's Data Protection "
        "Policy allows 30 days at most.",
    )

    _personal_data_days_short = models.Constraint(
        f"CHECK(personal_data_days BETWEEN 1 AND {LONGEST})",
        f"Amazon's Data Protection Policy lets personal data be kept for {LONGEST} days after the delivery. "
        f"Choose 1 to {LONGEST} days.",
    )


class HemiAmazonChorePersonalData(models.AbstractModel):
    """Erases what is personal in orders whose time is over, a batch in each transaction."""

    _name = "hemi.amazon.chore.personal.data"
    _inherit = "hemi.amazon.chore"
    _description = "Erase Personal Data"

    _chore = "personal_data"
    _chore_label = "Erase Personal Data"

    @api.model
    def _owners(self):
        """Also of accounts that are archived or not connected any more."""
        return self.env[self._owner].search([("active", "in", (True, False))])

    @api.model
    def _do(self, owner):
        """:raise UserError: with the orders that resist, when nothing else is left to erase"""
        days = timedelta(days=owner.integration_id.personal_data_days)
        work, orders = self.env["hemi.amazon.erasure.work"], self.env["hemi.amazon.order"]
        due = orders._over_at(fields.Datetime.now() - days, account=owner, limit=BATCH)
        resisting = work._erase_each(due, "due") if due else due
        if due and resisting == due:
            raise UserError(
                self.env._(
                    "The personal data of these orders could not be erased: %s. Another addon or a lock "
                    "forbids to change them or their buyers; erase them by hand.",
                    ", ".join(due.mapped("name")),
                )
            )
        if len(due) == BATCH:
            return fields.Datetime.now()
        kept = orders.search(
            [("account_id", "=", owner.id), ("buyer_kept", "=", True)], limit=LOOKED_AT_AGAIN
        )
        work._look_again(kept)
        return None
