"""An order of Amazon as values: Decimal money, naive UTC, None for what Amazon does not tell.

Names and requirements are those of the model orders_2026-01-01.json.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .charges import ZERO, Charge

BUSINESS = "AMAZON_BUSINESS"
# Amazon has not let it be shipped yet
PENDING = ("PENDING_AVAILABILITY", "PENDING")


@dataclass(frozen=True)
class Buyer:
    """Who bought. ``email`` is Amazon's relay address."""

    name: str | None = None
    email: str | None = None
    company: str | None = None
    purchase_order: str | None = None


@dataclass(frozen=True)
class Address:
    """A postal address.

    :param lines: the street lines that are not empty
    :param country_code: ISO 3166-1
    :param extended: what Amazon tells apart besides (Brazil), and the municipality
    """

    name: str | None
    company: str | None
    lines: tuple[str, ...]
    city: str | None
    district: str | None
    state: str | None
    postal_code: str | None
    country_code: str | None
    phone: str | None
    address_type: str | None
    extended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """What the buyer wishes; ``capabilities`` are Amazon's words, such as ``HAS_ACCESS_POINT``."""

    drop_off: str | None = None
    instruction: str | None = None
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaxRegistration:
    """A tax number of the buyer: ``type`` is Amazon's, such as ``VAT`` or ``BUSINESS``."""

    type: str | None
    number: str | None
    legal_name: str | None
    address: Address | None


@dataclass(frozen=True)
class Item:
    """One order item. Money is in the order's currency.

    :param unit_price: of one unit, as Amazon shows it; None if not told
    :param total: what all charges of the item come to (``proceedsTotal``); None while Amazon does not tell
    :param charges: their gross sum is ``total`` wherever that is known
    :param tax_included: whether the amounts of the charges contain their tax
    :param tax_told: whether Amazon says anything about tax
    :param facilitator: Amazon collects and remits the tax (``MARKETPLACE_FACILITATOR``)
    :param reporting_scheme: ``IOSS``, ``UOSS`` ... where Amazon names one
    :param constraints: what shipping must heed, such as ``signatureConfirmation``
    """

    item_id: str
    sku: str | None
    asin: str | None
    title: str | None
    quantity_ordered: int
    quantity_fulfilled: int
    quantity_unfulfilled: int
    unit_price: Decimal | None
    total: Decimal | None
    charges: tuple[Charge, ...]
    tax_included: bool
    facilitator: bool
    reporting_scheme: str | None
    gift_message: str | None
    gift_wrap: str | None
    cancellation_requested: bool
    cancel_reason: str | None
    ioss_number: str | None
    tax_told: bool = False
    customized_url: str | None = None
    serial_numbers_required: bool = False
    constraints: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()

    @property
    def quantity(self):
        """Units that are or will be delivered; what was cancelled is neither fulfilled nor open."""
        return min(self.quantity_ordered, self.quantity_fulfilled + self.quantity_unfulfilled)


@dataclass(frozen=True)
class Order:
    """One order. Times are naive UTC.

    :param marketplace_id: None for orders of other channels
    :param status: ``PENDING_AVAILABILITY``, ``PENDING``, ``UNSHIPPED``, ``PARTIALLY_SHIPPED``, ``SHIPPED``,
        ``CANCELLED``, ``UNFULFILLABLE``; None if fulfillment was not asked for
    :param fulfilled_by: ``MERCHANT`` or ``AMAZON``
    :param currency: None while the order holds no amount at all
    :param grand_total: what the order comes to, tax included
    :param charges: charges of the order that belong to no item, such as a tip
    :param tax_registrations: of the buyer
    :param replaces: the order that this one replaces or is exchanged for
    :param cash_on_delivery: the buyer pays the carrier
    :param payload: the order as Amazon sent it
    """

    order_id: str
    created_at: datetime
    last_updated_at: datetime
    channel: str
    marketplace_id: str | None
    status: str | None
    fulfilled_by: str | None
    service_level: str | None
    ship_by_from: datetime | None
    ship_by: datetime | None
    deliver_by_from: datetime | None
    deliver_by: datetime | None
    currency: str | None
    grand_total: Decimal | None
    buyer: Buyer
    address: Address | None
    items: tuple[Item, ...]
    charges: tuple[Charge, ...] = ()
    programs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    tax_registrations: tuple[TaxRegistration, ...] = ()
    replaces: str | None = None
    cash_on_delivery: bool = False
    delivery: Delivery = Delivery()
    payload: dict = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_business(self):
        """Whether a company bought as a company."""
        return BUSINESS in self.programs or bool(self.buyer.company)

    @property
    def total(self):
        """What the buyer pays: Amazon's total, or the sum of all charges while Amazon tells none."""
        if self.grand_total is not None:
            return self.grand_total
        return self._items_total + sum((charge.gross for charge in self.charges), ZERO)

    @property
    def due_charges(self):
        """The order's own charges, unless Amazon's total is that of the items: a tip is charged separately,
        and counts when it is in the total."""
        return () if self.grand_total == self._items_total else self.charges

    @property
    def _items_total(self):
        return sum((charge.gross for item in self.items for charge in item.charges), ZERO)
