"""Answers `GET /api/hello`."""

from typing import Optional

from wit_world import exports
from wit_world.imports import hermes_logging_api as logging
from wit_world.imports.hermes_http_gateway_api import (
    HttpGatewayResponse,
    HttpGatewayResponse_Http,
    HttpResponse,
)


class Event(exports.Event):
    def reply(self, body, headers, path, method) -> Optional[HttpGatewayResponse]:
        if (method, path) != ("GET", "/api/hello"):
            return None  # It goes to the next module, and then is not found.
        logging.log(
            logging.Level.INFO, None, None, None, None, None, "somebody says hello", None
        )
        return HttpGatewayResponse_Http(
            HttpResponse(200, [("content-type", ["text/plain"])], b"hello from @name@\n")
        )
