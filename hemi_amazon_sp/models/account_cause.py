from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..amazon import causes

_lt = LazyTranslate(__name__)

CAUSE = "hemi_amazon_sp.mail_activity_type_cause"
OF_THE_APP = (causes.APP_REFUSED, causes.SECRET_EXPIRED)
OF_AN_OPERATION = (causes.ROLE_MISSING, causes.WRONG_REGION)


class Cause(NamedTuple):
    """What it is called, and what happened and has to be done."""

    title: object
    text: object


CAUSES = {
    causes.ENDED: Cause(
        _lt("The authorisation has ended"),
        _lt(
            "Amazon ends an authorisation after 365 days, and the one of this account ended on %(until)s. "
            "Press Resend Link and ask the seller to follow it. Nothing is lost: what happens in Odoo "
            "meanwhile waits and is sent afterwards."
        ),
    ),
    causes.REVOKED: Cause(
        _lt("The seller took the permission back"),
        _lt(
            "Amazon does not accept the refresh key any more. The seller removed the app in Seller "
            "Central, under Manage Your Apps, or authorised it anew for another system. Talk to the "
            "seller, then press Resend Link. What happens in Odoo meanwhile waits and is sent afterwards."
        ),
    ),
    causes.APP_REFUSED: Cause(
        _lt("Amazon refuses the app"),
        _lt(
            "Login with Amazon does not know the app by its client_id and client_secret. Compare them in "
            "Integration Credentials with Seller Central, Develop Apps, LWA credentials. If they are the "
            "same, look there whether Amazon has disabled the app. The sellers need not do anything."
        ),
    ),
    causes.SECRET_EXPIRED: Cause(
        _lt("The secret of the app has expired"),
        _lt(
            "Make a new secret in Seller Central, Develop Apps, LWA credentials, and enter it as "
            "client_secret in Integration Credentials. The sellers need not do anything."
        ),
    ),
    causes.ROLE_MISSING: Cause(
        _lt("The app lacks a role at Amazon"),
        _lt(
            "Amazon knows the seller, but denies %(operation)s to the app. Give it the role %(role)s in "
            "Seller Central, Develop Apps, Edit App. A new role counts only after the seller has "
            "authorised the app again: then press Resend Link."
        ),
    ),
    causes.WRONG_REGION: Cause(
        _lt("The keys belong to another region"),
        _lt(
            "Amazon gives an access key, but no operation in %(region)s accepts it: the seller authorised "
            "the app in another region. Press Revoke, correct the Home Marketplace and press Oauth Began. "
            "A seller with several regions has an account for each of them."
        ),
    ),
}


class HemiAmazonAccount(models.Model):
    """Why Amazon does not serve an account although we hold its keys, in plain words."""

    _inherit = "hemi.amazon.account"

    cause = fields.Selection(
        lambda self: [(name, self.env._(cause.title)) for name, cause in CAUSES.items()],
        readonly=True,
        copy=False,
        tracking=True,
        help="What stands between this account and Amazon until somebody does something about it.",
    )
    cause_operation = fields.Char(readonly=True, copy=False, help="Amazon's name of what was denied.")
    cause_text = fields.Text(compute="_compute_cause_text", help="What happened, and what to do.")

    @api.depends("cause", "cause_operation", "authorised_until", "region")
    @api.depends_context("lang")
    def _compute_cause_text(self):
        for account in self:
            account.cause_text = account._cause_words(account.cause, account.cause_operation)

    def _cause_words(self, cause, operation=None):
        """Tell what happened and what to do.

        :param str cause: one of ``amazon/causes.py``
        :param str operation: what was denied, by Amazon's name
        :return: sentences, or False for no cause
        """
        if cause not in CAUSES:
            return False
        text = self.env._(CAUSES[cause].text)
        return text % {
            "until": self.authorised_until and format_date(self.env, self.authorised_until),
            "operation": operation,
            "role": causes.ROLES.get(operation) or self.env._("that belongs to it"),
            "region": dict(self._fields["region"]._description_selection(self.env)).get(self.region),
        }

    def _cause_of(self, error, seller=None):
        """Tell why Amazon does not serve this account.

        :param AmazonError error: what Amazon said
        :param SellingPartner seller: asks once more if an operation was denied; None to leave it at that
        :return: one of ``amazon/causes.py``, or None
        """
        cause = causes.cause_of(error)
        if cause == causes.REVOKED and self.authorised_until <= fields.Datetime.now():
            return causes.ENDED
        if cause == causes.DENIED and seller:
            places = self.env["hemi.amazon.marketplace"].with_context(active_test=False)
            region = places.search([("region", "=", self.region)])
            return causes.tell_apart(seller, region.mapped("amazon_id"))
        return cause

    def _note_cause(self, cause, operation=None):
        """Keep why Amazon does not serve this account, and ask the person responsible, once.

        :param str cause: of :meth:`_cause_of`; None if all is well
        :param str operation: what was denied, by Amazon's name
        """
        self.ensure_one()
        cause = cause if cause in CAUSES else False
        operation = cause in OF_AN_OPERATION and operation
        if (cause, operation) == (self.cause, self.cause_operation):
            return
        self.write({"cause": cause, "cause_operation": operation})
        self.activity_feedback([CAUSE], feedback=self.env._("This is over, or became something else."))
        if cause and not self._others_tell_of(cause):
            account = self.with_context(lang=self.user_id.lang)
            account.activity_schedule(
                CAUSE,
                summary=account.env._(CAUSES[cause].title),
                note=account._cause_words(cause, operation),
                user_id=self.user_id.id or self.env.user.id,
            )

    def _known_cause(self, is_served=False):
        """Give the cause that is known already, unless it is over.

        :param bool is_served: Amazon gave an access key, and denied nothing of what was asked lately
        :return: cause and operation, for :meth:`_note_cause`
        """
        if is_served and self._cause_is_over():
            return None, None
        return self.cause, self.cause_operation

    def _cause_is_over(self):
        """What was denied may not have been asked for since, for instance because of its limit."""
        if not self.cause_operation:
            return True
        of_operation = [("account_id", "=", self.id), ("operation", "=", self.cause_operation)]
        return not self.env["hemi.amazon.call"].sudo().search(of_operation, limit=1).error_code

    def _others_tell_of(self, cause):
        """Tell whether an activity of another account of the app asks for the same: it would be too much."""
        others = [
            ("id", "!=", self.id),
            ("integration_id", "=", self.integration_id.id),
            ("cause", "=", cause),
        ]
        return cause in OF_THE_APP and bool(self.search_count(others, limit=1))
