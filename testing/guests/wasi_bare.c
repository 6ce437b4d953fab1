// What the C library has no function for. The path, behind /api or not, is a command:
//
//   /sockets   asks for a socket of TCP, one of UDP, and an address: the numbers of the errors
//   /listings  reads the directory / again and again: how often it may, and the number of the error
//   /opens     opens /srv/share/file.txt again and again, the same

#include <stdio.h>

#include "hermes.h"

enum { kNone = -1 };

static char report[64];

static int tcp(void) {
  wasi_sockets_tcp_create_socket_own_tcp_socket_t socket;
  wasi_sockets_tcp_create_socket_error_code_t error;
  return wasi_sockets_tcp_create_socket_create_tcp_socket(
             WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4, &socket, &error)
             ? kNone
             : error;
}

static int udp(void) {
  wasi_sockets_udp_create_socket_own_udp_socket_t socket;
  wasi_sockets_udp_create_socket_error_code_t error;
  return wasi_sockets_udp_create_socket_create_udp_socket(
             WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV6, &socket, &error)
             ? kNone
             : error;
}

static int address(void) {
  wasi_sockets_instance_network_own_network_t network =
      wasi_sockets_instance_network_instance_network();
  hermes_string_t name;
  hermes_string_set(&name, "localhost");
  wasi_sockets_ip_name_lookup_own_resolve_address_stream_t addresses;
  wasi_sockets_ip_name_lookup_error_code_t error;
  return wasi_sockets_ip_name_lookup_resolve_addresses(
             (wasi_sockets_ip_name_lookup_borrow_network_t){network.__handle}, &name, &addresses,
             &error)
             ? kNone
             : error;
}

typedef wasi_filesystem_types_error_code_t error_code;
typedef wasi_filesystem_types_borrow_descriptor_t folder;

static folder root(void) {
  wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t folders;
  wasi_filesystem_preopens_get_directories(&folders);
  return (folder){folders.ptr[0].f0.__handle};
}

static void list(void) {
  const folder files = root();
  wasi_filesystem_types_own_directory_entry_stream_t first, listing;
  error_code error;
  wasi_filesystem_types_method_descriptor_read_directory(files, &first, &error);
  int held = 1;
  while (held < 1000 &&
         wasi_filesystem_types_method_descriptor_read_directory(files, &listing, &error)) {
    ++held;
  }
  const int refused = error;
  wasi_filesystem_types_directory_entry_stream_drop_own(first);
  const bool again = wasi_filesystem_types_method_descriptor_read_directory(files, &first, &error);
  snprintf(report, sizeof report, "%d %d %s", held, refused, again ? "again" : "never");
}

static void open_files(void) {
  const folder files = root();
  hermes_string_t name;
  hermes_string_set(&name, "srv/share/file.txt");
  wasi_filesystem_types_own_descriptor_t file;
  error_code error;
  int held = 0;
  while (held < 1000 &&
         wasi_filesystem_types_method_descriptor_open_at(
             files, 0, &name, 0, WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ, &file, &error)) {
    ++held;
  }
  snprintf(report, sizeof report, "%d %d", held, error);
}

bool exports_hermes_http_gateway_event_reply(
    exports_hermes_http_gateway_event_bstr_t* body,
    exports_hermes_http_gateway_event_headers_t* headers, hermes_string_t* path,
    hermes_string_t* method, exports_hermes_http_gateway_event_http_gateway_response_t* answer) {
  (void)body, (void)headers, (void)method;
  const char* command = (const char*)path->ptr + path->len;
  while (command[-1] != '/') --command;
  if (*command == 's') {
    snprintf(report, sizeof report, "%d %d %d", tcp(), udp(), address());
  } else if (*command == 'o') {
    open_files();
  } else {
    list();
  }
  answer->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_HTTP;
  answer->val.http.code = 200;
  answer->val.http.headers.len = 0;
  hermes_string_dup((hermes_string_t*)&answer->val.http.body, report);
  return true;
}
