from urllib.parse import urlencode, urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..amazon import regions
from ..amazon.errors import AmazonError
from ..amazon.lwa import AUTHORISATION_LIFE

CALLBACK_PATH = "/hemi_amazon_sp/oauth/callback"
LOGIN_PATH = "/hemi_amazon_sp/oauth/login"


class HemiAmazonIntegration(models.Model):
    _name = "hemi.amazon.integration"
    _description = "Integration"
    _inherit = ["mail.thread", "mail.activity.mixin", "hemi.amazon.chore.owner.mixin"]
    _order = "name, id"

    name = fields.Char(
        required=True,
        tracking=True,
        help="A name for the Amazon app, for instance as it is called in Seller Central under Apps and "
        "Services, Develop Apps.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty if the accounts of every company may use this app."
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        help="Gets the activities when something of this app needs a person.",
    )
    environment = fields.Selection(
        [("production", "Production"), ("sandbox", "Sandbox"), ("custom", "Custom base URL")],
        required=True,
        default="production",
        tracking=True,
        help="Production is the real Amazon. Sandbox is Amazon's static test environment. A custom base "
        "URL is for a "
        "simulated Amazon.",
    )
    base_url = fields.Char(
        "Base URL",
        help="Address of the simulated Amazon, which then serves everything: log-in, Seller Central and "
        "the API. "
        "Plain http is allowed on this machine only.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        required=True,
        default="draft",
        tracking=True,
        help="As the app stands in Seller Central under Develop Apps. Sellers authorise a draft app with "
        "version=beta "
        "in the link; Amazon refuses the link if this does not fit.",
    )
    redirect_uri = fields.Char(
        "OAuth Redirect URI",
        compute="_compute_uris",
        help="Register this address in Seller Central: Develop Apps, Edit App, OAuth Redirect URIs.",
    )
    needs_https = fields.Boolean(compute="_compute_uris", help="Amazon takes no addresses without https.")
    login_uri = fields.Char(
        "OAuth Login URI",
        compute="_compute_uris",
        help="Register this address in Seller Central: Develop Apps, Edit App, OAuth Login URI. Sellers "
        "arrive here when they "
        "authorise from Manage Your Apps.",
    )
    call_log_days = fields.Integer(
        "Days to Keep the Log of Calls",
        default=395,
        required=True,
        help="Amazon's Data Protection Policy asks for logs of 12 months. Older calls are erased.",
    )
    renewal_days = fields.Char(
        "Ask for Renewal",
        default="30, 14, 3",
        required=True,
        help="Amazon ends an authorisation after 365 days. So many days before, the seller gets the link "
        "again; the person responsible gets one activity.",
    )
    credentials_ids = fields.One2many(
        "hemi.amazon.integration.credentials", "integration_id", "Integration Credentials"
    )
    account_ids = fields.One2many("hemi.amazon.account", "integration_id", "Accounts Amazon")
    account_count = fields.Integer(compute="_compute_account_count")

    _call_log_days_positive = models.Constraint(
        "CHECK(call_log_days > 0)", "The log of calls must be kept for at least one day."
    )

    @api.depends("environment")
    @api.depends_context("uid")
    def _compute_uris(self):
        base = self.browse().get_base_url()  # it takes one record or none
        self.redirect_uri = base + CALLBACK_PATH
        self.login_uri = base + LOGIN_PATH
        for integration in self:
            is_real = integration.environment == "production"
            integration.needs_https = is_real and not base.startswith("https://")

    @api.depends("account_ids")
    def _compute_account_count(self):
        counts = dict(
            self.env["hemi.amazon.account"]._read_group(
                [("integration_id", "in", self.ids)], ["integration_id"], ["__count"]
            )
        )
        for integration in self:
            integration.account_count = counts.get(integration, 0)

    @api.constrains("environment", "base_url")
    def _check_base_url(self):
        for integration in self:
            try:
                integration._endpoints("eu")
            except AmazonError as error:
                raise ValidationError(
                    self.env._("Integration %(name)s: %(error)s", name=integration.name, error=error.message)
                ) from error

    @api.constrains("renewal_days")
    def _check_renewal_days(self):
        for integration in self:
            days = integration._renewal_days()
            if not days or not all(0 < number < AUTHORISATION_LIFE.days for number in days):
                raise ValidationError(
                    self.env._(
                        "%s: Ask for Renewal is a list of days before the end, such as 30, 14, 3.",
                        integration.name,
                    )
                )

    def _renewal_days(self):
        """Give the days before the end at which the seller is asked, the earliest first, if readable."""
        parts = [part.strip() for part in (self.renewal_days or "").split(",")]
        return sorted(map(int, parts), reverse=True) if all(map(str.isdecimal, parts)) else []

    def _endpoints(self, region):
        """Give the addresses of Amazon's API and log-in.

        :param str region: na, eu or fe
        :rtype: regions.Endpoints
        """
        self.ensure_one()
        return regions.endpoints(region, self.environment, self.base_url)

    def _seller_centrals(self, region=None):
        """Give the addresses of Seller Central.

        :param str region: na, eu or fe; all if not given
        """
        if self.environment == regions.CUSTOM:
            return [self._endpoints(region or "eu").api]
        places = self.env["hemi.amazon.marketplace"].with_context(active_test=False)
        found = places.search([("region", "=", region)] if region else [])
        return [f"https://{place.seller_central_host}" for place in found]

    def _confirm_address(self, callback_uri, amazon_state, state):
        """Give the address where a seller goes on who began in Seller Central ("Appstore workflow").

        :param str callback_uri: amazon_callback_uri, which is at one of :meth:`_seller_centrals`
        :param str amazon_state: goes back to Amazon
        :param str state: comes back with Amazon's answer
        """
        parts = urlsplit(callback_uri)
        query = urlencode({"amazon_state": amazon_state} | self._consent_query(state))
        return parts._replace(query="&".join(filter(None, (parts.query, query))), fragment="").geturl()

    def _consent_query(self, state):
        query = {"state": state, "redirect_uri": self.redirect_uri}
        return query | {"version": "beta"} if self.state == "draft" else query

    def _credentials(self):
        """Give the credentials of the app, for the code that needs them whoever the user is."""
        self.ensure_one()
        return self.sudo().credentials_ids[:1]

    def _credentials_needed(self):
        """Give the credentials of the app.

        :raise UserError: if the app has no client_secret
        """
        credentials = self._credentials()
        if not credentials.client_secret_encrypted:
            raise UserError(
                self.env._(
                    "The integration %s has no client_secret. Enter it in Integration Credentials.",
                    self.display_name,
                )
            )
        return credentials

    def action_open_accounts(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accounts of %s", self.name),
            "res_model": "hemi.amazon.account",
            "view_mode": "list,form",
            "domain": [("integration_id", "=", self.id)],
            "context": {"default_integration_id": self.id},
        }
