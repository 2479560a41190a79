"""The XML that a client gets when it forgets to ask for JSON."""

import json
from xml.sax.saxutils import escape


def to_xml(body):
    """JSON bytes as XML; arrays repeat their element, null is left out. A body that is no JSON stays as it is."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    return ('<?xml version="1.0" encoding="UTF-8"?>' + _element("", document)).encode("utf-8", "replace")


def _element(name, value):
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, dict):
        inside = "".join(_element(child, item) for child, item in value.items())
    else:
        inside = escape(str(value))
    return f"<{name}>{inside}</{name}>" if name else inside
