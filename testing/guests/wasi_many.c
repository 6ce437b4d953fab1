// Sends requests through wasi:http to 127.0.0.1 as the body says: "PORT COUNT SIZE". Each has a
// body of SIZE bytes, none if that is 0. It waits for the last alone, and answers what that came
// to: "error 17", or "1000 bytes" of the response, "1000 bytes of more" where the rest did not
// come.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hermes.h"

typedef wasi_http_outgoing_handler_own_future_incoming_response_t future_response;

static char report[64];

static hermes_string_t borrowed(const char* text) {
  hermes_string_t string;
  hermes_string_set(&string, text);
  return string;
}

static wasi_http_types_own_outgoing_request_t request_of(unsigned port, size_t size) {
  wasi_http_types_own_outgoing_request_t request =
      wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t borrow = {request.__handle};
  wasi_http_types_method_t method = {.tag = size > 0 ? WASI_HTTP_TYPES_METHOD_POST
                                                     : WASI_HTTP_TYPES_METHOD_GET};
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  char authority[32];
  snprintf(authority, sizeof authority, "127.0.0.1:%u", port);
  hermes_string_t host = borrowed(authority);
  hermes_string_t path = borrowed("/");
  wasi_http_types_method_outgoing_request_set_method(borrow, &method);
  wasi_http_types_method_outgoing_request_set_path_with_query(borrow, &path);
  wasi_http_types_method_outgoing_request_set_scheme(borrow, &scheme);
  wasi_http_types_method_outgoing_request_set_authority(borrow, &host);
  return request;
}

// As much of it as is taken.
static void send_body(wasi_http_types_own_outgoing_body_t body, size_t size) {
  static uint8_t bytes[4096];
  wasi_http_types_own_output_stream_t stream;
  wasi_io_streams_stream_error_t stream_error;
  wasi_http_types_error_code_t error;
  wasi_http_types_method_outgoing_body_write(
      (wasi_http_types_borrow_outgoing_body_t){body.__handle}, &stream);
  wasi_io_streams_borrow_output_stream_t out = {stream.__handle};
  while (size > 0) {
    hermes_list_u8_t piece = {bytes, size < sizeof bytes ? size : sizeof bytes};
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(out, &piece,
                                                                       &stream_error)) {
      break;
    }
    size -= piece.len;
  }
  wasi_io_streams_output_stream_drop_own((wasi_io_streams_own_output_stream_t){stream.__handle});
  wasi_http_types_static_outgoing_body_finish(body, NULL, &error);
}

static void read_body(wasi_http_types_own_incoming_response_t response) {
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t stream;
  wasi_io_streams_stream_error_t error;
  hermes_list_u8_t piece;
  size_t size = 0;
  wasi_http_types_method_incoming_response_consume(
      (wasi_http_types_borrow_incoming_response_t){response.__handle}, &body);
  wasi_http_types_method_incoming_body_stream(
      (wasi_http_types_borrow_incoming_body_t){body.__handle}, &stream);
  wasi_io_streams_borrow_input_stream_t in = {stream.__handle};
  while (wasi_io_streams_method_input_stream_blocking_read(in, 65536, &piece, &error)) {
    size += piece.len;
    hermes_list_u8_free(&piece);
  }
  const bool is_whole = error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
  snprintf(report, sizeof report, "%zu bytes%s", size, is_whole ? "" : " of more");
}

static void await(future_response future) {
  wasi_http_types_borrow_future_incoming_response_t waiting = {future.__handle};
  wasi_io_poll_method_pollable_block((wasi_io_poll_borrow_pollable_t){
      wasi_http_types_method_future_incoming_response_subscribe(waiting).__handle});
  wasi_http_types_result_result_own_incoming_response_error_code_void_t result;
  wasi_http_types_method_future_incoming_response_get(waiting, &result);
  if (result.val.ok.is_err) {
    snprintf(report, sizeof report, "error %d", result.val.ok.val.err.tag);
  } else {
    read_body(result.val.ok.val.ok);
  }
}

static void send_all(unsigned port, size_t count, size_t size) {
  future_response future;
  wasi_http_outgoing_handler_error_code_t error;
  for (size_t i = 0; i < count; ++i) {
    wasi_http_types_own_outgoing_request_t request = request_of(port, size);
    wasi_http_types_own_outgoing_body_t body;
    wasi_http_types_method_outgoing_request_body(
        (wasi_http_types_borrow_outgoing_request_t){request.__handle}, &body);
    if (!wasi_http_outgoing_handler_handle(request, NULL, &future, &error)) {
      snprintf(report, sizeof report, "error %d", error.tag);
      return;
    }
    send_body(body, size);
  }
  await(future);
}

bool exports_hermes_http_gateway_event_reply(
    exports_hermes_http_gateway_event_bstr_t* body,
    exports_hermes_http_gateway_event_headers_t* headers, hermes_string_t* path,
    hermes_string_t* method, exports_hermes_http_gateway_event_http_gateway_response_t* answer) {
  (void)headers, (void)path, (void)method;
  char text[64] = {0};
  memcpy(text, body->ptr, body->len < sizeof text ? body->len : sizeof text - 1);
  char* rest = text;
  const unsigned port = (unsigned)strtoul(rest, &rest, 10);
  const size_t count = strtoul(rest, &rest, 10);
  const size_t size = strtoul(rest, &rest, 10);
  send_all(port, count, size);
  answer->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_HTTP;
  answer->val.http.code = 200;
  answer->val.http.headers.len = 0;
  hermes_string_dup((hermes_string_t*)&answer->val.http.body, report);
  return true;
}
