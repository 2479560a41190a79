"""Made-up orders in the shape of the API: the same arguments give the same orders."""

import json
import random
from dataclasses import dataclass

from . import catalogue, oddities
from .orders import SHIP_NODE_TYPES, Order
from .settings import BadSetting
from .times import DAY_MS, HOUR_MS, MINUTE_MS

BOUNDARY_FRACTION = 0.02      # orders at a full second, minute or hour: what sloppy window bounds lose or double
SHARED_CUSTOMER_ORDER = 0.1   # purchase orders that belong to the customer order before them
REPLACEMENT_FRACTION = 0.02
_ID_STEP = 387420489          # coprime to 10: ids are unique and do not rise with time


@dataclass
class Plan:
    count: int
    from_ms: int
    to_ms: int
    seed: int = 1
    burst_fraction: float = 0.0
    burst_minute_ms: int = 0
    oddities: float = 0.05
    weights: tuple = (0.7, 0.2, 0.1)
    now_ms: int = 0           # nothing of an order's life is later than this, unless the order itself is
    first_number: int = 0     # of the ids; later plans of one sandbox go on behind earlier ones

    def check(self):
        if self.count < 0 or self.to_ms <= self.from_ms:
            raise BadSetting("orders must be 0 or more, and 'from' before 'to'")
        if not 0 <= self.burst_fraction <= 1 or not 0 <= self.oddities <= 1:
            raise BadSetting("fractions must lie between 0 and 1")
        inside = self.from_ms <= self.burst_minute_ms and self.burst_minute_ms + MINUTE_MS <= self.to_ms
        if self.burst_fraction and not inside:
            raise BadSetting("the burst minute must lie between 'from' and 'to'")


def generate(plan):
    """The orders of the plan, oldest first."""
    plan.check()
    rng = random.Random(plan.seed)
    orders = []
    customer_order = ""
    for number, moment in enumerate(_moments(plan, rng), plan.first_number):
        order_id = f"1088{plan.seed % 100:02d}{(number * _ID_STEP + 7) % 10**9:09d}"
        if not customer_order or rng.random() >= SHARED_CUSTOMER_ORDER:
            customer_order = f"2000{plan.seed % 100:02d}{(number * _ID_STEP + 3) % 10**9:09d}"
        orders.append(_order(rng, plan, order_id, customer_order, moment))
    return orders


