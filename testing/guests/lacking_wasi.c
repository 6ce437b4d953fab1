// Calls a function of wasi:http that there is none of: see lacking_wasi_wit.

#include "hermes.h"

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t response_out) {
  (void)request;
  wasi_http_types_method_response_outparam_set_early(
      (wasi_http_types_borrow_response_outparam_t){response_out.__handle}, 103);
}
