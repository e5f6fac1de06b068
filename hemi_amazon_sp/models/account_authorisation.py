import logging
from urllib.parse import urlencode, urlsplit

from odoo import fields, models
from odoo.exceptions import UserError

from ..amazon.client import Door
from ..amazon.errors import AmazonError
from ..amazon.lwa import LwaClient
from ..amazon.regions import CUSTOM
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
        self.check_access("write")
        began = self.filtered("oauth_began")
        began._send_authorisation_link()
        (self - began).write({"oauth_began": True})
        return self._notify(
            self.env._("The link is on its way to %s.", ", ".join(self.mapped("client_email")))
        )

    def _send_authorisation_link(self):
        """Mail each account's seller a link of 7 days to our landing page.

        The mails wait in Odoo's queue, which is asked to send them at once: an import that is only tried
        out sends nothing, and a mail server that does not answer stops nobody.
        """
        template = self.env.ref("hemi_amazon_sp.mail_template_authorise")
        consents = self.env["hemi.amazon.consent"].sudo()
        for account in self.filtered("active"):
            token = consents._make_link(account)
            # the host of the redirect URI: the cookie that is set here must come back there
            link = f"{account.integration_id.get_base_url()}{LANDING_PATH}?link={token}"
            # the link is the seller's alone: once sent, no copy of it is kept
            mail_id = template.with_context(amazon_link=link).send_mail(
                account.id, email_values={"auto_delete": True}
            )
            consents._of_link(token).mail_id = mail_id
            if account.state != "authorised":
                account.sudo().write({"state": "link_sent", "state_reason": False})
            account.sudo()._message_log(
                body=self.env._(
                    "A mail with the link for the authorisation goes to %s.", account.client_email
                )
            )
        if self:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _contact(self):
        """Give the partner whom the seller may ask: the person responsible, or the company."""
        self.ensure_one()
        user = self.user_id
        return user.partner_id if user.active and user.email else self.company_id.partner_id

    def _link_not_sent(self, reason):
        """Show that the mail with the link could not be sent.

        :param str reason: of the mail server
        """
        self.ensure_one()
        account = self.with_context(lang=self.user_id.lang)
        summary = account.env._("The link could not be sent")
        note = account.env._(
            "The mail with the link could not be sent to %(email)s: %(reason)s. Check the address and the "
            "outgoing mail server, then press Oauth Began again.",
            email=account.client_email,
            reason=reason or account.env._("no reason is known"),
        )
        account._authorisation_failed(note)
        account._need_person(summary, note)

    # --- what comes back

    def _authorise(self, grant):
        """Keep what Amazon granted; the flows start by themselves.

        :param lwa.Grant grant: with refresh token
        """
        self.ensure_one()
        self.env["hemi.amazon.token"].sudo()._store(self, grant)
        self.env["hemi.amazon.consent"].sudo()._end(self)
        self.write({"state": "authorised", "state_reason": False, "marketplaces_read_at": False})
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
        self.check_access("write")
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

    # --- Seller Central

    def _consent_address(self, state):
        """Give the address where the seller consents ("Website authorization workflow").

        :param str state: comes back with Amazon's answer
        """
        application_id = self.integration_id._credentials().application_id
        query = urlencode({"application_id": application_id} | self._consent_query(state))
        return f"{self._seller_centrals()[0]}/apps/authorize/consent?{query}"

    def _confirm_address(self, callback_uri, amazon_state, state):
        """Give the address where a seller goes on who began in Seller Central ("Appstore workflow").

        :param str callback_uri: amazon_callback_uri, of which :meth:`_is_seller_central` is true
        :param str amazon_state: goes back to Amazon
        :param str state: comes back with Amazon's answer
        """
        parts = urlsplit(callback_uri)
        query = urlencode({"amazon_state": amazon_state} | self._consent_query(state))
        return parts._replace(query="&".join(filter(None, (parts.query, query))), fragment="").geturl()

    def _consent_query(self, state):
        integration = self.integration_id
        query = {"state": state, "redirect_uri": integration.redirect_uri}
        return query | {"version": "beta"} if integration.state == "draft" else query

    def _is_seller_central(self, address):
        """Tell whether an address is Seller Central's, in the region of this account.

        The whole authority is compared, so that nothing in it can mean another host to a browser.
        """
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        known = (urlsplit(origin) for origin in self._seller_centrals())
        return (parts.scheme, parts.netloc.lower()) in {(part.scheme, part.netloc) for part in known}

    def _seller_centrals(self):
        """Give the addresses of Seller Central in the region of this account, its own first."""
        integration = self.integration_id
        if integration.environment == CUSTOM:
            return [integration._endpoints(self.region).api]
        marketplaces = self.env["hemi.amazon.marketplace"].with_context(active_test=False)
        region = marketplaces.search([("region", "=", self.region)])
        return [f"https://{place.seller_central_host}" for place in self.home_marketplace_id | region]

    # --- reaching Amazon

    def _lwa(self):
        """Give the way to Amazon's log-in for the app of this account; its calls are logged.

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
        secret, journal = credentials._secret("client_secret"), self.env["hemi.amazon.call"]._journal(self)
        return LwaClient(url, credentials.client_id, secret, journal=journal)

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
        journal = self.env["hemi.amazon.call"]._journal(self)
        return Door(self.integration_id._endpoints(self.region), access_key, limiter, journal)

    def _seller_with(self, grant):
        limiter = self.env["hemi.amazon.quota"]._limiter(self)
        journal = self.env["hemi.amazon.call"]._journal(self)
        endpoints = self.integration_id._endpoints(self.region)
        door = Door(endpoints, grant.access_token, limiter, journal)
        return SellingPartner(door, self.merchant_id)

    def _prove_seller(self, grant):
        """See that keys belong to this account's seller.

        Anybody can call the Login URI, and the selling_partner_id of the callback is the browser's word: with
        a seller account of his own somebody could put his keys on another's account. An operation that names
        the seller in its path tells, as Amazon serves only the seller that the key belongs to.

        :param lwa.Grant grant: what is about to be kept
        :raise AmazonError: if they do not, or Amazon does not say
        """
        home = self.home_marketplace_id.amazon_id
        self._seller_with(grant).search_listings_items([home], included_data=["summaries"], page_size=1)

    def _marketplaces_of(self, grant):
        """Ask Amazon for the marketplaces of a seller who has just authorised.

        :return: participations; empty if Amazon does not answer, then the job asks again
        """
        try:
            return self._seller_with(grant).get_marketplace_participations()
        except AmazonError as error:
            _logger.warning("Amazon account %s: the job reads the marketplaces later: %s", self.id, error)
            return []

    def action_test_connection(self):
        """Ask Amazon for the seller's marketplaces, which needs no role."""
        self.ensure_one()
        self.check_access("write")
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
        self.marketplaces_read_at = fields.Datetime.now()
        if marketplaces != self.with_context(active_test=False).marketplace_ids:
            self.marketplace_ids = marketplaces
        self._make_offers()
