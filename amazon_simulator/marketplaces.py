"""Amazon's marketplaces ("Marketplace IDs"). Last seen: 2026-11-23."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Marketplace:
    """One Amazon store."""

    id: str
    country: str
    region: str
    currency: str
    language: str
    domain: str

    @property
    def name(self):
        """E.g. ``Amazon.de``."""
        return "A" + self.domain.removeprefix("www.a")


_ROWS = """
A2EUQ1WTGCTBG2 CA na CAD en_CA www.amazon.ca
ATVPDKIKX0DER US na USD en_US www.amazon.com
A1AM78C64UM0Y8 MX na MXN es_MX www.amazon.com.mx
A2Q3Y263D00KWC BR na BRL pt_BR www.amazon.com.br
A1F83G8C2ARO7P GB eu GBP en_GB www.amazon.co.uk
A1PA6795UKMFR9 DE eu EUR de_DE www.amazon.de
A13V1IB3VIYZZH FR eu EUR fr_FR www.amazon.fr
APJ6JRA9NG5V4 IT eu EUR it_IT www.amazon.it
A1RKKUPIHCS9HS ES eu EUR es_ES www.amazon.es
A28R8C7NBKEWEA IE eu EUR en_IE www.amazon.ie
AMEN7PMS3EDWL BE eu EUR fr_BE www.amazon.com.be
A1805IZSGTT6HS NL eu EUR nl_NL www.amazon.nl
A2NODRKZP88ZB9 SE eu SEK sv_SE www.amazon.se
A1C3SOZRARQ6R3 PL eu PLN pl_PL www.amazon.pl
A33AVAJ2PDY3EV TR eu TRY tr_TR www.amazon.com.tr
ARBP9OOSHTCHU EG eu EGP ar_AE www.amazon.eg
A17E79C6D8DWNP SA eu SAR ar_AE www.amazon.sa
A2VIGQ35RCS4UG AE eu AED en_AE www.amazon.ae
A21TJRUUN4KGV IN eu INR en_IN www.amazon.in
AE08WJ6YKNBMC ZA eu ZAR en_ZA www.amazon.co.za
A19VAU5U5O7RUS SG fe SGD en_SG www.amazon.sg
A39IBJ37TRP1C6 AU fe AUD en_AU www.amazon.com.au
A1VC38T7YXB528 JP fe JPY ja_JP www.amazon.co.jp
"""

MARKETPLACES = {row.split()[0]: Marketplace(*row.split()) for row in _ROWS.strip().splitlines()}
REGIONS = frozenset(marketplace.region for marketplace in MARKETPLACES.values())
# Currencies without a smaller unit, of those above.
WHOLE_CURRENCIES = frozenset({"JPY"})
