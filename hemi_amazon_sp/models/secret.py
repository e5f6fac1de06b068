from odoo import fields, models
from odoo.exceptions import UserError

from .. import vault
from ..amazon.redaction import protect_call_log

protect_call_log("odoo.service.model")  # Odoo prints every call of the web client there, at DEBUG level


class HemiAmazonSecretMixin(models.AbstractModel):
    """Fields that can be written but never be read.

    A secret ``x`` is a pair of fields: ``x``, which the form writes and which always reads as empty, and
    ``x_encrypted``, which is
    stored and which no user can read. Only :meth:`_secret` gives the value, to the code that needs it.
    """

    _name = "hemi.amazon.secret.mixin"
    _description = "Amazon Secrets"

    _secrets = ()

    def _compute_secrets(self):
        for name in self._secrets:
            self[name] = False

    def _inverse_secrets(self):
        for record in self:
            for name in self._secrets:
                if record[name]:
                    record.sudo()._keep_secret(name, record[name].strip())

    def _keep_secret(self, name, value):
        """Store a secret that was entered."""
        vault_is_ready(self.env)
        self[f"{name}_encrypted"] = vault.encrypt(value)

    def _secret(self, name):
        """Give the value of a secret.

        :param str name: the name of the field
        :return: the value, or False if none was entered
        :raise UserError: if this server has not the key that it was encrypted with
        """
        self.ensure_one()
        try:
            return self._stored_secret(name)
        except vault.SecretUnreadable:
            raise UserError(
                self.env._(
                    "%(record)s: the secret %(field)s cannot be read, because this server does not have "
                    "the key that it was encrypted with. %(advice)s",
                    record=self.display_name,
                    field=name,
                    advice=self._lost_key_advice(),
                )
            ) from None

    def _lost_key_advice(self):
        return self.env._("Put the key back (docs/security.md, Keys) or enter the value again.")

    def _stored_secret(self, name):
        """:raise vault.SecretUnreadable: if this server has not the key"""
        return vault.decrypt(self.sudo()[f"{name}_encrypted"])

    def _unreadable_secrets(self):
        """Give the names of the stored secrets that cannot be read.

        :rtype: list[str]
        """
        stored = [name.removesuffix("_encrypted") for name in self._fields if name.endswith("_encrypted")]
        return [
            name for name in stored if self.sudo()[f"{name}_encrypted"] and not self._readable_secret(name)
        ]

    def _readable_secret(self, name):
        """Give the value of a secret, or False if there is none or it cannot be read."""
        try:
            return self._stored_secret(name)
        except vault.SecretUnreadable:
            return False


def vault_is_ready(env):
    """:raise UserError: if nothing can be encrypted, because the keys of this server are not keys"""
    try:
        vault.encrypt("x")
    except vault.SecretUnreadable:
        raise UserError(
            env._("The keys of this server are not keys. Look at docs/security.md, Keys, how they are made.")
        ) from None


def secret(string, help_text, groups):
    """Two fields of :class:`HemiAmazonSecretMixin`: the one that is written and the one that is stored.

    :param str string: label
    :param str help_text: where the value is found
    :param str groups: who may enter it
    """
    entered = fields.Char(
        string,
        help=help_text,
        groups=groups,
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        copy=False,
    )
    stored = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, readonly=True)
    return entered, stored
