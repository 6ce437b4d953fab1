// apps/hello, written for `wasmtime serve`: the same answer through wasi:http.

#include <stdint.h>
#include <string.h>

#include "hermes.h"

static const char kBody[] = "hello";

static void add_header(wasi_http_types_borrow_fields_t headers, const char* name,
                       const char* value) {
  hermes_string_t name_text;
  hermes_string_set(&name_text, name);
  hermes_list_u8_t value_bytes = {(uint8_t*)value, strlen(value)};
  wasi_http_types_header_error_t error;
  wasi_http_types_method_fields_append(headers, &name_text, &value_bytes, &error);
}

void exports_wasi_http_incoming_handler_handle(wasi_http_types_own_incoming_request_t request,
                                               wasi_http_types_own_response_outparam_t out) {
  wasi_http_types_incoming_request_drop_own(request);

  wasi_http_types_own_fields_t headers = wasi_http_types_constructor_fields();
  add_header(wasi_http_types_borrow_fields(headers), "content-type", "text/plain");
  add_header(wasi_http_types_borrow_fields(headers), "content-length", "5");

  wasi_http_types_result_own_outgoing_response_error_code_t response = {
      .is_err = false, .val.ok = wasi_http_types_constructor_outgoing_response(headers)};
  wasi_http_types_own_outgoing_body_t body;
  wasi_http_types_method_outgoing_response_body(
      wasi_http_types_borrow_outgoing_response(response.val.ok), &body);
  wasi_http_types_static_response_outparam_set(out, &response);

  wasi_http_types_own_output_stream_t stream;
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &stream);
  hermes_list_u8_t bytes = {(uint8_t*)kBody, sizeof(kBody) - 1};
  wasi_io_streams_stream_error_t stream_error;
  wasi_io_streams_method_output_stream_blocking_write_and_flush(
      wasi_io_streams_borrow_output_stream(stream), &bytes, &stream_error);
  wasi_io_streams_output_stream_drop_own(stream);

  wasi_http_types_error_code_t error;
  wasi_http_types_static_outgoing_body_finish(body, NULL, &error);
}
