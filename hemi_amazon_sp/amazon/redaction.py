"""Keeping secrets out of messages and logs."""

import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar

HIDDEN = "***"
# Access, refresh and grantless tokens of LWA; client secrets; authorisation codes are only ever in request
# bodies.
_SECRETS = re.compile(r"\b(?:Atza|Atzr|Atc|Atna)\|[\w.~+/=-]+|\bamzn1\.oa2-cs\.[\w.-]+")
# The query of a presigned address is its password; queries to Amazon can hold page tokens.
_QUERY = re.compile(r"\?[^\s\"'<>]+")
# Values of a call that are secret whatever they look like, as Python writes them: {'secret_key': '...'}.
_VALUES = re.compile(
    r"""(?P<name>['"](?:client_secret|access_key|secret_key|refresh_token)['"]: )"""
    r"""(?P<quote>['"])(?:\\.|(?!(?P=quote)).)*(?P=quote)"""
)
_LIBRARY_LOGGERS = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")


def redact(text):
    """Return ``text`` without secrets and without the query part of addresses."""
    return _QUERY.sub(f"?{HIDDEN}", hide_secrets(text))


def hide_secrets(text):
    """Return ``text`` without tokens, client secrets, and the values of fields that are secret."""
    return _SECRETS.sub(HIDDEN, _VALUES.sub(rf"\g<name>'{HIDDEN}'", str(text)))


class RedactingFilter(logging.Filter):
    """Takes secrets out of a record before any handler sees it.

    :param change: what is done with the text
    """

    def __init__(self, change=redact):
        super().__init__()
        self._change = change

    def filter(self, record):
        record.msg, record.args = self._change(record.getMessage()), ()
        return True


_queries_are_personal = ContextVar("queries_are_personal", default=False)


class QueryFilter(logging.Filter):
    """Hides the values of a query that the database refused, while they are of a buyer."""

    def filter(self, record):
        if _queries_are_personal.get() and record.levelno >= logging.WARNING:
            record.msg, record.args = f"A query with personal data was refused {HIDDEN}", ()
            record.exc_info = record.exc_text = None
        return True


@contextmanager
def personal_queries():
    """Keep what the database refuses inside the block out of the log: Odoo prints the whole query."""
    token = _queries_are_personal.set(True)
    try:
        yield
    finally:
        _queries_are_personal.reset(token)


_LIBRARY_FILTER, _CALL_FILTER = RedactingFilter(), RedactingFilter(hide_secrets)
_QUERY_FILTER = QueryFilter()


def protect_library_logs():
    """Make the HTTP library's own loggers redact; they print whole addresses at DEBUG level."""
    for name in _LIBRARY_LOGGERS:
        logging.getLogger(name).addFilter(_LIBRARY_FILTER)


def protect_call_log(name):
    """Make the logger that prints the arguments of every call at DEBUG level hide secrets.

    :param str name: of the logger
    """
    logging.getLogger(name).addFilter(_CALL_FILTER)


def protect_query_log(name):
    """Make the logger that prints refused queries hide those with personal data.

    :param str name: of the logger
    """
    logging.getLogger(name).addFilter(_QUERY_FILTER)
