"""Amazon writes ISO 8601 with an offset; Odoo keeps naive UTC."""

from datetime import UTC, datetime


def to_amazon(moment):
    """Write a datetime as Amazon does: ``2026-11-20T10:15:00Z``.

    :param datetime moment: naive UTC, or aware
    :rtype: str
    """
    return to_utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_amazon(text):
    """Read Amazon's date and time as naive UTC in whole seconds, as Odoo keeps it.

    :param str text: ISO 8601; without an offset it is UTC
    :rtype: datetime
    :raise ValueError: not a date and time
    """
    try:
        return to_utc(datetime.fromisoformat(text)).replace(microsecond=0)
    except OverflowError as error:  # before year 1 or after 9999 in UTC
        raise ValueError(f"{text} is out of range.") from error


def to_utc(moment):
    """Return ``moment`` as naive UTC.

    :param datetime moment: naive UTC, or aware
    """
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
