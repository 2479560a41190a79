"""The odd but valid shapes that orders have in real life, put on generated orders."""

import dataclasses

from .orders import as_list, dump, lines_of, parse, section
from .times import format_ms


def bend(rng, order):
    """The order in one odd shape; its id, date and ship node type stay what they are for the search."""
    document = parse(order.body)
    escape = rng.choice(_ODDITIES)(document)
    lines = lines_of(document)
    return dataclasses.replace(
        order, body=dump(document, escape=bool(escape)), line_count=len(lines),
        statuses=order.statuses if lines else frozenset(), skus=order.skus if lines else frozenset())


def _objects_for_arrays(document):
    lines = document["orderLines"]
    for line in lines["orderLine"]:
        for holder, name in ((line["charges"], "charge"), (line["orderLineStatuses"], "orderLineStatus")):
            if len(holder[name]) == 1:
                holder[name] = holder[name][0]
    if len(lines["orderLine"]) == 1:
        lines["orderLine"] = lines["orderLine"][0]


def _numbers_as_strings(document):
    document["orderDate"] = str(document["orderDate"])
    for line in lines_of(document):
        line["statusDate"] = str(line["statusDate"])
        for charge in line["charges"]["charge"]:
            charge["chargeAmount"]["amount"] = _digits(charge["chargeAmount"]["amount"])
            if charge["tax"]:
                charge["tax"]["taxAmount"]["amount"] = _digits(charge["tax"]["taxAmount"]["amount"])


def _digits(value):
    return str(value).partition("#")[2] or str(value)    # dump() marks kept numbers with '#'


def _strings_as_numbers(document):
    document["purchaseOrderId"] = int(document["purchaseOrderId"])
    document["customerOrderId"] = int(document["customerOrderId"])
    for line in lines_of(document):
        line["lineNumber"] = int(line["lineNumber"])
        line["orderLineQuantity"]["amount"] = int(line["orderLineQuantity"]["amount"])


def _iso_times(document):
    for line in lines_of(document):
        line["statusDate"] = format_ms(line["statusDate"])
        line["orderLineQuantity"]["amount"] += ".0"


def _lines_null(document):
    document["orderLines"] = None


def _lines_missing(document):
    del document["orderLines"]


def _lines_empty(document):
    document["orderLines"] = {"orderLine": []}


def _no_charges(document):
    for line in lines_of(document):
        line["charges"] = {}


def _only_shipping(document):
    for line in lines_of(document):
        for charge in line["charges"]["charge"]:
            charge["chargeType"] = "SHIPPING"


def _no_statuses(document):
    for line in lines_of(document):
        line["orderLineStatuses"] = None


def _taxes_empty(document):
    for line in lines_of(document):
        for charge in line["charges"]["charge"]:
            charge["tax"] = {}


def _no_shipping_info(document):
    document["shippingInfo"] = None
    document["customerEmailId"] = None


def _empty_sections(document):
    document["shippingInfo"]["postalAddress"] = {}
    document["shipNode"] = {}


def _no_ship_node(document):
    del document["shipNode"]


def _bare_tracking(document):
    for line in lines_of(document):
        for status in as_list(section(line["orderLineStatuses"]).get("orderLineStatus")):
            status["statusQuantity"] = None
            status["trackingInfo"] = {"shipDateTime": None, "carrierName": {}, "trackingNumber": None}


def _unknown_fields(document):
    document["futureField"] = {"added": "by the API", "list": [1, 2.50, None, {"deep": [[[]]]}]}
    for line in lines_of(document):
        line["miscAttributes"] = [{"group": "VEHICLE_DETAILS", "values": {"year": 2026}}]


def _refunded(document):
    for line in lines_of(document):
        charge = {"chargeType": "PRODUCT", "chargeName": "Lost in Transit",
                  "chargeAmount": {"currency": "USD", "amount": -1}, "tax": None}
        line["refund"] = {"refundId": None, "refundComments": None, "refundCharges": {
            "refundCharge": [{"refundReason": "DamagedItem", "charge": charge}]}}


def _escaped(document):
    """Every sign beyond ASCII as \\u escape, pairs of surrogates too."""
    document["mart"] = "Walmart.com \U0001F6D2"
    return True


_ODDITIES = (_objects_for_arrays, _numbers_as_strings, _strings_as_numbers, _iso_times, _lines_null, _lines_missing,
             _lines_empty, _no_charges, _only_shipping, _no_statuses, _taxes_empty, _no_shipping_info,
             _empty_sections, _no_ship_node, _bare_tracking, _unknown_fields, _refunded, _escaped)
