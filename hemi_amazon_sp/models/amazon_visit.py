import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools import hmac as keyed_digest
from psycopg2.errors import SerializationFailure

from ..transactions import in_own_transaction

WINDOW = timedelta(minutes=10)
# requests in a window; connecting one seller takes about six, so an office can connect twenty in a row
MOST_OF_ADDRESS, MOST_OF_LINK = 120, 40


class HemiAmazonVisit(models.Model):
    """How often the pages for sellers were asked for, by address and by link.

    A link counts for each address by itself: to whom it was forwarded can use up his own share, not the
    seller's. Neither addresses nor links are stored, but digests that only this database can make.
    """

    _name = "hemi.amazon.visit"
    _description = "Visits to the Pages for Sellers"
    _log_access = False

    key = fields.Char(required=True, copy=False, groups=fields.NO_ACCESS)
    count = fields.Integer(required=True)
    since = fields.Datetime(required=True, index=True)

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    def _admit(self, address, link=None):
        """Count a request; who is over the limit costs no further write.

        :param str address: where it came from
        :param str link: the token of a link that came with it
        :return: whether it is to be answered
        :rtype: bool
        """
        network = network_of(address)
        most = {self._key(network): MOST_OF_ADDRESS}
        if link:
            most[self._key(network, link)] = MOST_OF_LINK
        begin = fields.Datetime.now() - WINDOW
        known = self.search([("key", "in", list(most)), ("since", ">", begin)])
        if any(visit.count >= most[visit.key] for visit in known):
            return False
        try:
            in_own_transaction(self.env, lambda env: env[self._name]._count(list(most), begin))
        except SerializationFailure:
            return False  # so many at once that they stand in each other's way
        return True

    @api.model
    def _key(self, *parts):
        return keyed_digest(self.env, "hemi_amazon_sp visit", parts)

    @api.model
    def _count(self, keys, begin):
        for key in sorted(keys):  # in one order, so that two requests cannot wait for each other
            self.env.cr.execute(
                SQL(
                    """INSERT INTO hemi_amazon_visit AS visit (key, count, since) VALUES (%(key)s, 1, %(now)s)
                       ON CONFLICT (key) DO UPDATE
                       SET count = CASE WHEN visit.since > %(begin)s THEN visit.count + 1 ELSE 1 END,
                           since = CASE WHEN visit.since > %(begin)s THEN visit.since ELSE %(now)s END""",
                    key=key,
                    now=fields.Datetime.now(),
                    begin=begin,
                )
            )

    @api.autovacuum
    def _gc_visits(self):
        self.env.cr.execute(
            SQL("DELETE FROM hemi_amazon_visit WHERE since < %s", fields.Datetime.now() - WINDOW)
        )


def network_of(address):
    """Give what counts as one visitor: an address, of IPv6 the network of a household or an office."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
