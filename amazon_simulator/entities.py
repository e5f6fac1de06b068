"""Who and what Amazon knows: applications, sellers, listings."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from .marketplaces import MARKETPLACES, REGIONS

# "Rotating your application's LWA credentials". Last seen: 2026-11-23
SECRET_LIFE = timedelta(days=180)
OLD_SECRET_LIFE = timedelta(days=7)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
DRAFT, PUBLISHED = "draft", "published"

# Roles that the operations here ask for ("Role mappings for SP-API operations").
TRACKING = "Inventory and Order Tracking"
DELIVERY = "Direct-to-Consumer Delivery"
LISTING = "Product Listing"
PRICING = "Pricing"
INVOICING = "Tax Invoicing"
ROLES = frozenset({TRACKING, DELIVERY, LISTING, PRICING, INVOICING})

# The channel of goods in the seller's own warehouse; all others ("AMAZON_EU", ...) are Amazon's.
MERCHANT_CHANNEL = "DEFAULT"


@dataclass
class Application:
    """An application registered with Amazon.

    :param str state: ``draft`` (needs ``version=beta``) or ``published``
    :param datetime secret_expires: after it, the client secret is of no use
    :param SecretQueue queue: registered for notices about the client secret; None if there is none
    :param list old_secrets: (secret, when it ends), oldest first
    """

    id: str
    client_id: str
    client_secret: str
    redirect_uris: tuple
    login_uri: str | None
    state: str
    roles: frozenset
    secret_expires: object
    name: str
    queue: object = None
    old_secrets: list = field(default_factory=list)

    def secrets(self):
        """Return all client secrets that there ever were: (secret, when it ends), the newest first."""
        return [(self.client_secret, self.secret_expires), *reversed(self.old_secrets)]

    def rotate(self, secret, now):
        """Take a new client secret; the one before works a week longer, never longer than its own life."""
        self.old_secrets.append((self.client_secret, min(self.secret_expires, now + OLD_SECRET_LIFE)))
        self.client_secret, self.secret_expires = secret, now + SECRET_LIFE

    def __post_init__(self):
        if self.state not in (DRAFT, PUBLISHED):
            raise ValueError(f"The state of an application is {DRAFT} or {PUBLISHED}, not {self.state!r}.")
        if not self.redirect_uris:
            raise ValueError("An application needs at least one redirect URI.")
        if unknown := self.roles - ROLES:
            raise ValueError(f"Unknown roles: {', '.join(sorted(unknown))}.")
        for uri in (*self.redirect_uris, *filter(None, [self.login_uri])):
            _check_address(uri)


def _check_address(uri):
    """Amazon takes https only; plain http here for loopback, where everything of this simulator lives."""
    parts = urlsplit(uri)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{uri} must begin with https:// (http:// for loopback only).")


@dataclass
class Listing:
    """A seller's SKU: what is the same in all marketplaces, and Amazon's attributes."""

    sku: str
    asin: str
    product_type: str
    title: str
    channel: str
    created: object
    updated: object
    attributes: dict = field(default_factory=dict)
    issues: list = field(default_factory=list)
    stock_updates: int = 0
    price_updates: dict = field(default_factory=dict)

    @property
    def by_amazon(self):
        """Whether Amazon keeps and ships the goods."""
        return self.channel != MERCHANT_CHANNEL

    @property
    def quantity(self):
        """Units that the merchant offers; None for goods that Amazon keeps, or never told."""
        return next(
            (
                entry.get("quantity")
                for entry in self.attributes.get("fulfillment_availability", [])
                if entry.get("fulfillment_channel_code") == MERCHANT_CHANNEL
            ),
            None,
        )

    def offers(self, marketplace_id=None):
        """Return (marketplace_id, currency, audience, price as ``Decimal``) of every offer with a price."""
        for offer in self.attributes.get("purchasable_offer", []):
            if marketplace_id in (None, offer["marketplace_id"]) and offer.get("our_price"):
                price = offer["our_price"][0]["schedule"][0]["value_with_tax"]
                yield (
                    offer["marketplace_id"],
                    offer["currency"],
                    offer.get("audience", "ALL"),
                    Decimal(str(price)),
                )


@dataclass
class Seller:
    """A selling partner account of one region.

    :param str vat_calculation: see ``World.register_seller``
    """

    id: str
    name: str
    region: str
    marketplaces: tuple
    email: str
    password: str
    vat_calculation: str | None = None
    listings: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.region not in REGIONS:
            raise ValueError(f"The region is na, eu or fe, not {self.region!r}.")
        if self.vat_calculation not in (None, "seller", "amazon"):
            raise ValueError(f"vat_calculation is seller, amazon or None, not {self.vat_calculation!r}.")
        for marketplace_id in self.marketplaces:
            marketplace = MARKETPLACES.get(marketplace_id)
            if marketplace is None or marketplace.region != self.region:
                raise ValueError(f"{marketplace_id!r} is no marketplace of the region {self.region}.")
