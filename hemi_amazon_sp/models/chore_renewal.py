from odoo import api, models


class HemiAmazonChoreRenewal(models.AbstractModel):
    """Sellers are asked in time to renew their authorisation, also while nothing else works."""

    _name = "hemi.amazon.chore.renewal"
    _inherit = "hemi.amazon.chore"
    _description = "Ask for Renewal"

    _chore = "renewal"
    _chore_label = "Ask for Renewal"

    @api.model
    def _owners(self):
        return super()._owners().filtered("authorised_until")

    @api.model
    def _do(self, owner):
        owner._remind_of_renewal()
