import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .secret import secret

MANAGER = "hemi_amazon_sp.hemi_amazon_sp_group_manager"
APPLICATION_ID = re.compile(r"amzn1\.(sp\.solution|sellerapps\.app)\.[\w-]+")
CLIENT_ID = re.compile(r"amzn1\.application-oa2-client\.[0-9a-f]+")
ARN = re.compile(r"arn:aws[\w-]*:(iam|sqs|sts):[\w-]*:\d{12}:.+")


class HemiAmazonIntegrationCredentials(models.Model):
    _name = "hemi.amazon.integration.credentials"
    _description = "Integration Credentials"
    _inherit = ["hemi.amazon.secret.mixin"]
    _rec_name = "integration_id"

    _secrets = ("client_secret", "access_key", "secret_key")

    integration_id = fields.Many2one(
        "hemi.amazon.integration",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env["hemi.amazon.integration"].search(
            [("credentials_ids", "=", False)], limit=1
        ),
        help="The app that these values belong to. They are the same for all sellers of the app.",
    )
    company_id = fields.Many2one(related="integration_id.company_id")
    application_id = fields.Char(
        "application_id",
        required=True,
        help="Seller Central, Apps and Services, Develop Apps: the App ID under the name of the app. It "
        "starts with "
        "amzn1.sp.solution. or amzn1.sellerapps.app.",
    )
    client_id = fields.Char(
        "client_id",
        required=True,
        help="Seller Central, Apps and Services, Develop Apps, LWA credentials (View): the Client "
        "identifier. It starts "
        "with amzn1.application-oa2-client.",
    )
    client_secret, client_secret_encrypted = secret(
        "client_secret",
        "Seller Central, Apps and Services, Develop Apps, LWA credentials (View): the Client secret. It "
        "is stored encrypted and "
        "never shown again.",
        MANAGER,
    )
    arn = fields.Char(
        "arn",
        help="Optional. AWS, IAM, Roles: the ARN of the role that reads your own SQS queues. Amazon has "
        "not needed it for the API "
        "since October 2023.",
    )
    access_key, access_key_encrypted = secret(
        "access_key",
        "Optional. AWS, IAM, Users, Security credentials: the access key ID of the user that reads your "
        "own SQS queues.",
        MANAGER,
    )
    secret_key, secret_key_encrypted = secret(
        "secret_key",
        "Optional. AWS, IAM, Users, Security credentials: the secret access key that belongs to the "
        "access key.",
        MANAGER,
    )
    client_secret_stored = fields.Boolean("client_secret is stored", compute="_compute_stored")
    access_key_stored = fields.Boolean("access_key is stored", compute="_compute_stored")
    secret_key_stored = fields.Boolean("secret_key is stored", compute="_compute_stored")

    _integration_unique = models.Constraint(
        "unique(integration_id)",
        "This integration has credentials already. Change those instead of adding others.",
    )

    @api.depends("client_secret_encrypted", "access_key_encrypted", "secret_key_encrypted")
    def _compute_stored(self):
        for credentials in self.sudo():
            for name in self._secrets:
                credentials[f"{name}_stored"] = bool(credentials[f"{name}_encrypted"])

    @api.constrains("application_id", "client_id", "arn")
    def _check_values(self):
        for credentials in self:
            if not APPLICATION_ID.fullmatch(credentials.application_id):
                raise ValidationError(
                    self.env._(
                        "The application_id %(value)s is not one of Amazon's. It starts with "
                        "amzn1.sp.solution. or "
                        "amzn1.sellerapps.app. and is found in Seller Central under Develop Apps.",
                        value=credentials.application_id,
                    )
                )
            if not CLIENT_ID.fullmatch(credentials.client_id):
                raise ValidationError(
                    self.env._(
                        "The client_id %(value)s is not one of Amazon's. It starts with "
                        "amzn1.application-oa2-client. and is "
                        "found in Seller Central under Develop Apps, LWA credentials.",
                        value=credentials.client_id,
                    )
                )
            if credentials.arn and not ARN.fullmatch(credentials.arn):
                raise ValidationError(
                    self.env._(
                        "The arn %(value)s is not an AWS resource name. It looks like "
                        "arn:aws:iam::123456789012:role/name.",
                        value=credentials.arn,
                    )
                )
