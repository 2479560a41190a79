"""Made-up products, places and words for generated orders, as ready JSON where that saves time."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    sku: str
    cents: int
    json: str      # the line's `item`


def _product(sku, name, cents, condition="New"):
    item = {"productName": name, "sku": sku, "condition": condition}
    return Product(sku, cents, json.dumps(item, ensure_ascii=False, separators=(",", ":")))


def _address(name, street, second, city, state, code, kind="RESIDENTIAL"):
    address = {"name": name, "address1": f"#HOUSE# {street}", "address2": second, "city": city, "state": state,
               "postalCode": code, "country": "USA", "addressType": kind}
    text = json.dumps(address, ensure_ascii=False, separators=(",", ":"))
    return text.replace("%", "%%").replace("#HOUSE#", "%(house)d")


PRODUCTS = [
    _product("BTL-24-SS", "Stainless Steel Water Bottle, 24 oz, leak-proof lid, keeps cold 24 h", 1899),
    _product("LAMP-01", "LED Desk Lamp with USB charging port and five brightness levels", 2499),
    _product("004634169", "Replacement filter for room air cleaner, two pieces", 1250),
    _product("HOSE-50", "Garden Hose, 50 ft, with \"quick-lock\" couplings", 3240),
    _product("MUG-4", "Ceramic Mug Set, 4 pieces – crème brûlée glaze", 3100),
    _product("TEE-BLU-M", "Cotton T-Shirt, Blue, M", 995),
    _product("TEA-龍井", "龍井茶 Longjing green tea, 100 g 🍵", 2105, "New without box"),
    _product("A/B % & = +", "Adapter kit, A to B; sku with every awkward sign", 799),
    _product("BOOK-Ñ", "Cocina fácil: 120 recetas del año", 1420, "Pre-Owned: Like New"),
    _product("NUT-№7", "Hex nuts № 7, zinc, bag of 100\tbulk", 310),
    _product("SOFA-XL", "Corner sofa, modular, dark grey, left or right hand, with storage box and two cushions", 129900),
    _product("caSE-x", "Phone case, clear, fits models of 2024 and 2025; scratch-resistant; slim; wireless charging "
             "works through it; raised edges protect camera and screen", 1495, "Restored"),
    _product("CASE-X", "Phone case, black", 1495),
    _product("ZERO-COST", "Sample sachet, free of charge", 0),
]

ADDRESSES = [
    _address("Robin Sample", "Example Ave", None, "Springfield", "IL", "62701"),
    _address("Alex  Placeholder", "N Test Blvd", "Apt 3", "Austin", "TX", "73301"),
    _address("Zoë Nuñez-O’Brien", "Rue de l’Exemple", "№ 5, 2º", "San José", "CA", "95110"),
    _address("李 明", "Made-up St", "", "Flushing", "NY", "11354", "OFFICE"),
    _address("سارة مثال", "Fiction Rd", None, "Dearborn", "MI", "48120"),
    _address("Sam \"Sammy\" Demo", "C:\\Yard Ln", "Unit #100%", "Mobile", "AL", "36602"),
    _address("Pat Invented", "Nowhere Ct 🏠", None, "Boise", "ID", "83702-0001"),
]

SHIP_NODES = {
    "SellerFulfilled": '{"type":"SellerFulfilled"}',
    "WFSFulfilled": '{"type":"WFSFulfilled","name":"WFS","id":null}',
    "3PLFulfilled": '{"type":"3PLFulfilled","name":"Made-up Logistics, Reno","id":"10000000001"}',
}

METHODS = ("Value", "Value", "Standard", "Standard", "Express", "OneDay", "Freight")
SHIP_METHODS = ("VALUE", "STANDARD", "EXPEDITED")
PROGRAMS = ("null", "null", '"TWO_DAY"', '"THREE_DAY"')
CARRIERS = ("UPS", "USPS", "FedEx", "OnTrac", "DHL", "Corner Courier", "Büro-Bote")
OTHERS = ("Corner Courier", "Büro-Bote")
REASONS = ("CUSTOMER_REQUESTED_SELLER_TO_CANCEL", "SELLER_CANCEL_OUT_OF_STOCK", "SELLER_CANCEL_PRICING_ERROR")
