"""Amazon's flat files: a header, and rows of values separated by tabs."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation

from ..dates import from_amazon
from ..errors import BAD_ANSWER, AmazonError
from ..money import is_money

# English whatever the machine speaks: strptime's %b follows the locale.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})(?: (\d\d:\d\d:\d\d))?")
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d{1,2}")
_FLAGS = {"true": True, "y": True, "yes": True, "false": False, "n": False, "no": False}


@dataclass(frozen=True)
class Row:
    """One row. What is empty, or of a column that the file does not have, is None.

    :param int number: line in the file, the header is 1
    :param dict values: column in small letters -> text
    :param frozenset required: columns in small letters. A value of theirs that cannot be read is an error;
        a value of any other column that cannot be read is None, for it must not stop the whole report.
    """

    number: int
    values: dict
    required: frozenset

    def text(self, column):
        """Return a text."""
        return self.values.get(column.lower())

    def needed(self, column):
        """Return a text that must be there.

        :raise AmazonError: ``BadAnswer``
        """
        return self.text(column) or self._refuse(column, "has no value")

    def whole(self, column):
        """Return a whole number."""
        return self._read(column, int)

    def decimal(self, column):
        """Return an amount or rate as ``Decimal``; a decimal comma and thousands are understood."""
        return self._read(column, _decimal)

    def time(self, column):
        """Return a time as naive UTC. A day alone is its midnight."""
        return self._read(column, _time)

    def flag(self, column):
        """Return True or False for true, yes, Y, false, no, N in any case."""
        return self._read(column, lambda text: _FLAGS[text.lower()])

    def _read(self, column, reader):
        text = self.text(column)
        try:
            return None if text is None else reader(text)
        except (ValueError, KeyError, InvalidOperation):
            return self._refuse(column, "cannot be read") if column.lower() in self.required else None

    def _refuse(self, column, what):
        """The value itself may be personal data, and is not shown."""
        raise AmazonError(BAD_ANSWER, f"The value of {column} in line {self.number} of the report {what}.")


def read_rows(content, required, japan=False):
    """Return the rows of a flat file.

    UTF-8 with or without mark; what is not, is Shift-JIS for Japan and Windows-1252 for the rest of the
    world. Amazon names the encoding only in the document's content type, and not for all reports.

    :param bytes content:
    :param required: names of columns, which must be there in any order; others may be missing, and unknown
        ones are ignored
    :param bool japan: whether it is of the marketplace amazon.co.jp
    :rtype: list[Row]
    :raise AmazonError: ``BadAnswer`` for a missing column, or a row with more values than the header
    """
    lines = _decode(content, "cp932" if japan else "cp1252").replace("\r\n", "\n").split("\n")
    columns = [_cell(text, "").lower() for text in lines[0].split("\t")]
    missing = [name for name in required if name.lower() not in columns]
    if missing:
        raise AmazonError(BAD_ANSWER, f"The report has no column {', '.join(missing)}.")
    needed = frozenset(name.lower() for name in required)
    return [
        Row(number, _values(number, columns, line), needed)
        for number, line in enumerate(lines[1:], 2)
        if line.strip()
    ]


def _decode(content, other):
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(other, "replace")


def _values(number, columns, line):
    cells = [_cell(text) for text in line.split("\t")]
    if any(cells[len(columns) :]):
        raise AmazonError(BAD_ANSWER, f"Line {number} of the report has more values than there are columns.")
    return dict(zip(columns, cells, strict=False))


def _cell(text, empty=None):
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    return text or empty


def _decimal(text):
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    value = Decimal(text)
    if not is_money(value):
        raise ValueError(text)
    return value


def _time(text):
    text = text.removesuffix(" UTC").replace("/", "-")
    match = _DAY_MONTH_YEAR.fullmatch(text)
    if not match:
        return from_amazon(text)
    day, month, year, clock = match.groups()
    date = datetime(int(year), _MONTHS.index(month.lower()) + 1, int(day))
    return datetime.combine(date, time.fromisoformat(clock)) if clock else date
