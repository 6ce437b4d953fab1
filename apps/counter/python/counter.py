"""Counts requests in the key-value store: `POST /api/count` answers with the new count."""

from typing import Optional

from wit_world import exports
from wit_world.imports import hermes_kv_store_api as kv
from wit_world.imports import hermes_logging_api as logging
from wit_world.imports.hermes_http_gateway_api import (
    HttpGatewayResponse,
    HttpGatewayResponse_Http,
    HttpResponse,
)


class Event(exports.Event):
    def reply(self, body, headers, path, method) -> Optional[HttpGatewayResponse]:
        if (method, path) != ("POST", "/api/count"):
            return None  # Not ours: the gateway makes it a 404.
        before = kv.kv_add("count", kv.KvValues_KvU64(1))
        count = before.value + 1 if before else 1
        logging.log(
            logging.Level.INFO, None, None, None, None, None, f"Python counted {count}", None
        )
        return HttpGatewayResponse_Http(
            HttpResponse(200, [("content-type", ["text/plain"])], str(count).encode())
        )
