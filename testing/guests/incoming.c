// Answers requests through wasi:http, as the path says:
//
//   /echo          streams the body back, piece by piece, with the request in headers x-…
//   /count         reads the body, and answers how many bytes it had
//   /ticks         sends "data: N" every 5 ms, without end
//   /flood         sends zeros without end, and prints each MiB that it got rid of
//   /deaf          answers without reading the body
//   /idle          waits without end, before it answers; /idle_after: after its head
//   /trap          traps before it answers; /trap_after: after some of its body
//   /ponder        computes for some slices between its head and its body
//   /nothing       returns without an answer; /refuse: answers an error
//   /many          a header of 200 lines; /bad_length: a body shorter than its Content-Length
//   /status/NNN    that status, and a body
//   /proxy/PORT    relays what 127.0.0.1 answers at that port, by outgoing-handler
//   else           "hello"
//
// With REPLIES, `reply` too: it declines but for /api/reply.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hermes.h"

typedef wasi_http_types_own_outgoing_body_t out_body;
typedef wasi_http_types_own_output_stream_t out_stream;
typedef wasi_io_streams_stream_error_t stream_error;

#define BORROW(type, own) ((type){(own).__handle})

static hermes_string_t text(const char* s) {
  hermes_string_t string;
  hermes_string_set(&string, s);
  return string;
}

static hermes_list_u8_t bytes(const char* s) {
  return (hermes_list_u8_t){(uint8_t*)s, strlen(s)};
}

static void wait_ms(uint64_t ms) {
  wasi_io_poll_own_pollable_t timer = wasi_clocks_monotonic_clock_subscribe_duration(ms * 1000000);
  wasi_io_poll_method_pollable_block(BORROW(wasi_io_poll_borrow_pollable_t, timer));
  wasi_io_poll_pollable_drop_own(timer);
}

// ---- The response.

typedef struct {
  wasi_http_types_own_fields_t fields;
  uint16_t status;
} head_t;

static head_t new_head(uint16_t status) {
  return (head_t){wasi_http_types_constructor_fields(), status};
}

static void add(head_t* head, const char* name, hermes_list_u8_t value) {
  hermes_string_t n = text(name);
  wasi_http_types_header_error_t error;
  wasi_http_types_method_fields_append(BORROW(wasi_http_types_borrow_fields_t, head->fields), &n,
                                       &value, &error);
}

// Sends the head; the body is to be written.
static out_body answer(wasi_http_types_own_response_outparam_t out, head_t head) {
  wasi_http_types_result_own_outgoing_response_error_code_t response = {
      .is_err = false, .val.ok = wasi_http_types_constructor_outgoing_response(head.fields)};
  wasi_http_types_borrow_outgoing_response_t borrow =
      BORROW(wasi_http_types_borrow_outgoing_response_t, response.val.ok);
  out_body body;
  wasi_http_types_method_outgoing_response_set_status_code(borrow, head.status);
  wasi_http_types_method_outgoing_response_body(borrow, &body);
  wasi_http_types_static_response_outparam_set(out, &response);
  return body;
}

static out_stream open(out_body body) {
  out_stream stream;
  wasi_http_types_method_outgoing_body_write(BORROW(wasi_http_types_borrow_outgoing_body_t, body),
                                             &stream);
  return stream;
}

static bool put(out_stream stream, hermes_list_u8_t data) {
  stream_error error;
  while (data.len > 0) {
    hermes_list_u8_t piece = {data.ptr, data.len < 4096 ? data.len : 4096};
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(
            BORROW(wasi_io_streams_borrow_output_stream_t, stream), &piece, &error)) {
      return false;
    }
    data.ptr += piece.len;
    data.len -= piece.len;
  }
  return true;
}

static void finish(out_body body, out_stream stream) {
  wasi_http_types_error_code_t error;
  wasi_io_streams_output_stream_drop_own(stream);
  wasi_http_types_static_outgoing_body_finish(body, NULL, &error);
}

static void answer_text(wasi_http_types_own_response_outparam_t out, uint16_t status,
                        const char* says) {
  head_t head = new_head(status);
  add(&head, "content-type", bytes("text/plain"));
  out_body body = answer(out, head);
  out_stream stream = open(body);
  put(stream, bytes(says));
  finish(body, stream);
}

// ---- The request.

typedef struct {
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t stream;
} in_body;

static in_body consume(wasi_http_types_own_incoming_request_t request) {
  in_body in;
  wasi_http_types_method_incoming_request_consume(
      BORROW(wasi_http_types_borrow_incoming_request_t, request), &in.body);
  wasi_http_types_method_incoming_body_stream(
      BORROW(wasi_http_types_borrow_incoming_body_t, in.body), &in.stream);
  return in;
}

