// Calls each interface of WASI once, as it is, without the C library.

#include <stdio.h>

#include "every.h"

static bool environment(void) {
  hermes_list_tuple2_string_string_t variables;
  hermes_list_string_t arguments;
  wasi_cli_environment_get_environment(&variables);
  wasi_cli_environment_get_arguments(&arguments);
  return variables.len == 1 && hermes_text_is(variables.ptr[0].f0, "COLOUR") &&
         hermes_text_is(variables.ptr[0].f1, "green") && arguments.len > 0 &&
         hermes_text_is(arguments.ptr[arguments.len - 1], "--fast");
}

// It is empty.
static bool standard_input(void) {
  const wasi_io_streams_borrow_input_stream_t in =
      wasi_io_streams_borrow_input_stream(wasi_cli_stdin_get_stdin());
  hermes_list_u8_t bytes;
  wasi_io_streams_stream_error_t error;
  return !wasi_io_streams_method_input_stream_blocking_read(in, 1, &bytes, &error) &&
         error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
}

static bool print(wasi_io_streams_own_output_stream_t stream, const char* line) {
  hermes_list_u8_t bytes = {(uint8_t*)line, strlen(line)};
  wasi_io_streams_stream_error_t error;
  return wasi_io_streams_method_output_stream_blocking_write_and_flush(
      wasi_io_streams_borrow_output_stream(stream), &bytes, &error);
}

static bool standard_output(void) {
  return print(wasi_cli_stdout_get_stdout(), "printed by every\n");
}

static bool standard_error(void) {
  return print(wasi_cli_stderr_get_stderr(), "complained by every\n");
}

// None is a terminal.
static bool terminal_stdin(void) {
  wasi_cli_terminal_stdin_own_terminal_input_t terminal;
  return !wasi_cli_terminal_stdin_get_terminal_stdin(&terminal);
}

static bool terminal_stdout(void) {
  wasi_cli_terminal_stdout_own_terminal_output_t terminal;
  return !wasi_cli_terminal_stdout_get_terminal_stdout(&terminal);
}

static bool terminal_stderr(void) {
  wasi_cli_terminal_stderr_own_terminal_output_t terminal;
  return !wasi_cli_terminal_stderr_get_terminal_stderr(&terminal);
}

// Waits for the second pollable, which is ready before the first.
static bool clock_and_poll(void) {
  const uint64_t millisecond = 1000000;
  const wasi_clocks_monotonic_clock_instant_t begin = wasi_clocks_monotonic_clock_now();
  wasi_io_poll_borrow_pollable_t pollables[] = {
      wasi_io_poll_borrow_pollable(
          wasi_clocks_monotonic_clock_subscribe_duration(3600 * 1000 * millisecond)),
      wasi_io_poll_borrow_pollable(
          wasi_clocks_monotonic_clock_subscribe_instant(begin + millisecond))};
  wasi_io_poll_list_borrow_pollable_t both = {pollables, 2};
  hermes_list_u32_t ready;
  wasi_io_poll_poll(&both, &ready);
  return ready.len == 1 && ready.ptr[0] == 1 && wasi_io_poll_method_pollable_ready(pollables[1]) &&
         wasi_clocks_monotonic_clock_now() >= begin + millisecond;
}

static bool wall_clock(void) {
  wasi_clocks_wall_clock_datetime_t now;
  wasi_clocks_wall_clock_now(&now);
  return now.seconds > 1000000000;
}

static wasi_filesystem_types_borrow_descriptor_t root(void) {
  wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t folders;
  wasi_filesystem_preopens_get_directories(&folders);
  return wasi_filesystem_types_borrow_descriptor(folders.ptr[0].f0);
}

