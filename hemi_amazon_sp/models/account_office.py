from odoo import api, models


class HemiAmazonAccount(models.Model):
    """Accounts are imported from a file; those that are there are found by their Merchant ID."""

    _name = "hemi.amazon.account"
    _inherit = ["hemi.amazon.account", "hemi.amazon.import.mixin"]

    _import_key = ("merchant_id",)
    _import_template = "accounts.csv"

    @api.model
    def _ids_of_rows(self, keys):
        """A seller of several regions has an account in each: a file must tell these by their identifiers."""
        accounts = self.search([("merchant_id", "in", [key for (key,) in keys])])
        known = {
            merchant_id: str(group.id)
            for merchant_id, group in accounts.grouped("merchant_id").items()
            if len(group) == 1
        }
        return [known.get(key, "") for (key,) in keys]
