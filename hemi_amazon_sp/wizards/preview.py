import base64
import json

from odoo import fields, models
from odoo.exceptions import UserError

MOST_SHOWN = 100_000  # bytes of a document that are shown; all of it can be downloaded


class _Undo(Exception):
    """Ends the preview: nothing of what it did is kept."""


class HemiAmazonPreview(models.TransientModel):
    """The documents that the next run would send, written without being sent."""

    _name = "hemi.amazon.preview"
    _description = "Preview of the Next Feeds"

    account_id = fields.Many2one("hemi.amazon.account", required=True, readonly=True)
    line_ids = fields.One2many("hemi.amazon.preview.line", "preview_id", "Documents", readonly=True)

    def _write_documents(self):
        """Write what is due, flow by flow, and undo all that was noted on the way."""
        self.ensure_one()
        documents = []
        account = self.account_id.sudo().with_company(self.account_id.company_id)
        try:
            with self.env.cr.savepoint():
                for flow in account.env["hemi.amazon.flow"]._flows():
                    if flow._urgency and flow._is_on(account):
                        documents += [(flow._flow, *document) for document in flow._documents(account)]
                raise _Undo
        except _Undo:
            self.env.invalidate_all(flush=False)
        self.line_ids = [
            (0, 0, {"flow": flow, "name": name, "document": base64.b64encode(content)})
            for flow, name, content in documents
        ]


class HemiAmazonPreviewLine(models.TransientModel):
    _name = "hemi.amazon.preview.line"
    _description = "Document of a Preview"

    preview_id = fields.Many2one("hemi.amazon.preview", required=True, ondelete="cascade")
    flow = fields.Selection(
        selection=lambda self: self.env["hemi.amazon.flow"]._flow_selection(), required=True, readonly=True
    )
    name = fields.Char(required=True, readonly=True)
    document = fields.Binary(attachment=True, readonly=True)
    size = fields.Integer("Bytes", compute="_compute_size")
    text = fields.Text("Content", compute="_compute_size")

    def _compute_size(self):
        for line in self:
            content = base64.b64decode(line.with_context(bin_size=False).document or b"")
            line.size = len(content)
            line.text = line._readable(content)

    def _readable(self, content):
        """Write a document so that people can read it.

        :param bytes content: JSON, XML or PDF
        :rtype: str
        """
        if content.startswith(b"%PDF"):
            return self.env._("This is a PDF: download it to look at it.")
        if len(content) > MOST_SHOWN:
            return content[:MOST_SHOWN].decode(errors="replace") + " ..."
        if content.startswith(b"{"):
            return json.dumps(json.loads(content), indent=2, ensure_ascii=False)
        return content.decode(errors="replace")


class HemiAmazonAccount(models.Model):
    _inherit = "hemi.amazon.account"

    def action_preview(self):
        """Show the documents that the next run would send; nothing is sent."""
        self.ensure_one()
        self.check_access("read")
        if not self.marketplace_ids:
            raise UserError(self.env._("The marketplaces of %s are not known yet.", self.name))
        preview = self.env["hemi.amazon.preview"].create({"account_id": self.id})
        preview._write_documents()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What the next run would send"),
            "res_model": "hemi.amazon.preview",
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }
