"""Keeping secrets out of messages and logs."""

import logging
import re

HIDDEN = "***"
# Access, refresh and grantless tokens of LWA; client secrets; authorisation codes are only ever in request
# bodies.
_SECRETS = re.compile(r"\b(?:Atza|Atzr|Atc|Atna)\|[\w.~+/=-]+|\bamzn1\.oa2-cs\.[\w.-]+")
# The query of a presigned address is its password; queries to Amazon can hold page tokens.
_QUERY = re.compile(r"\?[^\s\"'<>]+")
_LIBRARY_LOGGERS = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")


def redact(text):
    """Return ``text`` without tokens, client secrets and the query part of addresses."""
    return _QUERY.sub(f"?{HIDDEN}", _SECRETS.sub(HIDDEN, str(text)))


class RedactingFilter(logging.Filter):
    """Takes secrets out of a record before any handler sees it."""

    def filter(self, record):
        record.msg, record.args = redact(record.getMessage()), ()
        return True


_FILTER = RedactingFilter()


def protect_library_logs():
    """Make the HTTP library's own loggers redact; they print whole addresses at DEBUG level."""
    for name in _LIBRARY_LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
