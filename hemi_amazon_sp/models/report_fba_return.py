from odoo import api, models

from ..amazon.returns import read_fba_returns


class HemiAmazonReportFbaReturn(models.AbstractModel):
    """Returns of what Amazon shipped: the goods come back to Amazon, which has refunded the buyer itself."""

    _name = "hemi.amazon.report.fba.return"
    _inherit = "hemi.amazon.report.return"
    _description = "Returns to Amazon Report"

    _kind = "fba_return"
    _kind_label = "Returns to Amazon"
    _report_type = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
    _fulfilled_by = "AMAZON"

    @api.model
    def _read(self, content):
        return [
            {
                "key": f"{row.order_id}/{row.license_plate_number}/{row.sku}/{row.returned_at}",
                "name": row.license_plate_number or row.order_id,
                "order_name": row.order_id,
                "fulfilled_by": self._fulfilled_by,
                "sku": row.sku,
                "quantity": row.quantity,
                "reason": row.reason,
                "status": row.status,
                "is_sellable": row.disposition == "SELLABLE",
                "is_refunded": True,
                "returned_on": row.returned_at,
            }
            for row in read_fba_returns(content)
        ]
