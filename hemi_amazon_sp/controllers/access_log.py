"""Odoo's access log prints each request with its query, and the queries of our pages are keys.

The link of the mail must be in the query: a mail can only hold an address, and a fragment would need a script
to arrive. Amazon sends its code and our state in a query too, so moving the link into a cookie and
redirecting to a clean address would hide one of three. So the query is taken out of the log line, for our
pages only. A proxy in front of Odoo writes a log of its own; a link or a state found there opens nothing
without the seller's password at Amazon, or the browser's cookie.
"""

import logging
import re

PATH = "/hemi_amazon_sp/oauth/"
_QUERY = re.compile(rf"({PATH}[^\s?]*)\?.*?(?= HTTP/|$)")


class WithoutQuery(logging.Filter):
    """Takes the query of our pages out of a record before any handler sees it."""

    def filter(self, record):
        message = record.getMessage()
        if PATH in message:
            record.msg, record.args = _QUERY.sub(r"\1?***", message), ()
        return True


def keep_queries_out():
    """Have werkzeug, which writes the access log, print our pages without their queries."""
    logging.getLogger("werkzeug").addFilter(WithoutQuery())
