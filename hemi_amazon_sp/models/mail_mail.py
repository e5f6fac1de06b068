from odoo import fields, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """A mail with a link that cannot be sent is shown on the account, and not kept."""
        failed = self.filtered(lambda mail: mail.model == "hemi.amazon.account" and mail.state == "exception")
        consents = self.env["hemi.amazon.consent"].sudo().search([("mail_id", "in", failed.ids)])
        for consent in consents:
            consent.account_id._link_not_sent(consent.mail_id.failure_reason)
        consents.write({"ended_at": fields.Datetime.now(), "link_state": "not_sent"})
        lost = consents.mail_id
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        lost.exists().unlink()
        return result
