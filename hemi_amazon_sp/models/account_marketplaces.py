import logging

from odoo import fields, models

from ..amazon.errors import AmazonError

_logger = logging.getLogger(__name__)


class HemiAmazonAccount(models.Model):
    """Where a seller sells, as Amazon says."""

    _inherit = "hemi.amazon.account"

    def _marketplaces_of(self, grant):
        """Ask Amazon for the marketplaces of a seller who has just authorised.

        :return: participations; empty if Amazon does not answer, then the job asks again
        """
        try:
            return self._seller_with(grant).get_marketplace_participations()
        except AmazonError as error:
            _logger.warning("Amazon account %s: the job reads the marketplaces later: %s", self.id, error)
            return []

    def _keep_marketplaces(self, participations):
        """Keep in which marketplaces the seller takes part.

        :param list participations: of getMarketplaceParticipations
        """
        taking_part = [
            entry["marketplace"]["id"]
            for entry in participations
            if entry["participation"]["isParticipating"]
        ]
        before, is_first = self.marketplace_ids, not self.marketplaces_read_at and not self.marketplace_ids
        marketplaces = self.env["hemi.amazon.marketplace"]._by_amazon_id(taking_part)
        self.write(
            {"marketplace_ids": [(6, 0, marketplaces.ids)], "marketplaces_read_at": fields.Datetime.now()}
        )
        self.listing_ids._make_offers()
        if not is_first:
            self._tell_of_marketplaces(marketplaces - before, before - marketplaces)

    def _tell_of_marketplaces(self, added, lost):
        """Show where the seller began or ceased to sell; a person looks at what was lost.

        :param added: marketplaces
        :param lost: marketplaces
        """
        account = self.with_context(lang=self.user_id.lang)
        if added:
            names = ", ".join(added.mapped("name"))
            self._message_log(body=account.env._("The seller now sells in: %s", names))
        if lost:
            names = ", ".join(lost.mapped("name"))
            note = account.env._(
                "The seller does not sell any more in: %s. Orders from there are not read, and stock and "
                "prices are not sent there. If that is not intended, the seller looks in Seller Central, "
                "under Account Info, Your Services.",
                names,
            )
            self._message_log(body=note)
            self._need_person(account.env._("Marketplaces were lost: %s", names), note)
