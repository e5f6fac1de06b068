import hashlib
from datetime import timedelta

from odoo import api, fields, models

from .. import vault
from ..amazon.client import Door
from ..amazon.errors import AmazonError
from ..amazon.lwa import CLIENT_CREDENTIAL_ROTATION, SECRET_REFUSED, LwaClient
from ..amazon.selling_partner import SellingPartner
from ..transactions import in_own_transaction
from .secret import vault_is_ready

# "Rotating your application's LWA credentials". Last seen: 2026-11-23
SECRET_LIFE = timedelta(days=180)
OLD_SECRET_LIFE = timedelta(days=7)  # so long Amazon takes the old secret after a rotation
TRY_AGAIN = timedelta(days=1)


class HemiAmazonIntegrationCredentials(models.Model):
    """The client secret of an app, and how one takes the place of another.

    ``client_secret`` is the one in use: it was entered first, or has proved to work. One that is entered
    later, or comes by the company's queue, waits as ``new_secret`` until a token request with it succeeds.
    The one it then replaces is ``old_secret`` for 7 days. Whenever Amazon refuses the first, the others are
    tried, so a wrong secret stops nobody.
    """

    _inherit = "hemi.amazon.integration.credentials"

    client_secret_set_at = fields.Datetime(
        "Issued On",
        copy=False,
        help="When Seller Central issued the client_secret; at first, when it was entered here. Correct it "
        "if the secret is older than that: it ends 180 days later.",
    )
    client_secret_ends_at = fields.Datetime(
        "Ends On",
        compute="_compute_client_secret_ends_at",
        store=True,
        readonly=False,
        copy=False,
        help="Amazon takes the client_secret until then: 180 days, or what Amazon itself has announced.",
    )
    client_secret_received = fields.Boolean(
        readonly=True, copy=False, help="It came by the queue, so its dates are Amazon's own."
    )
    new_secret_encrypted = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, readonly=True)
    new_secret_set_at = fields.Datetime("New Secret of", readonly=True, copy=False)
    new_secret_ends_at = fields.Datetime(readonly=True, copy=False)
    new_secret_try_at = fields.Datetime(
        readonly=True, copy=False, help="When the job tries at Amazon whether the new secret works."
    )
    new_secret_problem = fields.Text(
        readonly=True, copy=False, help="What Amazon said about the new secret; the one before goes on."
    )
    refused_digests = fields.Text(
        groups=fields.NO_ACCESS, copy=False, readonly=True, help="Of the secrets that Amazon refused."
    )
    old_secret_encrypted = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, readonly=True)
    old_secret_until = fields.Datetime(
        "Old Secret Kept Until", readonly=True, copy=False, help="Then the old secret is forgotten."
    )

    @api.depends("client_secret_set_at")
    def _compute_client_secret_ends_at(self):
        for credentials in self:
            set_at = credentials.client_secret_set_at
            credentials.client_secret_ends_at = set_at and set_at + SECRET_LIFE

    def write(self, vals):
        """With another client_id comes another app: its secret takes the place of the old app's at once."""
        if vals.get("client_secret") and "client_id" in vals:
            others = self.filtered(lambda credentials: credentials.client_id != vals["client_id"])
            others.sudo()._forget_secrets()
        return super().write(vals)

    def _forget_secrets(self):
        self.write(
            dict.fromkeys(
                (
                    "client_secret_encrypted",
                    "client_secret_set_at",
                    "new_secret_encrypted",
                    "old_secret_encrypted",
                    "old_secret_until",
                ),
                False,
            )
        )

    # --- a secret comes

    def _keep_secret(self, name, value):
        if name != "client_secret":
            return super()._keep_secret(name, value)
        vault_is_ready(self.env)
        if self._readable_secret("client_secret"):
            return self._keep_new_secret(value, fields.Datetime.now())
        is_first = not self.client_secret_encrypted
        set_at = is_first and self.client_secret_set_at or fields.Datetime.now()
        ends_at = is_first and self.client_secret_ends_at or set_at + SECRET_LIFE
        return self.write(
            {
                "client_secret_encrypted": vault.encrypt(value),
                "client_secret_set_at": set_at,
                # a form leaves it empty, and would be taken at its word
                "client_secret_ends_at": ends_at,
                "client_secret_received": False,
            }
        )

    def _keep_new_secret(self, value, set_at, ends_at=False):
        """Keep a secret until it is proved, unless it is known already.

        :param str value: the secret
        :param datetime set_at: when it was issued, naive UTC
        :param datetime ends_at: when it ends, if Amazon said so
        :return: whether it is news
        :rtype: bool
        """
        self.ensure_one()
        if value in (self._readable_secret(name) for name in ("client_secret", "new_secret", "old_secret")):
            return False
        self.write(
            {
                "new_secret_encrypted": vault.encrypt(value),
                "new_secret_set_at": set_at,
                "new_secret_ends_at": ends_at,
                "new_secret_try_at": fields.Datetime.now(),
                "new_secret_problem": False,
            }
        )
        self.integration_id._message_log(
            body=self.env._(
                "A new client_secret is here. It is tried; until it works, the one before goes on."
            )
        )
        self.env["hemi.amazon.chore.secret"]._wake(self.integration_id)
        return True

    # --- using them

    def _lwa_client(self, url, journal):
        """Give the way to Amazon's log-in. It tries the other secrets when Amazon refuses the first.

        :param str url: ``Endpoints.lwa``
        :param journal: of :meth:`hemi.amazon.call._journal`
        :rtype: LwaClient
        :raise UserError: if this server has not the key of any secret
        """
        names = ("client_secret", "new_secret", "old_secret")
        secrets = [value for value in map(self._readable_secret, names) if value]
        first, *spares = secrets or [self._secret("client_secret")]
        return LwaClient(
            url, self.client_id, first, journal=journal, spare_secrets=spares, on_spare=self._spare_worked
        )

    def _application(self, scope, region):
        """Give what the app may do for itself, without a seller.

        :param str scope: of the key, see ``amazon/lwa.py``
        :param str region: na, eu or fe
        :rtype: SellingPartner
        :raise AmazonError: if there is no key to be had
        """
        integration = self.integration_id
        endpoints = integration._endpoints(region)
        journal = self.env["hemi.amazon.call"]._journal(integration)
        grant = self._lwa_client(endpoints.lwa, journal).client_credentials(scope)
        limiter = self.env["hemi.amazon.quota"]._limiter_of_app(self.application_id, region)
        return SellingPartner(Door(endpoints, grant.access_token, limiter, journal), None)

    def _spare_worked(self, secret):
        """The secret in use is refused and another one works: from now on that one is used."""
        credentials_id = self.id

        def switch(env):
            credentials = env["hemi.amazon.integration.credentials"].sudo().browse(credentials_id)
            if not credentials._promote(secret):
                credentials._go_back(secret)

        in_own_transaction(self.env, switch)

    def _prove_new_secret(self):
        """Try the new secret at Amazon: with a token it is in use from now on, refused it stays aside.

        :raise AmazonError: if Amazon does not say
        """
        self.ensure_one()
        secret = self._secret("new_secret")
        url = self.integration_id._endpoints(self._region()).lwa
        journal = self.env["hemi.amazon.call"]._journal(self.integration_id)
        try:
            LwaClient(url, self.client_id, secret, journal=journal).client_credentials(
                CLIENT_CREDENTIAL_ROTATION
            )
        except AmazonError as error:
            if error.code not in SECRET_REFUSED:
                raise
            self._new_secret_refused(error)
        else:
            self._promote(secret)

    def _promote(self, secret):
        """Use the new secret from now on, if it is still this one.

        :return: whether it is
        :rtype: bool
        """
        if not secret or self._readable_secret("new_secret") != secret:
            return False
        now = fields.Datetime.now()
        self.write(
            {
                "old_secret_encrypted": self.client_secret_encrypted,
                "old_secret_until": now + OLD_SECRET_LIFE,
                "client_secret_encrypted": self.new_secret_encrypted,
                "client_secret_set_at": self.new_secret_set_at,
                "client_secret_ends_at": self.new_secret_ends_at or self.new_secret_set_at + SECRET_LIFE,
                "client_secret_received": bool(self.new_secret_ends_at),
                "new_secret_encrypted": False,
                "new_secret_set_at": False,
                "new_secret_ends_at": False,
                "new_secret_try_at": False,
                "new_secret_problem": False,
            }
        )
        self.integration_id._message_log(
            body=self.env._("The new client_secret works and is in use. The old one is forgotten in 7 days.")
        )
        return True

    def _go_back(self, secret):
        """Use the old secret again, if it is still this one: Amazon refuses the one that took its place."""
        if self._readable_secret("old_secret") != secret:
            return
        self.write(
            {
                "client_secret_encrypted": self.old_secret_encrypted,
                "client_secret_set_at": False,
                "client_secret_received": False,
                "old_secret_encrypted": False,
                "old_secret_until": False,
            }
        )
        self.integration_id._need_person(
            self.env._("The client_secret in use was refused"),
            self.env._(
                "Amazon refuses the client_secret that was in use; the one before still works and is used "
                "again. Look in Seller Central, Develop Apps, which one is valid and until when, and enter "
                "it in Integration Credentials."
            ),
        )

    def _new_secret_refused(self, error):
        told = bool(self.new_secret_problem)
        digests = {*(self.refused_digests or "").split(), digest(self._secret("new_secret"))}
        self.write(
            {
                "new_secret_problem": str(error),
                "new_secret_try_at": fields.Datetime.now() + TRY_AGAIN,
                "refused_digests": " ".join(sorted(digests)),
            }
        )
        if not told:
            self.integration_id._need_person(
                self.env._("The new client_secret does not work"),
                self.env._(
                    "Amazon refuses the new client_secret: %s. The one before goes on. Copy the secret again "
                    "from Seller Central, Develop Apps, LWA credentials, and enter it in Integration "
                    "Credentials. It is tried again once a day.",
                    error,
                ),
            )

    def _forget_old_secret(self):
        if self.old_secret_until and self.old_secret_until <= fields.Datetime.now():
            self.write({"old_secret_encrypted": False, "old_secret_until": False})

    def _region(self):
        """Give the region whose address serves what belongs to the app: of its first account, else na.

        Amazon's models name the host of na, and no guide says which one an app of another region must take.
        """
        return self.integration_id.account_ids[:1].region or "na"


def digest(secret):
    """Tells a secret from another without keeping it."""
    return hashlib.sha256(secret.encode()).hexdigest()
