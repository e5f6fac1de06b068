"""The mail that arrives: a real SMTP server, and what it received."""

import re
from email import message_from_bytes
from email.policy import default
from html import unescape

from aiosmtpd.smtp import SMTP

from .clock import iso

_LINK = re.compile(r"https?://[^\s\"'<>]+")


class Inbox:
    """All mails, oldest first. It is the handler that aiosmtpd calls."""

    def __init__(self, clock):
        self._clock, self._mails = clock, []

    async def handle_DATA(self, server, session, envelope):
        """Take one mail."""
        self._mails.append(self._read(envelope))
        return "250 Message accepted for delivery"

    def mails(self):
        """Return the mails as JSON: to, sender, subject, html, text, links, time."""
        return list(self._mails)

    def clear(self):
        """Throw all mails away."""
        self._mails.clear()

    def server(self):
        """Return a new SMTP protocol for one connection."""
        return SMTP(self, hostname="localhost", enable_SMTPUTF8=True)

    def _read(self, envelope):
        message = message_from_bytes(envelope.content, policy=default)
        html, text = _body(message, "html"), _body(message, "plain")
        return {
            "time": iso(self._clock.now()),
            "sender": envelope.mail_from,
            "to": list(envelope.rcpt_tos),
            "subject": str(message["subject"] or ""),
            "html": html,
            "text": text,
            "links": _links(html or text),
        }


def _body(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""


def _links(text):
    """Return every address in a text once, in order."""
    return list(dict.fromkeys(unescape(link) for link in _LINK.findall(text)))