static bool make_file(wasi_filesystem_types_borrow_descriptor_t* file) {
  hermes_string_t name = hermes_text("tmp/file");
  wasi_filesystem_types_own_descriptor_t made;
  wasi_filesystem_types_error_code_t error;
  if (!wasi_filesystem_types_method_descriptor_open_at(
          root(), 0, &name, WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE,
          WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ |
              WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE,
          &made, &error)) {
    return false;
  }
  *file = wasi_filesystem_types_borrow_descriptor(made);
  return true;
}

static bool files(void) {
  wasi_filesystem_types_borrow_descriptor_t file;
  wasi_filesystem_types_error_code_t error;
  hermes_list_u8_t bytes = {(uint8_t*)"kept", 4};
  uint64_t written;
  hermes_tuple2_list_u8_bool_t found;
  return make_file(&file) &&
         wasi_filesystem_types_method_descriptor_write(file, &bytes, 0, &written, &error) &&
         wasi_filesystem_types_method_descriptor_read(file, 10, 0, &found, &error) &&
         found.f0.len == 4 && memcmp(found.f0.ptr, "kept", 4) == 0;
}

// A write beyond what the call may keep fails, and the error says why.
static bool stream_errors(void) {
  wasi_filesystem_types_borrow_descriptor_t file;
  wasi_filesystem_types_error_code_t code;
  wasi_filesystem_types_own_output_stream_t stream;
  const uint64_t far = (uint64_t)1 << 40;
  if (!make_file(&file) ||
      !wasi_filesystem_types_method_descriptor_write_via_stream(file, far, &stream, &code)) {
    return false;
  }
  hermes_list_u8_t byte = {(uint8_t*)"x", 1};
  wasi_io_streams_stream_error_t error;
  if (wasi_io_streams_method_output_stream_blocking_write_and_flush(
          wasi_io_streams_borrow_output_stream(stream), &byte, &error) ||
      error.tag != WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED) {
    return false;
  }
  const wasi_io_error_borrow_error_t failure =
      wasi_io_error_borrow_error(error.val.last_operation_failed);
  hermes_string_t words;
  wasi_io_error_method_error_to_debug_string(failure, &words);
  return words.len > 0 && wasi_filesystem_types_filesystem_error_code(failure, &code) &&
         (code == WASI_FILESYSTEM_TYPES_ERROR_CODE_INSUFFICIENT_SPACE ||
          code == WASI_FILESYSTEM_TYPES_ERROR_CODE_FILE_TOO_LARGE);
}

// The status of the response is what it waits for. Without a destination it asks for a host that it
// may not reach.
static bool outgoing(void) {
  const wasi_http_types_own_outgoing_request_t request =
      wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  const wasi_http_types_borrow_outgoing_request_t borrowed =
      wasi_http_types_borrow_outgoing_request(request);
  hermes_string_t path = hermes_text("/wasi");
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  char name[300] = "other.test";
  if (every_port != 0) {
    const char* host = strstr((const char*)every_uri.ptr, "://") + 3;
    snprintf(name, sizeof name, "%s:%u", host, (unsigned)every_port);
    if (every_uri.ptr[4] == 's') scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTPS;
  }
  hermes_string_t authority = hermes_text(name);
  wasi_http_types_method_outgoing_request_set_scheme(borrowed, &scheme);
  wasi_http_types_method_outgoing_request_set_authority(borrowed, &authority);
  wasi_http_types_method_outgoing_request_set_path_with_query(borrowed, &path);
  wasi_http_types_own_outgoing_body_t body;
  wasi_http_types_error_code_t error;
  wasi_http_types_method_outgoing_request_body(borrowed, &body);
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  if (!wasi_http_outgoing_handler_handle(request, NULL, &future, &error)) {
    return every_port == 0 && error.tag == WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_DENIED;
  }
  wasi_http_types_static_outgoing_body_finish(body, NULL, &error);
  const wasi_http_types_borrow_future_incoming_response_t waiting =
      wasi_http_types_borrow_future_incoming_response(future);
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(
      wasi_http_types_method_future_incoming_response_subscribe(waiting)));
  wasi_http_types_result_result_own_incoming_response_error_code_void_t result;
  if (!wasi_http_types_method_future_incoming_response_get(waiting, &result) || result.is_err) {
    return false;
  }
  if (result.val.ok.is_err) {
    return every_port == 0 &&
           result.val.ok.val.err.tag == WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_DENIED;
  }
  return every_port != 0 &&
         wasi_http_types_method_incoming_response_status(
             wasi_http_types_borrow_incoming_response(result.val.ok.val.ok)) == 200;
}

