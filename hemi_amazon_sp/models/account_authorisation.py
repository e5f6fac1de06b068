from urllib.parse import urlencode

from odoo import fields, models
from odoo.exceptions import UserError

from ..amazon.client import Door
from ..amazon.errors import AmazonError
from ..amazon.regions import CUSTOM
from ..amazon.selling_partner import SellingPartner
from ..client_actions import notify

LANDING_PATH = "/hemi_amazon_sp/oauth/start"
MOST_NAMED = 5


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
        receivers = ", ".join(self.mapped("client_email"))
        if len(self) > MOST_NAMED:
            receivers = self.env._("%s sellers", len(self))
        return notify(self.env._("The link is on its way to %s.", receivers))

    def _send_authorisation_link(self):
        """Mail each account's seller a link of 7 days to our landing page.

        The mails wait in Odoo's queue, which is asked to send them at once: an import that is only tried
        out sends nothing, and a mail server that does not answer stops nobody.
        """
        accounts = self.filtered("active")
        if not accounts:
            return
        links = self.env["hemi.amazon.consent"].sudo()._make_links(accounts)
        # the host of the redirect URI: the cookie that is set here must come back there
        base = self.env["hemi.amazon.integration"].get_base_url()
        addresses = {
            consent.account_id.id: f"{base}{LANDING_PATH}?link={token}" for consent, token in links.items()
        }
        template = self.env.ref("hemi_amazon_sp.mail_template_authorise").with_context(amazon_links=addresses)
        # the link is the seller's alone: once sent, no copy of it is kept
        mails = template.send_mail_batch(accounts.ids, email_values={"auto_delete": True})
        mail_ids = {mail.res_id: mail.id for mail in mails}
        for consent in links:
            consent.mail_id = mail_ids[consent.account_id.id]
        accounts._note_link_sent()
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _note_link_sent(self):
        waiting = self.filtered(lambda account: account.state != "authorised")
        waiting.sudo().write({"state": "link_sent", "state_reason": False})
        self.sudo()._message_log_batch(
            bodies={
                account.id: self.env._(
                    "A mail with the link for the authorisation goes to %s.", account.client_email
                )
                for account in self
            }
        )

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
        self.env["hemi.amazon.consent"].sudo()._end(self, "authorised")
        self.write({"state": "authorised", "state_reason": False, "marketplaces_read_at": False})
        self._need_no_renewal(self.env._("The seller authorised the app."))
        self._note_cause(None)
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
        self.env["hemi.amazon.consent"].sudo()._end(self, "revoked")
        for account in self:
            account._message_log(
                body=self.env._(
                    "The authorisation was revoked here. The seller can revoke it in Seller Central too."
                )
            )
            account._note_cause(None)
        self._need_no_renewal(self.env._("The authorisation was revoked here."))
        self.write({"state": "not_authorised", "state_reason": False, "oauth_began": False})

    # --- Seller Central

    def _consent_address(self, state):
        """Give the address where the seller consents ("Website authorization workflow").

        :param str state: comes back with Amazon's answer
        """
        integration = self.integration_id
        application_id = integration._credentials().application_id
        query = urlencode({"application_id": application_id} | integration._consent_query(state))
        return f"{self._seller_centrals()[0]}/apps/authorize/consent?{query}"

    def _seller_centrals(self):
        """Give the addresses of Seller Central in the region of this account, its own first."""
        region = self.integration_id._seller_centrals(self.region)
        if self.integration_id.environment == CUSTOM:
            return region
        return [f"https://{self.home_marketplace_id.seller_central_host}", *region]

    # --- reaching Amazon

    def _lwa(self):
        """Give the way to Amazon's log-in for the app of this account; its calls are logged.

        :rtype: LwaClient
        :raise UserError: if the app has no credentials
        """
        self.ensure_one()
        url = self.integration_id._endpoints(self.region).lwa
        journal = self.env["hemi.amazon.call"]._journal(self)
        return self.integration_id._credentials_needed()._lwa_client(url, journal)

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

    def action_test_connection(self):
        """Ask Amazon for the seller's marketplaces, which needs no role."""
        self.ensure_one()
        self.check_access("write")
        try:
            door = self._door(self.env["hemi.amazon.quota"]._limiter(self))
            self._keep_marketplaces(SellingPartner(door, self.merchant_id).get_marketplace_participations())
        except AmazonError as error:
            what = self.env._(
                "Amazon did not answer as it should for %(name)s: %(error)s", name=self.name, error=error
            )
            to_do = self._cause_words(self._cause_of(error))
            raise UserError("\n\n".join(filter(None, (what, to_do)))) from error
        names = ", ".join(self.marketplace_ids.mapped("name"))
        return notify(
            self.env._(
                "Amazon answers. %(name)s sells in: %(marketplaces)s", name=self.name, marketplaces=names
            )
        )
