from datetime import timedelta

from odoo import api, models

from ..amazon import returns


class HemiAmazonReportReturn(models.AbstractModel):
    """Returns of what the merchant shipped: the goods come back to the warehouse."""

    _name = "hemi.amazon.report.return"
    _inherit = "hemi.amazon.report.kind"
    _description = "Returns Report"

    _kind = "return"
    _kind_label = "Returns"
    _report_type = returns.MERCHANT_RETURNS
    _every = timedelta(hours=6)
    _fulfilled_by = "MERCHANT"

    @api.model
    def _marketplaces(self, account):
        """Asked for while the account has orders that this kind of return can be of."""
        domain = [("account_id", "=", account.id), ("fulfilled_by", "=", self._fulfilled_by)]
        has_orders = account.read_returns and self.env["hemi.amazon.order"].search_count(domain, limit=1)
        return account.marketplace_ids if has_orders else self.env["hemi.amazon.marketplace"]

    @api.model
    def _take(self, report, content):
        rows = self._read(report, content)
        self.env["hemi.amazon.return"]._take_rows(report.account_id, rows)
        return len(rows)

    @api.model
    def _read(self, report, content):
        """Give the values of the returns in a report.

        :param report: the hemi.amazon.report
        :param bytes content: what it says
        :rtype: list[dict]
        """
        return [
            {
                "key": f"{row.order_id}/{row.rma_id or row.request_date}/{row.sku}",
                "name": row.rma_id or row.order_id,
                "order_name": row.order_id,
                "fulfilled_by": self._fulfilled_by,
                "sku": row.sku,
                "quantity": row.quantity,
                "reason": row.reason,
                "status": row.status,
                "is_refunded": bool(row.refunded_amount),
                "returned_on": row.request_date,
            }
            for row in returns.read_merchant_returns(content, report._is_japan())
        ]
