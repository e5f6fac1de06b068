import logging

from odoo import fields, models
from odoo.exceptions import UserError

from ..amazon.client import Door
from ..amazon.errors import AmazonError
from ..amazon.lwa import LwaClient
from ..amazon.selling_partner import SellingPartner

_logger = logging.getLogger(__name__)

LANDING_PATH = "/hemi_amazon_sp/oauth/start"


class HemiAmazonAccount(models.Model):
    """How an account is authorised, and how it is reached at Amazon."""

    _inherit = "hemi.amazon.account"

    access_key_valid_until = fields.Datetime(
        "access_key",
        compute="_compute_keys",
        help="The generated access key is valid until then; it is renewed by itself.",
    )
    refresh_key_generated_on = fields.Datetime(
        "refresh_key",
        compute="_compute_keys",
        help="The refresh key was generated then, when the seller authorised.",
    )

    def _compute_keys(self):
        tokens = {
            token.account_id.id: token
            for token in self.env["hemi.amazon.token"].sudo().search([("account_id", "in", self.ids)])
        }
        for account in self:
            token = tokens.get(account.id)
            account.access_key_valid_until = token and token.access_expires_at
            account.refresh_key_generated_on = token and token.authorised_at

    # --- the link

    def action_oauth_began(self):
        """Send the seller the link, again if it was sent before."""
        began = self.filtered("oauth_began")
        began._send_authorisation_link()
        (self - began).write({"oauth_began": True})
        return self._notify(self.env._("The link was sent to %s.", ", ".join(self.mapped("client_email"))))

    def _send_authorisation_link(self):
        """Mail each account's seller a link of 7 days to our landing page."""
        template = self.env.ref("hemi_amazon_sp.mail_template_authorise")
        for account in self:
            token = self.env["hemi.amazon.consent"].sudo()._make_link(account)
            link = f"{account.get_base_url()}{LANDING_PATH}?link={token}"
            # the mail is the seller's alone: kept neither in the chatter nor, once sent, in the queue
            template.with_context(amazon_link=link).send_mail(account.id, email_values={"auto_delete": True})
            if account.state != "authorised":
                account.sudo().write({"state": "link_sent", "state_reason": False})
            account.sudo()._message_log(
                body=self.env._("The link for the authorisation was sent to %s.", account.client_email)
            )

    # --- what comes back

    def _authorise(self, grant):
        """Keep what Amazon granted; the flows start by themselves.

        :param lwa.Grant grant: with refresh token
        """
        self.ensure_one()
        self.env["hemi.amazon.token"].sudo()._store(self, grant)
        self.env["hemi.amazon.consent"].sudo()._end(self)
        self.write(
            {"state": "authorised", "state_reason": False, "oauth_began": True, "marketplaces_read_at": False}
        )
        self._message_log(
            body=self.env._(
                "The seller %s authorised the app. access_key and refresh_key were generated.",
                self.merchant_id,
            )
        )
        self._wake_job()

    def _authorisation_failed(self, reason):
        """Note that the seller refused, or why it failed; an authorisation that is in force stays so.

        :param str reason: in words, for the back office
        """
        self.ensure_one()
        if self.state != "authorised":
            self.write({"state": "failed", "state_reason": reason})
        self._message_log(body=self.env._("The authorisation failed: %s", reason))

    def action_revoke(self):
        """Forget the keys of the accounts and end their links; nothing is sent any more, nothing is lost."""
        tokens = self.env["hemi.amazon.token"].sudo().search([("account_id", "in", self.ids)])
        tokens.unlink()
        for account in self:
            self.env["hemi.amazon.consent"].sudo()._end(account)
            account._message_log(
                body=self.env._(
                    "The authorisation was revoked here. The seller can revoke it in Seller Central too."
                )
            )
        self.write({"state": "not_authorised", "state_reason": False, "oauth_began": False})

    # --- reaching Amazon

    def _lwa(self):
        """Give the way to Amazon's log-in for the app of this account.

        :rtype: LwaClient
        :raise UserError: if the app has no credentials
        """
        self.ensure_one()
        credentials = self.integration_id._credentials()
        if not credentials.client_secret_encrypted:
            raise UserError(
                self.env._(
                    "The integration %s has no client_secret. Enter it in Integration Credentials.",
                    self.integration_id.display_name,
                )
            )
        url = self.integration_id._endpoints(self.region).lwa
        return LwaClient(url, credentials.client_id, credentials._secret("client_secret"))

    def _door(self, limiter):
        """Give the one door to Amazon for this account.

        :param limiter: of :meth:`hemi.amazon.quota._limiter`
        :rtype: Door
        :raise AmazonError: if there is no access key to be had
        :raise UserError: if the account is not authorised, or its secrets cannot be read
        """
        self.ensure_one()
        if self.state != "authorised":
            raise UserError(
                self.env._(
                    "%s is not authorised yet. Press Oauth Began to send the seller the link.", self.name
                )
            )
        access_key = self.env["hemi.amazon.token"]._access_key(self)
        return Door(self.integration_id._endpoints(self.region), access_key, limiter)

    def action_test_connection(self):
        """Ask Amazon for the seller's marketplaces, which needs no role."""
        self.ensure_one()
        try:
            door = self._door(self.env["hemi.amazon.quota"]._limiter(self))
            self._keep_marketplaces(SellingPartner(door, self.merchant_id).get_marketplace_participations())
        except AmazonError as error:
            raise UserError(
                self.env._(
                    "Amazon did not answer as it should for %(name)s: %(error)s", name=self.name, error=error
                )
            ) from error
        names = ", ".join(self.marketplace_ids.mapped("name"))
        return self._notify(
            self.env._(
                "Amazon answers. %(name)s sells in: %(marketplaces)s", name=self.name, marketplaces=names
            )
        )

    def _keep_marketplaces(self, participations):
        """Keep in which marketplaces the seller takes part.

        :param list participations: of getMarketplaceParticipations
        """
        taking_part = [
            entry["marketplace"]["id"]
            for entry in participations
            if entry["participation"]["isParticipating"]
        ]
        marketplaces = self.env["hemi.amazon.marketplace"]._by_amazon_id(taking_part)
        self.write(
            {"marketplace_ids": [(6, 0, marketplaces.ids)], "marketplaces_read_at": fields.Datetime.now()}
        )
        self.listing_ids._make_offers()
