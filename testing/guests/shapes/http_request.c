// A record with bytes and an option, through a function that waits.

#include "shapes/shapes.h"

typedef hermes_http_request_api_payload_t payload;

static payload sample(void) {
  return (payload){
      hermes_text("http://host"), 5, {(uint8_t*)"1\0003\xff\n", 5}, {true, UINT64_MAX}};
}

static bool nothing_in_ok(void) {
  payload request = sample();
  hermes_http_request_api_error_code_t error;
  return hermes_http_request_api_send(&request, &error);
}

static bool error_value(void) {
  payload request = sample();
  request.request_id.is_some = false;
  request.port = 65535;
  hermes_http_request_api_error_code_t error;
  return !hermes_http_request_api_send(&request, &error) &&
         error == HERMES_HTTP_REQUEST_API_ERROR_CODE_HTTPS_CONNECTION_FAILED;
}

SHAPE_GROUP(http_request_shapes, {"http-request: a result of nothing", nothing_in_ok},
            {"http-request: an error", error_value});
