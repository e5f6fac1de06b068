from odoo import fields, models


class HemiAmazonAccount(models.Model):
    """How the orders of an account become sale orders."""

    _inherit = "hemi.amazon.account"

    confirm_orders = fields.Boolean(
        default=True,
        help="Orders that may be shipped are confirmed by themselves. Without it they stay quotations.",
    )
    unknown_sku_rule = fields.Selection(
        [
            ("ask", "Import it as a quotation and ask"),
            ("create", "Create the product"),
            ("hold", "Hold the order until the SKU is mapped"),
        ],
        "Unknown SKU",
        required=True,
        default="ask",
        help="What happens when no listing says which product a SKU is. Whatever the rule, an activity asks "
        "a person, and Map and Continue on the order repairs all orders that wait for the SKU.",
    )
    reserve_pending = fields.Boolean(
        "Reserve for Pending Orders",
        help="An order that Amazon still holds as pending becomes a quotation at once, and its quantity is "
        "taken off the stock that Amazon is told. Without it a pending order waits.",
    )
    salesperson_id = fields.Many2one("res.users", check_company=True, domain="[('share', '=', False)]")
    payment_term_id = fields.Many2one(
        "account.payment.term", "Payment Terms", check_company=True, help="Of the orders' invoices."
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Invoicing Journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Orders are invoiced in this journal. Without it Odoo takes the first sales journal.",
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        check_company=True,
        help="All lines of the orders are distributed to it.",
    )
    marketplace_setting_ids = fields.One2many(
        "hemi.amazon.account.marketplace",
        "account_id",
        "Other Settings per Marketplace",
        copy=True,
        help="What is filled in here counts instead of the account's own setting.",
    )

    def _order_setting(self, marketplace, name):
        """Give a setting for the orders of a marketplace.

        :param marketplace: the hemi.amazon.marketplace
        :param str name: field of account and exception
        :return: the exception's value, or else the account's
        """
        exception = self.marketplace_setting_ids.filtered(
            lambda setting: setting.marketplace_id == marketplace
        )
        return exception[name] or self[name]


class HemiAmazonAccountMarketplace(models.Model):
    _name = "hemi.amazon.account.marketplace"
    _description = "Amazon Account in a Marketplace"
    _rec_name = "marketplace_id"
    _check_company_auto = True

    account_id = fields.Many2one("hemi.amazon.account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one("hemi.amazon.marketplace", required=True)
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)
    payment_term_id = fields.Many2one("account.payment.term", "Payment Terms", check_company=True)
    journal_id = fields.Many2one(
        "account.journal", "Invoicing Journal", check_company=True, domain="[('type', '=', 'sale')]"
    )
    analytic_account_id = fields.Many2one("account.analytic.account", check_company=True)

    _marketplace_unique = models.Constraint(
        "unique(account_id, marketplace_id)", "There are settings for this marketplace already."
    )
