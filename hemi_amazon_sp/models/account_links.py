from odoo import api, fields, models
from odoo.fields import Domain

LINK_FIELDS = {"link_state": "link_state", "link_sent_at": "create_date", "link_clicked_at": "opened_at"}


class HemiAmazonAccount(models.Model):
    """What became of the newest link of an account."""

    _inherit = "hemi.amazon.account"

    link_state = fields.Selection(
        lambda self: self.env["hemi.amazon.consent"]._fields["link_state"]._description_selection(self.env),
        "Link",
        compute="_compute_link",
        search="_search_link_state",
        help="What became of the newest link that was sent to the seller.",
    )
    link_sent_at = fields.Datetime("Link Sent On", compute="_compute_link")
    link_clicked_at = fields.Datetime(
        "Link Clicked On", compute="_compute_link", help="When the seller pressed Continue."
    )

    def _compute_link(self):
        newest = {
            consent.account_id: consent
            for consent in self._newest_links(Domain("account_id", "in", self.ids))
        }
        empty = self.env["hemi.amazon.consent"].sudo()
        for account in self:
            consent = newest.get(account._origin, empty)
            for name, source in LINK_FIELDS.items():
                account[name] = consent[source]

    @api.model
    def _search_link_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self._newest_links(Domain.TRUE).filtered(lambda consent: consent.link_state in value)
        return Domain("id", "in", found.account_id.ids)

    @api.model
    def _newest_links(self, domain):
        """Give the newest consent with a link of each account, in one query."""
        consents = self.env["hemi.amazon.consent"].sudo()
        with_link = domain & Domain("link_expires_at", "!=", False)
        newest = consents._read_group(with_link, ["account_id"], ["id:max"])
        return consents.browse(number for _account, number in newest)
