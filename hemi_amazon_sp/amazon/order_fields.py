"""Reading Amazon's order JSON field by field, naming the field that is wrong."""

from decimal import Decimal, InvalidOperation

from .dates import from_amazon
from .errors import AmazonError
from .money import is_money

BAD_ORDER = "BadOrder"
# More digits behind the point than these would make sums inexact.
_MAX_DECIMALS = 12
# Amazon opened in 1995; years beyond these are mistakes, and nothing can be reckoned with them.
_YEARS = range(1995, 2200)
_MOST_UNITS = 10**9


class OrderError(AmazonError):
    """An order that cannot be read: which field, and why. The value is left out, it may be personal.

    :param str path: such as ``order.orderItems[0].product``
    :param str what: such as ``is missing``
    """

    def __init__(self, path, what):
        super().__init__(BAD_ORDER, f"Amazon's order cannot be read: {path} {what}.")
        self.path = path


class Reader:
    """One JSON object of an order. Optional fields give None (or an empty reader) when absent, null or empty.

    All readers of an order share its currency: the first amount sets it, another one is an error.
    """

    def __init__(self, value, path, currencies=None):
        if value is not None and not isinstance(value, dict):
            raise OrderError(path, "is not an object")
        self._value = value or {}
        self._path = path
        self._currencies = set() if currencies is None else currencies

    @property
    def exists(self):
        """Whether Amazon gave the object and something in it."""
        return bool(self._value)

    @property
    def currency(self):
        """The one currency of all amounts read so far, or None."""
        return next(iter(self._currencies), None)

    def child(self, name, required=False):
        """Return the reader of an object."""
        return Reader(self._get(name, required), f"{self._path}.{name}", self._currencies)

    def children(self, name, required=False):
        """Return the readers of a list of objects."""
        path = f"{self._path}.{name}"
        values = self._typed(name, list, "is not a list", required) or []
        return [Reader(value, f"{path}[{index}]", self._currencies) for index, value in enumerate(values)]

    def text(self, name, required=False):
        """Return a text without the white space around it, and without what no database keeps (NUL, half
        of a surrogate pair)."""
        text = (self._typed(name, str, "is not text", required) or "").replace("\0", "")
        text = text.encode(errors="replace").decode().strip()
        if required and not text:
            raise OrderError(f"{self._path}.{name}", "is empty")
        return text or None

    def texts(self, name):
        """Return the texts of a list."""
        return tuple(
            text for text in self._typed(name, list, "is not a list", False) or () if isinstance(text, str)
        )

    def names(self):
        """Return the names of the fields that hold something."""
        return tuple(name for name, value in self._value.items() if value)

    def number(self, name, required=False):
        """Return a whole number of units: not negative, and none that nobody could ship."""
        number = self._typed(name, int, "is not a whole number", required)
        if isinstance(number, bool) or (number is not None and not 0 <= number <= _MOST_UNITS):
            raise OrderError(f"{self._path}.{name}", "is not a number of units")
        return number

    def moment(self, name, required=False):
        """Return a date and time as naive UTC."""
        text = self.text(name, required)
        try:
            moment = from_amazon(text) if text else None
        except (ValueError, OverflowError):
            raise OrderError(f"{self._path}.{name}", "is not a date and time") from None
        if moment and moment.year not in _YEARS:
            raise OrderError(f"{self._path}.{name}", f"lies in the year {moment.year}")
        return moment

    def money(self, name, required=False):
        """Return the amount of a ``Money``."""
        money = self.child(name, required)
        if not money.exists:
            if required:
                raise OrderError(f"{self._path}.{name}", "is empty")
            return None
        amount, currency = money.text("amount", required=True), money.text("currencyCode", required=True)
        self._currencies.add(currency)
        if len(self._currencies) > 1:
            raise OrderError(f"{self._path}.{name}.currencyCode", "differs from the currency of the order")
        return _decimal(amount, f"{self._path}.{name}.amount")

    def _get(self, name, required):
        value = self._value.get(name)
        if required and value is None:
            raise OrderError(f"{self._path}.{name}", "is missing")
        return value

    def _typed(self, name, kind, what, required):
        value = self._get(name, required)
        if value is not None and not isinstance(value, kind):
            raise OrderError(f"{self._path}.{name}", what)
        return value


def _decimal(text, path):
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise OrderError(path, "is not a number") from None
    if not is_money(amount) or amount.as_tuple().exponent < -_MAX_DECIMALS:
        raise OrderError(path, "is not a number of money")
    return amount
