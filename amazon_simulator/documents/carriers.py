"""CarrierCode values that the simulated Amazon takes in OrderFulfillment, case-sensitive.

Amazon knows several hundred; these are the usual ones. Assumption: any other code is refused.
"""

OTHER = "Other"
CARRIERS = frozenset(
    """
4PX|A-1|AFL/Fedex|AIT|Amazon Shipping|Aramex|Arrow XL|Asendia|Australia Post|Bartolini|BJS
Best Express|Blue Package|BlueDart|BRT|Canada Post|CEVA|China Post|Chrono Express|Chronopost|Chukou1
City Link|Colis Prive|Colissimo|Conway|Correios|Correos|Correos Express|CTT EXPRESS|DB Schenker|DHL
DHL Express|DHL Freight|DHL Global Mail|DHL eCommerce|DHL-Paket|DPD|DPD Local|DTDC|DX Freight
Delhivery|Deutsche Post|Dynamex|Ecom Express|EMS|Emons|Endopack|Envialia|Estafeta|Estes|FEDEX_JP
Fastway|FedEx|FedEx Freight|FedEx SmartPost|First Flight|Furdeco|GEL Express|GEODIS|GLS|GO!|Geodis
Hellmann|Hermes|Hermes Einrichtungsservice|Hermes Logistik Gruppe|Hermes UK|Home Logistics
Hunter Logistics|India Post|InPost|JP_EXPRESS|Japan Post|Kuehne+Nagel|La Poste|Landmark|Lasership
MRW|Mondial Relay|NITTSU|Nacex|Newgistics|Nexive|Ninjavan|NipponExpress|OSM|OnTrac|Otto
Overnite Express|PIN|PTT Kargo|Parcel Monkey|Parcelforce|Parcelnet|Paack|PostNL|PostNord
Poste Italiane|Professional|Redyser|Rhenus|Rieck|Royal Mail|SAGAWA|SDA|SEINO|SF Express
SagawaExpress|Sagawa|Self Delivery|Sendle|Seur|Shiprocket|Smartmail|Spring GDS|StarTrack|Streamlite
Swiss post|TNT|TNTIT|TIPSA|Target|Tuffnells|TWS|UPS|UPS Freight|UPS Mail Innovations|UPSMI|USPS
UK MAIL|WanbExpress|WINIT|XDP|XPO|YAMATO|YANWEN|YamatoTransport|Yodel|Yun Express|YUN EXPRESS
ZTO Express|Other
""".strip()
    .replace("\n", "|")
    .split("|")
)
