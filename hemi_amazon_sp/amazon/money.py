"""Money as Amazon writes it: a decimal with the digits of its currency."""

from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 minor units that are not 2, among the currencies of Amazon's marketplaces. Last seen: 2026-11-23
_DIGITS = {"JPY": 0}
# Currencies of amzn-base.xsd, and ZAR of the marketplace that is younger than it. Last seen: 2026-11-23
CURRENCIES = frozenset(
    ("AED", "AUD", "BRL", "CAD", "CNY", "EGP", "EUR", "GBP", "INR")
    + ("JPY", "MXN", "PLN", "SAR", "SEK", "SGD", "TRY", "USD", "ZAR")
)


# More digits before the point are no money, and arithmetic would not stay exact.
_MAX_DIGITS = 12


def is_money(amount):
    """Tell whether ``amount`` is a finite number of a size that money can have."""
    return amount.is_finite() and amount.adjusted() < _MAX_DIGITS


def round_money(amount, currency):
    """Return ``amount`` with exactly the digits of ``currency``, half up.

    :param Decimal amount:
    :param str currency: ISO 4217
    :rtype: Decimal
    """
    return amount.quantize(Decimal(1).scaleb(-_DIGITS.get(currency, 2)), ROUND_HALF_UP)


def is_exact(amount, currency):
    """Tell whether ``amount`` is money with no more digits than ``currency`` has."""
    return is_money(amount) and round_money(amount, currency) == amount
