// What fetch does, through wasi:http: a request of the method that begins the body, GET or POST, to
// the URI that is the path, at the port that is the method. A POST carries all of the body. With
// headers, it waits a tenth of a second for each.
//
// The answer is "sent" once the response is there, which is printed in one line, "response 7: 200
// hi"; "refused", where the authority is none; or the number of the error.

#include <stdio.h>

#include "hermes.h"

typedef wasi_http_types_error_code_t error_code;

static char report[32];

static const char* failed(error_code error) {
  snprintf(report, sizeof report, "error %d", error.tag);
  return report;
}

static hermes_string_t borrowed(const char* text) {
  hermes_string_t string;
  hermes_string_set(&string, text);
  return string;
}

// Whether the host is taken.
static bool set_destination(wasi_http_types_borrow_outgoing_request_t request, hermes_string_t uri,
                            hermes_string_t port) {
  const bool tls = uri.len > 5 && uri.ptr[4] == 's';
  const size_t start = tls ? 8 : 7;
  wasi_http_types_scheme_t scheme = {.tag = tls ? WASI_HTTP_TYPES_SCHEME_HTTPS
                                                : WASI_HTTP_TYPES_SCHEME_HTTP};
  char authority[300];
  const int size = snprintf(authority, sizeof authority, "%.*s:%.*s", (int)(uri.len - start),
                            (const char*)uri.ptr + start, (int)port.len, (const char*)port.ptr);
  hermes_string_t text = {(uint8_t*)authority, (size_t)size};
  return wasi_http_types_method_outgoing_request_set_scheme(request, &scheme) &&
         wasi_http_types_method_outgoing_request_set_authority(request, &text);
}

static bool send_body(wasi_http_types_own_outgoing_body_t body, hermes_list_u8_t bytes) {
  wasi_http_types_own_output_stream_t stream;
  wasi_io_streams_stream_error_t stream_error;
  error_code error;
  wasi_http_types_method_outgoing_body_write(
      (wasi_http_types_borrow_outgoing_body_t){body.__handle}, &stream);
  wasi_io_streams_borrow_output_stream_t out = {stream.__handle};
  while (bytes.len > 0) {
    hermes_list_u8_t piece = {bytes.ptr, bytes.len < 4096 ? bytes.len : 4096};
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(out, &piece,
                                                                       &stream_error)) {
      return false;
    }
    bytes.ptr += piece.len;
    bytes.len -= piece.len;
  }
  wasi_io_streams_output_stream_drop_own((wasi_io_streams_own_output_stream_t){stream.__handle});
  return wasi_http_types_static_outgoing_body_finish(body, NULL, &error);
}

static void print(wasi_http_types_own_incoming_response_t response, size_t id) {
  wasi_http_types_borrow_incoming_response_t borrow = {response.__handle};
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t stream;
  wasi_io_streams_stream_error_t error;
  hermes_list_u8_t piece;
  printf("response %zu: %d ", id, wasi_http_types_method_incoming_response_status(borrow));
  wasi_http_types_method_incoming_response_consume(borrow, &body);
  wasi_http_types_method_incoming_body_stream(
      (wasi_http_types_borrow_incoming_body_t){body.__handle}, &stream);
  wasi_io_streams_borrow_input_stream_t in = {stream.__handle};
  while (wasi_io_streams_method_input_stream_blocking_read(in, 65536, &piece, &error)) {
    fwrite(piece.ptr, 1, piece.len, stdout);
  }
  puts("");
  fflush(stdout);
}

static const char* fetch(hermes_string_t uri, hermes_string_t port, hermes_list_u8_t bytes,
                         size_t id) {
  wasi_http_types_own_outgoing_request_t request =
      wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t borrow = {request.__handle};
  const bool posts = bytes.len > 0 && bytes.ptr[0] == 'P';
  wasi_http_types_method_t method = {.tag = posts ? WASI_HTTP_TYPES_METHOD_POST
                                                  : WASI_HTTP_TYPES_METHOD_GET};
  hermes_string_t path = borrowed("/");
  wasi_http_types_method_outgoing_request_set_method(borrow, &method);
  wasi_http_types_method_outgoing_request_set_path_with_query(borrow, &path);
  if (!set_destination(borrow, uri, port)) return "refused";

  wasi_http_types_own_outgoing_body_t body;
  wasi_http_types_method_outgoing_request_body(borrow, &body);
  wasi_http_types_own_request_options_t options = wasi_http_types_constructor_request_options();
  uint64_t patience = id * 100000000;
  wasi_http_types_method_request_options_set_first_byte_timeout(
      (wasi_http_types_borrow_request_options_t){options.__handle}, id > 0 ? &patience : NULL);
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  wasi_http_outgoing_handler_error_code_t error;
  if (!wasi_http_outgoing_handler_handle(request, &options, &future, &error)) return failed(error);
  send_body(body, posts ? bytes : (hermes_list_u8_t){NULL, 0});

  wasi_http_types_borrow_future_incoming_response_t waiting = {future.__handle};
  wasi_io_poll_method_pollable_block((wasi_io_poll_borrow_pollable_t){
      wasi_http_types_method_future_incoming_response_subscribe(waiting).__handle});
  wasi_http_types_result_result_own_incoming_response_error_code_void_t result;
  wasi_http_types_method_future_incoming_response_get(waiting, &result);
  if (result.is_err || result.val.ok.is_err) return failed(result.val.ok.val.err);
  print(result.val.ok.val.ok, id);
  return "sent";
}

bool exports_hermes_http_gateway_event_reply(
    exports_hermes_http_gateway_event_bstr_t* body,
    exports_hermes_http_gateway_event_headers_t* headers, hermes_string_t* path,
    hermes_string_t* method, exports_hermes_http_gateway_event_http_gateway_response_t* answer) {
  hermes_string_t text =
      borrowed(fetch(*path, *method, (hermes_list_u8_t){body->ptr, body->len}, headers->len));
  answer->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_HTTP;
  answer->val.http.code = 200;
  answer->val.http.headers.len = 0;
  hermes_string_dup((hermes_string_t*)&answer->val.http.body, (const char*)text.ptr);
  return true;
}
