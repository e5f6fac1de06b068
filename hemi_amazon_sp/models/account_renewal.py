import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..amazon.lwa import AUTHORISATION_LIFE

RENEWAL = "hemi_amazon_sp.mail_activity_type_renewal"


class HemiAmazonAccount(models.Model):
    """Until when an account is authorised, and how the seller is asked to renew it in time.

    While he is asked the account stays authorised, and its flows go on.
    """

    _inherit = "hemi.amazon.account"

    authorised_at = fields.Datetime(
        "Authorised On", compute="_compute_authorised", store=True, help="When the seller authorised the app."
    )
    authorised_until = fields.Datetime(
        compute="_compute_authorised",
        store=True,
        index=True,
        help="Amazon ends an authorisation after 365 days. The seller is asked in time to renew it.",
    )
    to_renew = fields.Boolean(
        compute="_compute_to_renew",
        search="_search_to_renew",
        help="The authorisation ends soon, or has ended.",
    )
    reminded_days = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="The seller was asked so many days before the end, most lately; 0 if he was not asked yet.",
    )

    @api.depends("token_ids.authorised_at")
    def _compute_authorised(self):
        for account in self:
            authorised_at = account.token_ids.authorised_at
            account.authorised_at = authorised_at
            account.authorised_until = authorised_at and authorised_at + AUTHORISATION_LIFE

    @api.depends("authorised_until", "integration_id.renewal_days")
    def _compute_to_renew(self):
        for account in self:
            account.to_renew = bool(account._renewal_due())

    @api.model
    def _search_to_renew(self, operator, value):
        if operator != "in":
            return NotImplemented
        now, domain = fields.Datetime.now(), Domain.FALSE
        for integration in self.env["hemi.amazon.integration"].sudo().search([("account_ids", "!=", False)]):
            first = timedelta(days=integration._renewal_days()[0])
            domain |= Domain("integration_id", "=", integration.id) & Domain(
                "authorised_until", "<=", now + first
            )
        return domain

    def _renewal_due(self):
        """Give the days before the end of which it is time now, the latest of them, or 0."""
        if not self.authorised_until:
            return 0
        left = self.authorised_until - fields.Datetime.now()
        days = self.integration_id.sudo()._renewal_days()
        return min((number for number in days if left <= timedelta(days=number)), default=0)

    def _remind_of_renewal(self):
        """Ask the sellers whose authorisation ends soon to renew it; each of the days counts once.

        After days without a turn the seller still gets one mail, not one for each day that was missed.
        """
        for account in self:
            due = account._renewal_due()
            if not due or 0 < account.reminded_days <= due:
                continue
            first = not account.reminded_days
            account.reminded_days = due
            account._send_authorisation_link()
            if first:
                account._tell_of_renewal()

    def _tell_of_renewal(self):
        account = self.with_context(lang=self.user_id.lang)
        left = math.ceil((self.authorised_until - fields.Datetime.now()) / timedelta(days=1))
        account.activity_schedule(
            RENEWAL,
            date_deadline=self.authorised_until.date(),
            summary=account.env._("The authorisation ends in %s days", max(left, 0)),
            note=account.env._(
                "The seller was sent the link, and is sent it again before the end. If it is not followed,"
                " talk to the seller. After the end nothing is exchanged with Amazon; it waits until the "
                "seller has renewed the authorisation."
            ),
            user_id=self.user_id.id or self.env.user.id,
        )

    def _need_no_renewal(self, feedback):
        """Nobody needs to be asked any more.

        :param str feedback: why
        """
        self.reminded_days = 0
        self.activity_feedback([RENEWAL], feedback=feedback)
