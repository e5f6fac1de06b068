from odoo import api, models

from ..amazon import returns


class HemiAmazonReportReturnFba(models.AbstractModel):
    """Returns of what Amazon shipped: the goods come back to Amazon, which has refunded the buyer itself."""

    _name = "hemi.amazon.report.return.fba"
    _inherit = "hemi.amazon.report.return"
    _description = "Returns to Amazon Report"

    _kind = "return_fba"
    _kind_label = "Returns to Amazon"
    _report_type = returns.FBA_RETURNS
    _fulfilled_by = "AMAZON"

    @api.model
    def _read(self, report, content):
        return [
            {
                "key": f"{row.order_id}/{row.license_plate}/{row.sku}/{row.return_date}",
                "name": row.license_plate or row.order_id,
                "order_name": row.order_id,
                "fulfilled_by": self._fulfilled_by,
                "sku": row.sku,
                "quantity": row.quantity,
                "reason": row.reason,
                "status": row.status,
                "is_sellable": row.disposition == "SELLABLE",
                "is_refunded": True,
                "returned_on": row.return_date,
            }
            for row in returns.read_fba_returns(content, report._is_japan())
        ]