// Prints why there is no more, unless it is the end.
static bool next(in_body in, hermes_list_u8_t* piece) {
  stream_error error;
  if (wasi_io_streams_method_input_stream_blocking_read(
          BORROW(wasi_io_streams_borrow_input_stream_t, in.stream), 65536, piece, &error)) {
    return true;
  }
  if (error.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
    puts("the body is cut");
    fflush(stdout);
  }
  return false;
}

static void echo(wasi_http_types_own_incoming_request_t request,
                 wasi_http_types_own_response_outparam_t out) {
  wasi_http_types_borrow_incoming_request_t borrow =
      BORROW(wasi_http_types_borrow_incoming_request_t, request);
  head_t head = new_head(200);
  hermes_string_t authority;
  if (wasi_http_types_method_incoming_request_authority(borrow, &authority)) {
    add(&head, "x-authority", (hermes_list_u8_t){authority.ptr, authority.len});
  }
  wasi_http_types_own_fields_t fields = wasi_http_types_method_incoming_request_headers(borrow);
  hermes_list_tuple2_string_list_u8_t entries;
  wasi_http_types_method_fields_entries(BORROW(wasi_http_types_borrow_fields_t, fields), &entries);
  for (size_t i = 0; i < entries.len; ++i) {
    char name[100];
    snprintf(name, sizeof name, "x-%.*s", (int)entries.ptr[i].f0.len,
             (const char*)entries.ptr[i].f0.ptr);
    add(&head, name, (hermes_list_u8_t){entries.ptr[i].f1.ptr, entries.ptr[i].f1.len});
  }
  out_body body = answer(out, head);
  out_stream stream = open(body);
  in_body in = consume(request);
  hermes_list_u8_t piece;
  while (next(in, &piece) && put(stream, piece)) hermes_list_u8_free(&piece);
  finish(body, stream);
}

static void count(wasi_http_types_own_incoming_request_t request,
                  wasi_http_types_own_response_outparam_t out) {
  in_body in = consume(request);
  hermes_list_u8_t piece;
  unsigned long long all = 0;
  while (next(in, &piece)) {
    all += piece.len;
    hermes_list_u8_free(&piece);
  }
  char says[40];
  snprintf(says, sizeof says, "%llu", all);
  answer_text(out, 200, says);
}

static void ticks(wasi_http_types_own_response_outparam_t out) {
  head_t head = new_head(200);
  add(&head, "content-type", bytes("text/event-stream"));
  out_body body = answer(out, head);
  out_stream stream = open(body);
  char event[40];
  for (unsigned i = 0;; ++i) {
    snprintf(event, sizeof event, "data: %u\n\n", i);
    if (!put(stream, bytes(event))) break;
    wait_ms(5);
  }
  puts("the client is gone");
  fflush(stdout);
}

static void flood(wasi_http_types_own_response_outparam_t out) {
  static char zeros[1 << 16];
  out_body body = answer(out, new_head(200));
  out_stream stream = open(body);
  for (unsigned i = 1; put(stream, (hermes_list_u8_t){(uint8_t*)zeros, sizeof zeros}); ++i) {
    if (i % 16 == 0) {
      printf("%u MiB\n", i / 16);
      fflush(stdout);
    }
  }
}

static void proxy(int port, wasi_http_types_own_response_outparam_t out) {
  wasi_http_types_own_outgoing_request_t request =
      wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t borrow =
      BORROW(wasi_http_types_borrow_outgoing_request_t, request);
  char authority[40];
  snprintf(authority, sizeof authority, "127.0.0.1:%d", port);
  hermes_string_t to = text(authority);
  hermes_string_t path = text("/");
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  wasi_http_types_method_outgoing_request_set_scheme(borrow, &scheme);
  wasi_http_types_method_outgoing_request_set_authority(borrow, &to);
  wasi_http_types_method_outgoing_request_set_path_with_query(borrow, &path);
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  wasi_http_outgoing_handler_error_code_t error;
  if (!wasi_http_outgoing_handler_handle(request, NULL, &future, &error)) {
    return answer_text(out, 502, "not sent");
  }
  wasi_http_types_borrow_future_incoming_response_t waiting =
      BORROW(wasi_http_types_borrow_future_incoming_response_t, future);
  wasi_io_poll_method_pollable_block((wasi_io_poll_borrow_pollable_t){
      wasi_http_types_method_future_incoming_response_subscribe(waiting).__handle});
  wasi_http_types_result_result_own_incoming_response_error_code_void_t result;
  wasi_http_types_method_future_incoming_response_get(waiting, &result);
  if (result.is_err || result.val.ok.is_err) {
    char says[40];
    snprintf(says, sizeof says, "error %d", result.val.ok.val.err.tag);
    return answer_text(out, 502, says);
  }
  wasi_http_types_borrow_incoming_response_t response =
      BORROW(wasi_http_types_borrow_incoming_response_t, result.val.ok.val.ok);
  out_body body = answer(out, new_head(wasi_http_types_method_incoming_response_status(response)));
  out_stream stream = open(body);
  in_body in;
  wasi_http_types_method_incoming_response_consume(response, &in.body);
  wasi_http_types_method_incoming_body_stream(
      BORROW(wasi_http_types_borrow_incoming_body_t, in.body), &in.stream);
  hermes_list_u8_t piece;
  while (next(in, &piece) && put(stream, piece)) hermes_list_u8_free(&piece);
  finish(body, stream);
}

