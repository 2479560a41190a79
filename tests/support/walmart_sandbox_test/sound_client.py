"""A client that does everything right: the measure of what a sandbox full of faults may ask of one."""

import http.client
import time
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

_TRIES = 40


class WalkAgain(Exception):
    """The pages contradict each other; only a new walk can tell."""


class Outdone(Exception):
    """The client did all it could and did not get the window."""


def fetch_window(client, **parameters):
    """{order id: times seen} of the window, walked again until count, ids and total agree."""
    for _ in range(_TRIES):
        try:
            return _walk(client, parameters)
        except WalkAgain:
            continue
    raise Outdone(f"window {parameters}")


def _walk(client, parameters):
    cursor, seen_cursors, ids, total = "?" + urlencode(parameters), set(), [], None
    while cursor:
        if cursor in seen_cursors:
            raise WalkAgain("cursor seen before")
        seen_cursors.add(cursor)
        meta, orders = _page(client, cursor, first=total is None)
        total = meta["totalCount"] if total is None else total
        if meta["totalCount"] != total:
            raise WalkAgain("totalCount changed")
        ids += [entry["purchaseOrderId"] for entry in orders]
        cursor = (meta.get("nextCursor") or "").replace("&amp;", "&")
    if len(ids) != total or len(set(ids)) != total:
        raise WalkAgain(f"{len(set(ids))} orders in {len(ids)}, {total} expected")
    return set(map(str, ids))


def _page(client, cursor, first):
    """(meta, orders) of one page, whatever it takes."""
    for _ in range(_TRIES):
        try:
            answer = client.get("/v3/orders" + cursor)
            if answer.status in (200, 206):
                found = answer.json()["list"]
                return found["meta"], (found.get("elements") or {}).get("order") or []
        except (OSError, http.client.HTTPException, ValueError):
            continue
        if answer.status == 404 and first:
            return {"totalCount": 0}, []
        if answer.status == 401 or b"INVALID_TOKEN" in answer.body:
            client.access_token = _new_token(client)
        elif answer.status == 429:
            time.sleep(_wait_seconds(answer.headers))
        elif answer.status == 400 and answer.error().get("field") == "cursor":
            raise WalkAgain("cursor refused")
        elif answer.status == 400 and answer.error().get("field") != "data":
            raise Outdone(answer.body)
    raise Outdone(f"page {cursor}")


def _new_token(client):
    for _ in range(_TRIES):
        try:
            return client.token().json()["access_token"]
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            continue
    raise Outdone("token")


def _wait_seconds(headers):
    after = headers.get("Retry-After")
    text = headers.get("x-next-replenishment-time") or headers.get("x-next-replenish-time")
    if after:
        return float(after) if after.isdigit() else max(0, parsedate_to_datetime(after).timestamp() - time.time())
    if text.isdigit():
        moment = int(text) / 1000 if int(text) > 10**12 else int(text)
    else:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    return max(0, moment - time.time())
