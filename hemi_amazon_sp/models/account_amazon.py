import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

from ..client_actions import notify

MERCHANT_ID = re.compile(r"A[0-9A-Z]{9,20}")

FLAGS = ("update_stock", "update_price", "ship_orders", "upload_invoices", "cancel_orders", "refund_orders")


class HemiAmazonAccount(models.Model):
    """One seller in one region of Amazon.

    State of the authorisation:

    ============== ================================ =========================================
    from           to                               by
    ============== ================================ =========================================
    not authorised link sent                        :meth:`_send_authorisation_link`
    any            authorised                       :meth:`_authorise`
    not authorised,
    link sent      refused or failed                :meth:`_authorisation_failed`
    any            not authorised                   :meth:`action_revoke`
    ============== ================================ =========================================
    """

    _name = "hemi.amazon.account"
    _description = "Account Amazon"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "hemi.amazon.chore.owner.mixin",
        "hemi.amazon.stock.rule.mixin",
    ]
    _order = "name, id"
    _rec_names_search = ["name", "merchant_id"]

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="A name for the seller in Odoo.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        help="Gets the activities when something of this account needs a person.",
    )
    client_email = fields.Char(
        required=True,
        tracking=True,
        help="The seller's e-mail address. The link for the authorisation is sent to it.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        default=lambda self: self.env.lang,
        help="Language of the mail and of the pages that the seller sees.",
    )
    oauth_began = fields.Boolean(
        copy=False,
        tracking=True,
        help="The seller was sent the link for the authorisation. Setting it, here or by an import, "
        "sends the link.",
    )
    integration_id = fields.Many2one(
        "hemi.amazon.integration",
        "Integration App",
        required=True,
        default=lambda self: self.env["hemi.amazon.integration"].search([], limit=1),
        check_company=True,
        tracking=True,
        help="The Amazon app that the seller authorises.",
    )
    merchant_id = fields.Char(
        "Merchant ID",
        required=True,
        copy=False,
        tracking=True,
        help="The seller's identifier at Amazon: Seller Central, Settings, Account Info, Your Merchant "
        "Token. It starts with A.",
    )
    home_marketplace_id = fields.Many2one(
        "hemi.amazon.marketplace",
        required=True,
        default=lambda self: self._default_home_marketplace(),
        help="The marketplace where the seller is registered. It says which Seller Central the link "
        "leads to, and in which "
        "feed the stock travels.",
    )
    region = fields.Selection(related="home_marketplace_id.region", store=True)
    marketplace_ids = fields.Many2many(
        "hemi.amazon.marketplace",
        string="Marketplaces",
        readonly=True,
        copy=False,
        help="Where the seller sells, as Amazon says. Read after the authorisation and once a day.",
    )
    marketplaces_read_at = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("not_authorised", "Not authorised"),
            ("link_sent", "Link sent"),
            ("authorised", "Authorised"),
            ("failed", "Refused or failed"),
        ],
        required=True,
        default="not_authorised",
        readonly=True,
        copy=False,
        tracking=True,
    )
    state_reason = fields.Char(
        "Reason", readonly=True, copy=False, help="Why the authorisation was refused or failed."
    )
    token_ids = fields.One2many("hemi.amazon.token", "account_id", groups=fields.NO_ACCESS)

    update_stock = fields.Boolean(default=True, help="Send the free quantity of each listing to Amazon.")
    update_price = fields.Boolean(default=True, help="Send the price of each listing to every marketplace.")
    ship_orders = fields.Boolean(
        default=True, help="Tell Amazon of each delivered transfer, with its tracking number."
    )
    upload_invoices = fields.Boolean(
        default=True, help="Upload the PDF of each posted invoice where Amazon takes it."
    )
    cancel_orders = fields.Boolean(default=True, help="Tell Amazon of each order that is cancelled here.")
    refund_orders = fields.Boolean(
        default=True, help="Refund the buyer at Amazon for each posted credit note."
    )

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Orders are delivered from this warehouse, and its free quantity is the stock at Amazon.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Gives the prices, tax included, converted to the currency of the marketplace. Without it "
        "the sales price of the product is taken.",
    )
    business_pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Gives the prices that companies pay (Amazon Business). Without it there are none. The seller "
        "must take part in Amazon Business.",
    )
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)
    last_run_at = fields.Datetime(readonly=True, copy=False, help="When the job last worked on this account.")
    next_run_at = fields.Datetime(
        readonly=True, copy=False, index=True, help="When the job has something to do for this account again."
    )
    paused = fields.Boolean(
        readonly=True,
        copy=False,
        tracking=True,
        help="The job leaves the account alone. What happens meanwhile waits and is sent afterwards.",
    )
    failure_count = fields.Integer(
        readonly=True, copy=False, help="Turns in a row that had a problem; each makes the next pause longer."
    )
    last_error = fields.Text(
        "Last Problem", readonly=True, copy=False, help="What went wrong in the last run, and what to do."
    )

    _merchant_unique = models.UniqueIndex(
        "(merchant_id, region) WHERE active",
        "There is an account of this Merchant ID in this region already.",
    )

    @api.model
    def _default_home_marketplace(self):
        marketplaces = self.env["hemi.amazon.marketplace"]
        country = self.env.company.country_id
        return marketplaces.search([("country_id", "=", country.id)], limit=1) or self.env.ref(
            "hemi_amazon_sp.marketplace_de", raise_if_not_found=False
        )

    @api.depends("merchant_id", "client_email")
    def _compute_name(self):
        for account in self:
            account.name = account.name or account.client_email or account.merchant_id

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for account in self:
            if account.warehouse_id.company_id != account.company_id:
                account.warehouse_id = self.env["stock.warehouse"].search(
                    [("company_id", "=", account.company_id.id)], limit=1
                )

    @api.onchange("merchant_id")
    def _onchange_merchant_id(self):
        self.merchant_id = self.merchant_id and self.merchant_id.strip().upper()

    @api.constrains("merchant_id", "client_email")
    def _check_values(self):
        for account in self:
            if not MERCHANT_ID.fullmatch(account.merchant_id):
                raise ValidationError(
                    self.env._(
                        "The Merchant ID %(value)s is not one of Amazon's: it is made of capital letters "
                        "and digits and starts "
                        "with A. The seller finds it in Seller Central under Settings, Account Info, "
                        "Your Merchant Token.",
                        value=account.merchant_id,
                    )
                )
            if not email_normalize(account.client_email):
                raise ValidationError(
                    self.env._(
                        "The Client Email %(value)s is not one e-mail address.", value=account.client_email
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.filtered("oauth_began")._send_authorisation_link()
        return accounts

    def write(self, vals):
        self._check_identity(vals)
        beginning = (
            self.browse()
            if not vals.get("oauth_began")
            else self.filtered(lambda account: not account.oauth_began)
        )
        result = super().write(vals)
        beginning._send_authorisation_link()
        return result

    def _check_identity(self, vals):
        """An authorised account cannot become another seller's: its keys would not fit."""
        for name in ("merchant_id", "integration_id", "home_marketplace_id"):
            for account in self.filtered(lambda account: account.state == "authorised"):
                old, new = account[name], vals.get(name, account[name])
                if name == "home_marketplace_id" and name in vals:
                    old, new = account.region, account[name].browse(new).region
                elif name == "integration_id" and name in vals:
                    old = old.id
                if old != new:
                    raise UserError(
                        self.env._(
                            "%s is authorised. Revoke it before you change its seller, region or app.",
                            account.name,
                        )
                    )

    def _wake_job(self, at=None):
        """Ask the job to work on these accounts, now or at a moment.

        :param datetime at: naive UTC; now if not given
        """
        at = at or fields.Datetime.now()
        for account in self.sudo():
            if not account.next_run_at or account.next_run_at > at:
                account.next_run_at = at
        self.env.ref("hemi_amazon_sp.ir_cron_run").sudo()._trigger(at)

    def action_run_now(self):
        self.check_access("read")
        self._wake_job()
        return notify(self.env._("The job starts within a minute and works on this account first."))

    def action_pause(self):
        """Have the job leave these accounts alone; nothing is lost meanwhile."""
        self.check_access("write")
        self.sudo().paused = True

    def action_resume(self):
        self.check_access("write")
        self.sudo().paused = False
        self._wake_job()

    def _need_person(self, summary, note, record=None, kind="hemi_amazon_sp.mail_activity_type_look"):
        """Leave an activity for the person responsible.

        :param str summary: what it is about, without personal data
        :param str note: what happened and what to do
        :param record: where the activity is shown; the account if not given
        :param str kind: external id of the activity type
        """
        self.ensure_one()
        (record or self).activity_schedule(
            kind,
            summary=summary,
            note=note,
            user_id=self.user_id.id or self.env.user.id,
        )

    def action_open(self):
        """Open the records of this account; the model comes from the context of the button."""
        self.ensure_one()
        model = self.env.context["amazon_model"].replace(".", "_")
        return self._open(model, [("account_id", "=", self.id)], default_account_id=self.id)

    @api.model
    def _open(self, model, domain, **context):
        """Open the screen of a model.

        :param str model: its name with underscores
        :return: the action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(f"hemi_amazon_sp.{model}_action")
        return action | {"domain": domain, "context": context}