static void many(wasi_http_types_own_response_outparam_t out) {
  head_t head = new_head(200);
  for (int i = 0; i < 200; ++i) add(&head, "x-many", bytes("1"));
  out_body body = answer(out, head);
  finish(body, open(body));
}

static void bad_length(wasi_http_types_own_response_outparam_t out) {
  head_t head = new_head(200);
  add(&head, "content-length", bytes("100"));
  out_body body = answer(out, head);
  out_stream stream = open(body);
  put(stream, bytes("too short"));
  finish(body, stream);
}

// Between head and body it uses up slices, but does not wait.
static void ponder(wasi_http_types_own_response_outparam_t out) {
  out_body body = answer(out, new_head(200));
  out_stream stream = open(body);
  for (volatile unsigned i = 0; i < 20000000; ++i) {
  }
  put(stream, bytes("hello"));
  finish(body, stream);
}

static void trap_after(wasi_http_types_own_response_outparam_t out) {
  out_body body = answer(out, new_head(200));
  out_stream stream = open(body);
  put(stream, bytes("some"));
  wait_ms(100);  // The client has it.
  __builtin_trap();
}

static bool is(const char* path, const char* name) {
  return strncmp(path, name, strlen(name)) == 0;
}

void exports_wasi_http_incoming_handler_handle(wasi_http_types_own_incoming_request_t request,
                                               wasi_http_types_own_response_outparam_t out) {
  hermes_string_t target;
  char path[200] = "";
  if (wasi_http_types_method_incoming_request_path_with_query(
          BORROW(wasi_http_types_borrow_incoming_request_t, request), &target)) {
    snprintf(path, sizeof path, "%.*s", (int)target.len, (const char*)target.ptr);
  }
  const char* at = is(path, "/api") ? path + 4 : path;
  if (is(at, "/echo")) return echo(request, out);
  if (is(at, "/count")) return count(request, out);
  if (is(at, "/ticks")) return ticks(out);
  if (is(at, "/flood")) return flood(out);
  if (is(at, "/ponder")) return ponder(out);
  if (is(at, "/trap_after")) return trap_after(out);
  if (is(at, "/trap")) __builtin_trap();
  if (is(at, "/nothing")) return;
  if (is(at, "/many")) return many(out);
  if (is(at, "/bad_length")) return bad_length(out);
  if (is(at, "/proxy/")) return proxy(atoi(at + 7), out);
  if (is(at, "/status/")) return answer_text(out, (uint16_t)atoi(at + 8), "status");
  if (is(at, "/refuse")) {
    wasi_http_types_result_own_outgoing_response_error_code_t error = {
        .is_err = true, .val.err = {.tag = WASI_HTTP_TYPES_ERROR_CODE_CONFIGURATION_ERROR}};
    return wasi_http_types_static_response_outparam_set(out, &error);
  }
  if (is(at, "/idle")) {
    if (is(at, "/idle_after")) {
      out_body body = answer(out, new_head(200));
      put(open(body), bytes("some"));
    }
    printf("waiting\n");
    fflush(stdout);
    for (;;) wait_ms(1000);
  }
  answer_text(out, 200, "hello");
}

#ifdef REPLIES
bool exports_hermes_http_gateway_event_reply(
    exports_hermes_http_gateway_event_bstr_t* body,
    exports_hermes_http_gateway_event_headers_t* headers, hermes_string_t* path,
    hermes_string_t* method, exports_hermes_http_gateway_event_http_gateway_response_t* answer) {
  (void)body;
  (void)headers;
  (void)method;
  if (path->len != 10 || memcmp(path->ptr, "/api/reply", 10) != 0) return false;
  answer->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_HTTP;
  answer->val.http.code = 200;
  answer->val.http.headers.len = 0;
  hermes_string_dup((hermes_string_t*)&answer->val.http.body, "replied");
  return true;
}
#endif
