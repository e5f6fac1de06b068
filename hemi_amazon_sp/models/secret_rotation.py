from odoo import api, fields, models


class HemiAmazonChoreSecret(models.AbstractModel):
    """Proves a new secret."""

    _name = "hemi.amazon.chore.secret"
    _description = "Client Secret"
    _inherit = ["hemi.amazon.chore"]

    _chore = "secret"
    _chore_label = "Client secret"
    _owner = "hemi.amazon.integration"

    @api.model
    def _do(self, owner):
        credentials = owner._credentials()
        now = fields.Datetime.now()
        if credentials.new_secret_encrypted and credentials.new_secret_try_at <= now:
            credentials._prove_new_secret()
            return now
        return None
