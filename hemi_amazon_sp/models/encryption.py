from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .. import vault
from ..client_actions import notify
from ..transactions import in_own_transaction

AT_ONCE = 100


class HemiAmazonEncryption(models.AbstractModel):
    """What is encrypted in this database, and how it is encrypted anew with another key."""

    _name = "hemi.amazon.encryption"
    _description = "Encryption of Amazon's Secrets"

    @api.model
    def _columns(self):
        """Give the columns that hold what ``vault.encrypt`` gave: those whose name ends with _encrypted.

        :return: list of model name and field name
        """
        return [
            (name, field)
            for name, model in sorted(self.env.registry.items())
            if name.startswith("hemi.amazon.") and model._auto and not model._abstract
            for field, definition in sorted(model._fields.items())
            if field.endswith("_encrypted") and definition.store
        ]

    @api.model
    def _renew(self):
        """Encrypt everything anew with the first key of this server. It can be repeated, and stopped.

        :return: how many values were encrypted anew, and how many could not be read
        :rtype: tuple[int, int]
        """
        renewed = unreadable = 0
        self.env.flush_all()
        for model, field in self._columns():
            ids = self.env[model].sudo().with_context(active_test=False).search([(field, "!=", False)]).ids
            for start in range(0, len(ids), AT_ONCE):
                counts = self._renew_some(model, field, tuple(ids[start : start + AT_ONCE]))
                renewed, unreadable = renewed + counts[0], unreadable + counts[1]
        self.env.invalidate_all()
        return renewed, unreadable

    @api.model
    def _renew_some(self, model, field, ids):
        table, column = SQL.identifier(self.env[model]._table), SQL.identifier(field)

        def work(env):
            counts = [0, 0]
            env.cr.execute(SQL("SELECT id, %s FROM %s WHERE id IN %s FOR NO KEY UPDATE", column, table, ids))
            for record_id, encrypted in env.cr.fetchall():
                try:
                    again = vault.renew(encrypted)
                except vault.SecretUnreadable:
                    counts[1] += 1
                    continue
                env.cr.execute(SQL("UPDATE %s SET %s = %s WHERE id = %s", table, column, again, record_id))
                counts[0] += 1
            return counts

        return in_own_transaction(self.env, work)


class HemiAmazonIntegration(models.Model):
    _inherit = "hemi.amazon.integration"

    key_problem = fields.Text(
        compute="_compute_key_problem", help="Which secrets this server has not the key for, and what to do."
    )

    def _compute_key_problem(self):
        for integration in self:
            unreadable = integration._credentials()._unreadable_secrets()
            integration.key_problem = bool(unreadable) and self.env._(
                "This server does not have the key that the secrets were encrypted with (%s). Put the key "
                "back (docs/security.md, Keys), or enter the secrets again in Integration Credentials.",
                ", ".join(unreadable),
            )

    def action_renew_encryption(self):
        """Encrypt all secrets of this database anew, with the first key of the server."""
        if not self.env.is_system():
            raise AccessError(self.env._("Only administrators of the system can do this."))
        renewed, unreadable = self.env["hemi.amazon.encryption"]._renew()
        if unreadable:
            raise UserError(
                self.env._(
                    "%(count)s secrets could not be read, so no key may be taken away yet; %(renewed)s "
                    "others were encrypted anew with the first key.",
                    count=unreadable,
                    renewed=renewed,
                )
            )
        return notify(
            self.env._(
                "%s secrets were encrypted anew with the first key. The older keys can be taken away.",
                renewed,
            )
        )


class HemiAmazonAccount(models.Model):
    _inherit = "hemi.amazon.account"

    key_problem = fields.Text(
        compute="_compute_key_problem", help="Whether this server has the key for the account's keys."
    )

    def _compute_key_problem(self):
        tokens = self.env["hemi.amazon.token"].sudo().search([("account_id", "in", self.ids)])
        lost = tokens.filtered(lambda token: token._unreadable_secrets()).account_id
        for account in self:
            account.key_problem = account in lost and self.env._(
                "This server does not have the key that this account's access_key and refresh_key were "
                "encrypted with. Put the key back (docs/security.md, Keys), or have the seller authorise the "
                "app again: press Resend Link, or Paste Refresh Token for a private app."
            )