def _moments(plan, rng):
    burst = round(plan.count * plan.burst_fraction)
    span = plan.to_ms - plan.from_ms
    moments = [plan.burst_minute_ms + int(rng.random() * MINUTE_MS) for _ in range(burst)]
    for _ in range(plan.count - burst):
        moment = plan.from_ms + int(rng.random() * span)
        if rng.random() < BOUNDARY_FRACTION:
            unit = rng.choice((1000, MINUTE_MS, HOUR_MS))
            moment = max(plan.from_ms, moment // unit * unit)
        moments.append(moment)
    moments.sort()
    if plan.count >= 2:    # the very ends of the range
        moments[0], moments[-1] = plan.from_ms, plan.to_ms - 1
    return moments


def _order(rng, plan, order_id, customer_order, moment):
    node = rng.choices(SHIP_NODE_TYPES, plan.weights)[0]
    method = rng.choice(catalogue.METHODS)
    ship_date = (moment // DAY_MS + 2) * DAY_MS + 6 * HOUR_MS
    life = _Life(rng, node, moment, max(plan.now_ms, moment))
    lines, skus, statuses = [], set(), set()
    number, product = 0, None
    for _ in range(rng.choices((1, 2, 3, 4, 5), (55, 22, 12, 7, 4))[0]):
        number += rng.choices((1, 2, 4), (80, 15, 5))[0]
        if product is None or rng.random() >= 0.15:     # else the same sku once more
            product = rng.choice(catalogue.PRODUCTS)
        text, status = _line(rng, number, product, method, ship_date, life)
        lines.append(text)
        skus.add(product.sku)
        statuses |= status
    body = _ORDER % {
        "id": order_id, "customer": customer_order, "email": f"{rng.getrandbits(128):032X}", "date": moment,
        "phone": f"202555{rng.randrange(100, 200):04d}", "delivery": ship_date + 5 * DAY_MS, "ship": ship_date,
        "method": method, "address": rng.choice(catalogue.ADDRESSES) % {"house": rng.randrange(1, 9999)},
        "lines": ",".join(lines), "node": catalogue.SHIP_NODES[node]}
    order_type = "REPLACEMENT" if rng.random() < REPLACEMENT_FRACTION else "REGULAR"
    order = Order(order_id, customer_order, moment, life.changed, ship_date, node, order_type, frozenset(statuses),
                  frozenset(skus), len(lines), body.encode())
    return oddities.bend(rng, order) if rng.random() < plan.oddities else order


class _Life:
    """How far an order of this age has come: its status, and when it last changed."""

    def __init__(self, rng, node, moment, now_ms):
        age = now_ms - moment
        states = ["Acknowledged"] if node == "WFSFulfilled" else ["Created", "Acknowledged"]
        states += ["Cancelled"] if age > 10 * MINUTE_MS else []
        states += ["Shipped", "Shipped"] if age > HOUR_MS else []
        states += ["Delivered", "Delivered"] if age > 2 * DAY_MS else []
        self.state = rng.choice(states)
        self.changed = moment + int(min(age, 3 * DAY_MS) * rng.random())


def _line(rng, number, product, method, ship_date, life):
    quantity = rng.choices((1, 2, 5), (85, 11, 4))[0]
    parts = [(life.state, quantity)]
    if quantity > 1 and life.state in ("Shipped", "Delivered") and rng.random() < 0.5:
        parts = [(life.state, quantity - 1), (rng.choice(("Cancelled", "Acknowledged")), 1)]
    text = _LINE % {
        "number": number, "product": product.json, "charges": _charges(rng, product, quantity, life.state),
        "quantity": quantity, "changed": life.changed,
        "statuses": ",".join(_status(rng, state, amount, method, life) for state, amount in parts),
        "option": rng.choice(("S2H", "S2H", "S2H", "DELIVERY")), "ship_method": rng.choice(catalogue.SHIP_METHODS),
        "pickup": ship_date + 5 * DAY_MS, "program": rng.choice(catalogue.PROGRAMS)}
    return text, {state for state, _ in parts}


def _charges(rng, product, quantity, state):
    cents = 0 if state == "Cancelled" else product.cents * quantity
    charges = [_charge("PRODUCT", "ItemPrice", cents, rng.random() < 0.1, rng)]
    dice = rng.random()
    if dice < 0.3:
        shipping = _charge("SHIPPING", "Shipping", rng.choice((0, 350, 499, 599, 1210)), dice < 0.1, rng)
        charges.insert(0 if dice < 0.1 else 1, shipping)     # a third of them before the price
    elif dice > 0.96:
        charges.append(_charge("PRODUCT", "SubscriptionDiscount", -cents // 10, True, rng))
    return ",".join(charges)


def _charge(kind, name, cents, tax_free, rng):
    tax = "null" if tax_free else '{"taxName":"Tax1","taxAmount":{"currency":"USD","amount":%s}}' % _money(
        round(cents * 0.0825), rng)
    return ('{"chargeType":"%s","chargeName":"%s","chargeAmount":{"currency":"USD","amount":%s},"tax":%s}'
            % (kind, name, _money(cents, rng), tax))


def _money(cents, rng):
    """Cents as JSON number: 9.99, 12.50 or 12.5, 10 or 10.00; what it means is the same."""
    sign, cents = ("-" if cents < 0 else ""), abs(cents)
    text = f"{sign}{cents // 100}.{cents % 100:02d}"
    if cents % 10 == 0 and rng.random() < 0.5:
        text = text[:-1] if cents % 100 else text[:-3]
    return text


def _status(rng, state, amount, method, life):
    reason, tracking = "null", "null"
    if state == "Cancelled" and rng.random() < 0.6:
        reason = f'"{rng.choice(catalogue.REASONS)}"'
    if state in ("Shipped", "Delivered"):
        carrier = rng.choice(catalogue.CARRIERS)
        code = f"MADEUP{rng.randrange(10**12):012d}"
        known, other = ("null", json.dumps(carrier)) if carrier in catalogue.OTHERS else (json.dumps(carrier), "null")
        tracking = _TRACKING % {"shipped": life.changed, "known": known, "other": other, "method": method, "code": code,
                                "carrier_method": rng.choice(("null", "null", "19", "503"))}
    return _STATUS % {"state": state, "amount": amount, "reason": reason, "tracking": tracking}


_ORDER = ('{"purchaseOrderId":"%(id)s","customerOrderId":"%(customer)s","customerEmailId":"%(email)s@relay.example.com",'
          '"orderDate":%(date)d,"shippingInfo":{"phone":"%(phone)s","estimatedDeliveryDate":%(delivery)d,'
          '"estimatedShipDate":%(ship)d,"methodCode":"%(method)s","postalAddress":%(address)s},'
          '"orderLines":{"orderLine":[%(lines)s]},"shipNode":%(node)s}')
_LINE = ('{"lineNumber":"%(number)d","item":%(product)s,"charges":{"charge":[%(charges)s]},'
         '"orderLineQuantity":{"unitOfMeasurement":"EACH","amount":"%(quantity)d"},"statusDate":%(changed)d,'
         '"orderLineStatuses":{"orderLineStatus":[%(statuses)s]},"refund":null,'
         '"fulfillment":{"fulfillmentOption":"%(option)s","shipMethod":"%(ship_method)s","storeId":null,'
         '"pickUpDateTime":%(pickup)d,"pickUpBy":null,"shippingProgramType":%(program)s}}')
_STATUS = ('{"status":"%(state)s","subSellerId":null,"statusQuantity":{"unitOfMeasurement":"EACH",'
           '"amount":"%(amount)d"},"cancellationReason":%(reason)s,"trackingInfo":%(tracking)s,'
           '"returnCenterAddress":null}')
_TRACKING = ('{"shipDateTime":%(shipped)d,"carrierName":{"otherCarrier":%(other)s,"carrier":%(known)s},'
             '"methodCode":"%(method)s","carrierMethodCode":%(carrier_method)s,"trackingNumber":"%(code)s",'
             '"trackingURL":"https://www.walmart.com/tracking?tracking_id=%(code)s"}')
