from odoo import fields, models
from odoo.exceptions import AccessError

USER = "hemi_amazon_sp.hemi_amazon_sp_group_user"


class DigestDigest(models.Model):
    """Amazon in Odoo's own digest mail, daily if one wants; off until somebody switches it on."""

    _inherit = "digest.digest"

    kpi_hemi_amazon_orders = fields.Boolean("Amazon Orders")
    kpi_hemi_amazon_orders_value = fields.Integer(compute="_compute_kpi_hemi_amazon_orders_value")
    kpi_hemi_amazon_problems = fields.Boolean("Amazon Problems")
    kpi_hemi_amazon_problems_value = fields.Integer(compute="_compute_kpi_hemi_amazon_problems_value")

    def _compute_kpi_hemi_amazon_orders_value(self):
        self._check_amazon_user()
        self._calculate_company_based_kpi(
            "hemi.amazon.order", "kpi_hemi_amazon_orders_value", date_field="purchased_at"
        )

    def _compute_kpi_hemi_amazon_problems_value(self):
        """Those that began in the time of the digest."""
        self._check_amazon_user()
        self._calculate_company_based_kpi(
            "hemi.amazon.problem", "kpi_hemi_amazon_problems_value", date_field="since"
        )

    def _check_amazon_user(self):
        if not self.env.user.has_group(USER):
            raise AccessError(self.env._("Do not have access, skip this data for user's digest email"))

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("hemi_amazon_sp.menu_root").id
        actions["kpi_hemi_amazon_orders"] = f"hemi_amazon_sp.hemi_amazon_order_action?menu_id={menu}"
        actions["kpi_hemi_amazon_problems"] = f"hemi_amazon_sp.hemi_amazon_problem_action?menu_id={menu}"
        return actions
