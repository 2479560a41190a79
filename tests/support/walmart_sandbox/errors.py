"""Bodies of the API's errors, in the two containers that clients meet: the gateway's and the orders API's."""

import json

from .http_message import Response

_GATEWAY = "GMP_GATEWAY_API"
_ORDERS = "GMP_ORDER_API"


def _entry(code, description, info, field=None, severity="ERROR", category="DATA", identifiers=None):
    entry = {"code": code}
    if field:
        entry["field"] = field
    entry.update(description=description, info=info, severity=severity, category=category, causes=[],
                 errorIdentifiers={} if identifiers is None else identifiers)
    return entry


def gateway_error(status, code, description, info, **more):
    """`{"error": [...]}`, as the gateway in front of all APIs answers."""
    return _json(status, {"error": [_entry(f"{code}.{_GATEWAY}", description, info, **more)]})


def orders_error(status, code, description, info, **more):
    """`{"errors": {"error": [...]}}`, as the orders API answers."""
    entry = _entry(f"{code}.{_ORDERS}", description, info, identifiers={"entry": []}, **more)
    return _json(status, {"errors": {"error": [entry]}})


def _json(status, document):
    return Response(status, json.dumps(document, separators=(",", ":")).encode())


def bad_header(field, description):
    return gateway_error(400, "INVALID_REQUEST_HEADER", description, "One or more request headers are invalid.",
                         field=field)


def unauthorized():
    return gateway_error(401, "UNAUTHORIZED", "Unauthorized", "Unauthorized token or incorrect authorization header.",
                         field="UNAUTHORIZED")


def invalid_token():
    """What an old token got before 2019: 400 in place of 401."""
    return gateway_error(400, "INVALID_TOKEN", "Invalid token", "The access token is invalid.", field="ACCESS_TOKEN")


def forbidden():
    return gateway_error(403, "FORBIDDEN", "Forbidden", "The client has no right to this resource.")


def throttled():
    return gateway_error(429, "REQUEST_THRESHOLD_VIOLATED", "Too many requests", "Request threshold violated.",
                         field="REQUEST", category="REQUEST")


def bad_parameter(field, description):
    return orders_error(400, "INVALID_REQUEST", description, "Request invalid.", field=field)


def outage():
    """The 400 that was seen while the whole API was down: it looks like the client's fault and is not."""
    return orders_error(400, "INVALID_REQUEST", "Invalid Request", "Request invalid.", field="data")


def no_orders():
    return orders_error(404, "CONTENT_NOT_FOUND",
                        "Failed when called getAllOrders. Orders not found for given search parameters",
                        "Requested content could not be found.", severity="INFO", category="APPLICATION")


def no_such_order(purchase_order_id):
    return orders_error(404, "CONTENT_NOT_FOUND", f"Order {purchase_order_id} not found.",
                        "Requested content could not be found.", category="APPLICATION")


def no_such_path(path):
    return gateway_error(404, "URI_NOT_FOUND", f"No resource at {path}", "Requested URI could not be found.",
                         category="REQUEST")


def method_not_allowed(method):
    return gateway_error(405, "METHOD_NOT_ALLOWED", f"{method} is not allowed here", "Method not allowed.",
                         category="REQUEST")


def passing_fault(status, body):
    """An answer of the kind that goes away; `body` is json, html or empty."""
    if body == "empty":
        return Response(status, b"", content_type=None)
    if body == "html":
        page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>gateway</body></html>"
        return Response(status, page.encode(), content_type="text/html")
    make = orders_error if status == 500 else gateway_error
    return make(status, "SYSTEM_ERROR", "Internal error", "System encountered some internal error.",
                category="SYSTEM")
