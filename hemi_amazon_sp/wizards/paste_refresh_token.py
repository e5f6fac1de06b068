from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError

from ..amazon.errors import AmazonError


class HemiAmazonRefreshToken(models.TransientModel):
    """For private apps: Seller Central shows the refresh token once, under Develop Apps, Authorize."""

    _name = "hemi.amazon.refresh.token"
    _description = "Paste Refresh Token"
    _transient_max_hours = 0.1

    account_id = fields.Many2one("hemi.amazon.account", required=True)
    refresh_token = fields.Char(
        compute="_compute_refresh_token",
        inverse="_inverse_refresh_token",
        help="Seller Central, Develop Apps, Authorize: shown once. It starts with Atzr.",
    )

    def _compute_refresh_token(self):
        self.refresh_token = False

    def _inverse_refresh_token(self):
        """Try the token at Amazon, and keep it if it works; it is never stored with the wizard."""
        for wizard in self.filtered("refresh_token"):
            account, token = wizard.account_id, wizard.refresh_token.strip()
            try:
                grant = account._lwa().refresh(token)
                account._prove_seller(grant)
            except AmazonError as error:
                raise UserError(
                    self.env._(
                        "Amazon does not accept this refresh token for %(name)s: %(error)s",
                        name=account.name,
                        error=error,
                    )
                ) from error
            account._authorise(replace(grant, refresh_token=token))

    def action_done(self):
        return {"type": "ir.actions.act_window_close"}