static bool random(void) {
  hermes_list_u8_t bytes;
  wasi_random_random_get_random_bytes(32, &bytes);
  static const uint8_t kZeroes[32];
  return bytes.len == 32 && memcmp(bytes.ptr, kZeroes, 32) != 0;
}

static bool insecure(void) {
  return wasi_random_insecure_get_insecure_random_u64() !=
         wasi_random_insecure_get_insecure_random_u64();
}

static bool insecure_seed(void) {
  hermes_tuple2_u64_u64_t seed;
  wasi_random_insecure_seed_insecure_seed(&seed);
  return seed.f0 != seed.f1;
}

// Without a permission, sockets and names are refused.
static bool tcp(void) {
  wasi_sockets_tcp_create_socket_own_tcp_socket_t socket;
  wasi_sockets_tcp_create_socket_error_code_t error;
  return !wasi_sockets_tcp_create_socket_create_tcp_socket(
             WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4, &socket, &error) &&
         error == WASI_SOCKETS_NETWORK_ERROR_CODE_ACCESS_DENIED;
}

static bool udp(void) {
  wasi_sockets_udp_create_socket_own_udp_socket_t socket;
  wasi_sockets_udp_create_socket_error_code_t error;
  return !wasi_sockets_udp_create_socket_create_udp_socket(
             WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV6, &socket, &error) &&
         error == WASI_SOCKETS_NETWORK_ERROR_CODE_ACCESS_DENIED;
}

static bool names(void) {
  const wasi_sockets_network_borrow_network_t network =
      wasi_sockets_network_borrow_network(wasi_sockets_instance_network_instance_network());
  hermes_string_t name = hermes_text("localhost");
  wasi_sockets_ip_name_lookup_own_resolve_address_stream_t addresses;
  wasi_sockets_ip_name_lookup_error_code_t error;
  return !wasi_sockets_ip_name_lookup_resolve_addresses(network, &name, &addresses, &error) &&
         error == WASI_SOCKETS_NETWORK_ERROR_CODE_ACCESS_DENIED;
}

const every_import every_of_wasi[] = {{"wasi:cli/environment", environment},
                                      {"wasi:cli/stderr", standard_error},
                                      {"wasi:cli/stdin", standard_input},
                                      {"wasi:cli/stdout", standard_output},
                                      {"wasi:cli/terminal-stderr", terminal_stderr},
                                      {"wasi:cli/terminal-stdin", terminal_stdin},
                                      {"wasi:cli/terminal-stdout", terminal_stdout},
                                      {"wasi:clocks/monotonic-clock", clock_and_poll},
                                      {"wasi:clocks/wall-clock", wall_clock},
                                      {"wasi:filesystem/preopens", files},
                                      {"wasi:filesystem/types", files},
                                      {"wasi:http/outgoing-handler", outgoing},
                                      {"wasi:http/types", outgoing},
                                      {"wasi:io/error", stream_errors},
                                      {"wasi:io/poll", clock_and_poll},
                                      {"wasi:io/streams", standard_output},
                                      {"wasi:random/insecure", insecure},
                                      {"wasi:random/insecure-seed", insecure_seed},
                                      {"wasi:random/random", random},
                                      {"wasi:sockets/instance-network", names},
                                      {"wasi:sockets/ip-name-lookup", names},
                                      {"wasi:sockets/tcp-create-socket", tcp},
                                      {"wasi:sockets/udp-create-socket", udp},
                                      {NULL, NULL}};
