from datetime import timedelta

from odoo import api, fields, models

WARN_BEFORE = timedelta(days=90)  # Amazon's own notices begin then
LAST_WEEK = timedelta(days=7)
ACTIVITY = "hemi_amazon_sp.mail_activity_type_secret"


class HemiAmazonIntegration(models.Model):
    """How old the app's secret is, for all who see the app."""

    _inherit = "hemi.amazon.integration"

    secret_state = fields.Selection(
        [
            ("unknown", "Age unknown"),
            ("ok", "OK"),
            ("due", "Due soon"),
            ("last_week", "Last week"),
            ("ended", "Ended"),
        ],
        "Client Secret",
        compute="_compute_secret_state",
        help="Amazon ends a client secret after 180 days. It is due from 90 days before.",
    )
    secret_ends_at = fields.Datetime("Client Secret Ends On", compute="_compute_secret_state")
    secret_days_left = fields.Integer("Days Left", compute="_compute_secret_state")

    @api.depends("credentials_ids.client_secret_ends_at", "credentials_ids.client_secret_encrypted")
    def _compute_secret_state(self):
        now = fields.Datetime.now()
        for integration in self:
            credentials = integration._credentials()
            ends_at = credentials.client_secret_encrypted and credentials.client_secret_ends_at
            integration.secret_ends_at = ends_at
            integration.secret_days_left = (ends_at - now).days if ends_at else 0
            integration.secret_state = credentials.client_secret_encrypted and state_at(ends_at, now)

    def _need_person(self, summary, note, activity_type="hemi_amazon_sp.mail_activity_type_look"):
        """Leave an activity for the person responsible.

        :param str summary: what it is about
        :param str note: what happened and what to do
        """
        self.ensure_one()
        return self.activity_schedule(
            activity_type, summary=summary, note=note, user_id=self.user_id.id or self.env.user.id
        )

    # --- the reminder

    def _remind_of_secret(self):
        """Keep one activity about the end of the secret, with today's text.

        One that a person has marked as done comes back only in the last week, then every day.
        """
        self.ensure_one()
        open_activity = self.activity_search([ACTIVITY])
        if not self._secret_needs_person():
            open_activity.unlink()
            return
        summary, note = self._secret_words()
        if open_activity:
            open_activity[0].write({"summary": summary, "note": note})
            open_activity[1:].unlink()
            return
        credentials = self._credentials()
        end = str(self.secret_ends_at or self.secret_state)
        if self.secret_state in ("last_week", "ended") or credentials.reminded_of_end != end:
            self._need_person(summary, note, ACTIVITY)
            credentials.reminded_of_end = end

    def _secret_needs_person(self):
        return self.secret_state not in (False, "ok")

    def _secret_words(self):
        """:return: summary and note of the reminder"""
        how = self.env._(
            "Issue a new one in Seller Central, Develop Apps, LWA credentials, and enter it in Integration "
            "Credentials, or press Rotate Now. The old one still works for 7 days then."
        )
        if self.secret_state == "unknown":
            how = self.env._("Enter in Integration Credentials when Seller Central issued it.")
            return self.env._("When does the client secret end?"), how
        values = {"name": self.name, "date": fields.Date.to_string(self.secret_ends_at)}
        if self.secret_state == "ended":
            what = self.env._("The client secret of %(name)s has ended on %(date)s (UTC).", **values)
            return self.env._("The client secret has ended: all accounts stand still"), f"{what} {how}"
        what = self.env._(
            "The client secret of %(name)s ends on %(date)s (UTC), in %(days)s days. After that no account "
            "of the app can reach Amazon.",
            days=self.secret_days_left,
            **values,
        )
        return self.env._("The client secret ends in %s days", self.secret_days_left), f"{what} {how}"


class HemiAmazonIntegrationCredentials(models.Model):
    _inherit = "hemi.amazon.integration.credentials"

    reminded_of_end = fields.Char(
        readonly=True, copy=False, help="The end of the secret of which a person was reminded."
    )


class HemiAmazonChoreSecretAge(models.AbstractModel):
    """Reminds of the end of the secret, and forgets the old one."""

    _name = "hemi.amazon.chore.secret.age"
    _description = "Age of the Client Secret"
    _inherit = ["hemi.amazon.chore"]

    _chore = "secret_age"
    _chore_label = "Age of the client secret"
    _owner = "hemi.amazon.integration"

    @api.model
    def _do(self, owner):
        owner._credentials()._forget_old_secret()
        owner._remind_of_secret()


def state_at(ends_at, now):
    """Tell how a secret stands.

    :param datetime ends_at: naive UTC, or False if it is not known
    :rtype: str
    """
    if not ends_at:
        return "unknown"
    left = ends_at - now
    if left <= timedelta():
        return "ended"
    if left <= LAST_WEEK:
        return "last_week"
    return "due" if left <= WARN_BEFORE else "ok"
