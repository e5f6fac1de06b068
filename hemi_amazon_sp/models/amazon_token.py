from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .. import vault
from ..transactions import in_own_transaction

MARGIN = timedelta(minutes=5)  # an access token is renewed this long before its hour is over


class HemiAmazonToken(models.Model):
    """The generated keys of an account, in a table of their own, so that renewing them never meets another
    change of the account."""

    _name = "hemi.amazon.token"
    _description = "Amazon Token"
    _inherit = ["hemi.amazon.secret.mixin"]
    _rec_name = "account_id"

    account_id = fields.Many2one("hemi.amazon.account", required=True, ondelete="cascade")
    refresh_key_encrypted = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False)
    access_key_encrypted = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False)
    access_expires_at = fields.Datetime()
    authorised_at = fields.Datetime()

    _account_unique = models.Constraint("unique(account_id)", "An account has one token.")

    @api.model
    def _store(self, account, grant):
        """Keep what the authorisation gave, in place of what was there.

        :param account: the account
        :param lwa.Grant grant: with refresh token; an access token may be missing
        """
        values = self._access_values(grant) | {
            "refresh_key_encrypted": vault.encrypt(grant.refresh_token),
            "authorised_at": fields.Datetime.now(),
        }
        token = self.search([("account_id", "=", account.id)])
        if token:
            token.write(values)
        else:
            self.create(values | {"account_id": account.id})

    @api.model
    def _access_values(self, grant):
        expires_at = fields.Datetime.now() + timedelta(seconds=grant.expires_in or 0)
        return {"access_key_encrypted": vault.encrypt(grant.access_token), "access_expires_at": expires_at}

    @api.model
    def _access_key(self, account):
        """Give an access key that is good for at least :const:`MARGIN`, renewed at Amazon if need be.

        The row is locked in a transaction of its own, so several workers renew it once, and it is kept if
        the work around it fails.

        :param account: the account
        :rtype: str
        :raise AmazonError: if Amazon does not renew it
        :raise UserError: if the stored secrets cannot be read
        """
        account_id = account.id

        def fresh_key(env):
            # waits for a worker that is renewing it, unlike Odoo's own locks, which give up
            env.cr.execute(
                SQL("SELECT id FROM hemi_amazon_token WHERE account_id = %s FOR NO KEY UPDATE", account_id)
            )
            token = env["hemi.amazon.token"].sudo().search([("account_id", "=", account_id)])
            if not token._is_fresh():
                token._renew()
            return token._secret("access_key")

        if key := self._known_key(account):
            return key
        return in_own_transaction(self.env, fresh_key)

    @api.model
    def _forget_access_key(self, account):
        """Amazon says that the access key has run out, whatever our clock says: the next turn renews it."""
        account_id = account.id

        def forget(env):
            token = env["hemi.amazon.token"].sudo().search([("account_id", "=", account_id)])
            token.access_expires_at = fields.Datetime.now()

        in_own_transaction(self.env, forget)

    @api.model
    def _known_key(self, account):
        token = self.sudo().search([("account_id", "=", account.id)])
        return token._is_fresh() and token._secret("access_key")

    def _is_fresh(self):
        return (
            bool(self and self._readable_secret("access_key"))
            and self.access_expires_at > fields.Datetime.now() + MARGIN
        )

    def _lost_key_advice(self):
        return self.env._(
            "Put the key back (docs/security.md, Keys), or have the seller authorise the app again: press "
            "Resend Link, or Paste Refresh Token for a private app."
        )

    def _renew(self):
        grant = self.account_id._lwa().refresh(self._secret("refresh_key"))
        self.write(self._access_values(grant))
