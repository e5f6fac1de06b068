"""CarrierCode values that the simulated Amazon takes in OrderFulfillment, case-sensitive.

Amazon knows several hundred; these are the usual ones. Assumption: any other code is refused.
"""

OTHER = "Other"
CARRIERS = frozenset(
    """
4PX|A-1|AFL/Fedex|AIT|Amazon Shipping|Aramex|Arrow XL|Asendia|Australia Post|Bartolini|Best Express
BJS|Blue Package|BlueDart|BRT|Canada Post|CEVA|China Post|Chrono Express|Chronopost|Chukou1
City Link|Colis Prive|Colissimo|Conway|Correios|Correos|Correos Express|CTT EXPRESS|DB Schenker
Delhivery|Deutsche Post|DHL|DHL eCommerce|DHL Express|DHL Freight|DHL Global Mail|DHL-Paket|DPD
DPD Local|DTDC|DX Freight|Dynamex|Ecom Express|Emons|EMS|Endopack|Envialia|Estafeta|Estes|Fastway
FedEx|FedEx Freight|FedEx SmartPost|FEDEX_JP|First Flight|Furdeco|GEL Express|Geodis|GEODIS|GLS|GO!
Hellmann|Hermes|Hermes Einrichtungsservice|Hermes Logistik Gruppe|Hermes UK|Home Logistics
Hunter Logistics|India Post|InPost|Japan Post|JP_EXPRESS|Kuehne+Nagel|La Poste|Landmark|Lasership
Mondial Relay|MRW|Nacex|Newgistics|Nexive|Ninjavan|NipponExpress|NITTSU|OnTrac|OSM|Other|Otto
Overnite Express|Paack|Parcel Monkey|Parcelforce|Parcelnet|PIN|Poste Italiane|PostNL|PostNord
Professional|PTT Kargo|Redyser|Rhenus|Rieck|Royal Mail|Sagawa|SAGAWA|SagawaExpress|SDA|SEINO
Self Delivery|Sendle|Seur|SF Express|Shiprocket|Smartmail|Spring GDS|StarTrack|Streamlite|Swiss post
Target|TIPSA|TNT|TNTIT|Toll Global Express|Tuffnells|TWS|UK MAIL|UPS|UPS Freight
UPS Mail Innovations|UPSMI|USPS|WanbExpress|WINIT|XDP|XPO|YAMATO|YamatoTransport|YANWEN|Yodel
Yun Express|YUN EXPRESS|ZTO Express
""".strip()
    .replace("\n", "|")
    .split("|")
)
