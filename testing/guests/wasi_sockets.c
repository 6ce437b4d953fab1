// What it is told to do with sockets. The path, behind /api or not, is a command:
//
//   /tcp      connects to the address in the first line of the body, sends the rest and answers
//   with
//             all that comes back
//   /udp      sends the rest as a datagram and answers with the one that comes back
//   /listen   binds to the address and listens
//   /bind     binds a socket of UDP to the address
//   /lookup   looks the name in the first line up: its addresses
//   /named    connects as /tcp does to the first address of the name in the first line, "NAME PORT"
//   /many     opens sockets until it may not, and again when it has closed one: how often, and the
//             number of the error
//   /misuse   all that is wrong: the numbers of the errors
//
// An address is "127.0.0.1 80", or eight groups "0:0:0:0:0:0:0:1 80", with a scope behind if any. A
// step that fails answers with its name and the number of the error: "connect 1".

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hermes.h"

typedef wasi_sockets_network_ip_socket_address_t address_t;
typedef wasi_sockets_network_error_code_t error_code;
typedef wasi_sockets_tcp_borrow_tcp_socket_t tcp_socket;
typedef wasi_sockets_udp_borrow_udp_socket_t udp_socket;
typedef wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t tcp_streams;
typedef wasi_sockets_udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t
    udp_streams;

static char report[65536];

static void put(const char* step, int error) {
  const size_t size = strlen(report);
  snprintf(report + size, sizeof report - size, "%s %d ", step, error);
}

static wasi_sockets_network_borrow_network_t network(void) {
  return (wasi_sockets_network_borrow_network_t){
      wasi_sockets_instance_network_instance_network().__handle};
}

static void wait_for(wasi_io_poll_own_pollable_t pollable) {
  wasi_io_poll_method_pollable_block((wasi_io_poll_borrow_pollable_t){pollable.__handle});
  wasi_io_poll_pollable_drop_own(pollable);
}

static bool parse(const char* text, address_t* to) {
  unsigned a[8], port, scope = 0;
  memset(to, 0, sizeof *to);
  if (sscanf(text, "%u.%u.%u.%u %u", a, a + 1, a + 2, a + 3, &port) == 5) {
    to->tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4;
    to->val.ipv4.port = (uint16_t)port;
    to->val.ipv4.address.f0 = (uint8_t)a[0];
    to->val.ipv4.address.f1 = (uint8_t)a[1];
    to->val.ipv4.address.f2 = (uint8_t)a[2];
    to->val.ipv4.address.f3 = (uint8_t)a[3];
    return true;
  }
  if (sscanf(text, "%x:%x:%x:%x:%x:%x:%x:%x %u %u", a, a + 1, a + 2, a + 3, a + 4, a + 5, a + 6,
             a + 7, &port, &scope) < 9) {
    return false;
  }
  to->tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV6;
  to->val.ipv6.port = (uint16_t)port;
  to->val.ipv6.scope_id = scope;
  to->val.ipv6.address.f0 = (uint16_t)a[0];
  to->val.ipv6.address.f1 = (uint16_t)a[1];
  to->val.ipv6.address.f2 = (uint16_t)a[2];
  to->val.ipv6.address.f3 = (uint16_t)a[3];
  to->val.ipv6.address.f4 = (uint16_t)a[4];
  to->val.ipv6.address.f5 = (uint16_t)a[5];
  to->val.ipv6.address.f6 = (uint16_t)a[6];
  to->val.ipv6.address.f7 = (uint16_t)a[7];
  return true;
}

static wasi_sockets_network_ip_address_family_t family_of(const address_t* address) {
  return address->tag == WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4
             ? WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4
             : WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV6;
}

static bool create_tcp(const address_t* address, tcp_socket* socket) {
  wasi_sockets_tcp_own_tcp_socket_t own;
  error_code error;
  if (!wasi_sockets_tcp_create_socket_create_tcp_socket(family_of(address), &own, &error)) {
    put("create", error);
    return false;
  }
  socket->__handle = own.__handle;
  return true;
}

static bool create_udp(const address_t* address, udp_socket* socket) {
  wasi_sockets_udp_own_udp_socket_t own;
  error_code error;
  if (!wasi_sockets_udp_create_socket_create_udp_socket(family_of(address), &own, &error)) {
    put("create", error);
    return false;
  }
  socket->__handle = own.__handle;
  return true;
}

static bool connect_to(tcp_socket socket, address_t* to, tcp_streams* streams) {
  error_code error;
  if (!wasi_sockets_tcp_method_tcp_socket_start_connect(socket, network(), to, &error)) {
    put("start-connect", error);
    return false;
  }
  wait_for(wasi_sockets_tcp_method_tcp_socket_subscribe(socket));
  if (!wasi_sockets_tcp_method_tcp_socket_finish_connect(socket, streams, &error)) {
    put("connect", error);
    return false;
  }
  return true;
}

static void exchange(tcp_socket socket, tcp_streams streams, const char* text) {
  wasi_io_streams_borrow_output_stream_t out = {streams.f1.__handle};
  wasi_io_streams_borrow_input_stream_t in = {streams.f0.__handle};
  wasi_io_streams_stream_error_t stream_error;
  error_code error;
  for (size_t left = strlen(text); left > 0;) {
    hermes_list_u8_t piece = {(uint8_t*)text, left < 4096 ? left : 4096};
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(out, &piece,
                                                                       &stream_error)) {
      return put("write", stream_error.tag);
    }
    text += piece.len;
    left -= piece.len;
  }
  wasi_sockets_tcp_method_tcp_socket_shutdown(socket, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_SEND, &error);
  hermes_list_u8_t piece;
  size_t size = strlen(report);
  while (wasi_io_streams_method_input_stream_blocking_read(in, 4096, &piece, &stream_error)) {
    if (size + piece.len < sizeof report) {
      memcpy(report + size, piece.ptr, piece.len);
      size += piece.len;
    }
    free(piece.ptr);
  }
}

static void tcp(address_t* to, const char* text) {
  tcp_socket socket;
  tcp_streams streams;
  if (create_tcp(to, &socket) && connect_to(socket, to, &streams)) exchange(socket, streams, text);
}

static void send_datagram(udp_streams streams, address_t* to, const char* text) {
  wasi_sockets_udp_borrow_incoming_datagram_stream_t in = {streams.f0.__handle};
  wasi_sockets_udp_borrow_outgoing_datagram_stream_t out = {streams.f1.__handle};
  wasi_sockets_udp_outgoing_datagram_t datagram = {{(uint8_t*)text, strlen(text)}, {true, *to}};
  wasi_sockets_udp_list_outgoing_datagram_t all = {&datagram, 1};
  wasi_sockets_udp_list_incoming_datagram_t received = {NULL, 0};
  uint64_t count;
  error_code error;
  wait_for(wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(out));
  wasi_sockets_udp_method_outgoing_datagram_stream_check_send(out, &count, &error);
  if (!wasi_sockets_udp_method_outgoing_datagram_stream_send(out, &all, &count, &error)) {
    return put("send", error);
  }
  while (received.len == 0) {
    wait_for(wasi_sockets_udp_method_incoming_datagram_stream_subscribe(in));
    if (!wasi_sockets_udp_method_incoming_datagram_stream_receive(in, 1, &received, &error)) {
      return put("receive", error);
    }
  }
  snprintf(report, sizeof report, "%.*s", (int)received.ptr->data.len,
           (const char*)received.ptr->data.ptr);
}

static bool bind_udp(udp_socket socket, address_t* to) {
  error_code error;
  if (!wasi_sockets_udp_method_udp_socket_start_bind(socket, network(), to, &error) ||
      !wasi_sockets_udp_method_udp_socket_finish_bind(socket, &error)) {
    put("bind", error);
    return false;
  }
  return true;
}

static void udp(address_t* to, const char* text) {
  address_t any;
  udp_socket socket;
  udp_streams streams;
  error_code error;
  memset(&any, 0, sizeof any);
  any.tag = to->tag;
  if (!create_udp(to, &socket) || !bind_udp(socket, &any)) return;
  if (wasi_sockets_udp_method_udp_socket_stream(socket, NULL, &streams, &error)) {
    send_datagram(streams, to, text);
  } else {
    put("stream", error);
  }
}

static void listen_at(address_t* at) {
  tcp_socket socket;
  error_code error;
  if (!create_tcp(at, &socket)) return;
  if (!wasi_sockets_tcp_method_tcp_socket_start_bind(socket, network(), at, &error) ||
      !wasi_sockets_tcp_method_tcp_socket_finish_bind(socket, &error)) {
    return put("bind", error);
  }
  if (!wasi_sockets_tcp_method_tcp_socket_start_listen(socket, &error)) return put("listen", error);
  put("listens", 0);
}

static void bind_at(address_t* at) {
  udp_socket socket;
  if (create_udp(at, &socket) && bind_udp(socket, at)) put("bound", 0);
}

// The next address of a name; false at the end, or where it fails.
static bool next(wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t names,
                 address_t* address) {
  wasi_sockets_ip_name_lookup_option_ip_address_t found;
  error_code error;
  if (!wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(names, &found,
                                                                                      &error)) {
    put("lookup", error);
    return false;
  }
  if (!found.is_some) return false;
  memset(address, 0, sizeof *address);
  if (found.val.tag == WASI_SOCKETS_NETWORK_IP_ADDRESS_IPV4) {
    address->tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4;
    address->val.ipv4.address = found.val.val.ipv4;
  } else {
    address->tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV6;
    address->val.ipv6.address = found.val.val.ipv6;
  }
  return true;
}

static bool look_up(const char* text,
                    wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t* names) {
  hermes_string_t name;
  hermes_string_set(&name, text);
  wasi_sockets_ip_name_lookup_own_resolve_address_stream_t own;
  error_code error;
  if (!wasi_sockets_ip_name_lookup_resolve_addresses(network(), &name, &own, &error)) {
    put("lookup", error);
    return false;
  }
  names->__handle = own.__handle;
  wait_for(wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(*names));
  return true;
}

static void put_addresses(const char* name) {
  wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t names;
  address_t address;
  if (!look_up(name, &names)) return;
  while (next(names, &address)) {
    const size_t size = strlen(report);
    char* to = report + size;
    const size_t room = sizeof report - size;
    if (address.tag == WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4) {
      const wasi_sockets_network_ipv4_address_t* a = &address.val.ipv4.address;
      snprintf(to, room, "%d.%d.%d.%d ", a->f0, a->f1, a->f2, a->f3);
    } else {
      const wasi_sockets_network_ipv6_address_t* a = &address.val.ipv6.address;
      snprintf(to, room, "%x:%x:%x:%x:%x:%x:%x:%x ", a->f0, a->f1, a->f2, a->f3, a->f4, a->f5,
               a->f6, a->f7);
    }
  }
}

static void connect_named(char* line, const char* text) {
  wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t names;
  address_t address;
  char* port = strchr(line, ' ');
  if (!port) return;
  *port++ = '\0';
  if (!look_up(line, &names) || !next(names, &address)) return;
  if (address.tag == WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4) {
    address.val.ipv4.port = (uint16_t)atoi(port);
  } else {
    address.val.ipv6.port = (uint16_t)atoi(port);
  }
  tcp(&address, text);
}

static void open_many(void) {
  const address_t any = {.tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4};
  tcp_socket first, last;
  if (!create_tcp(&any, &first)) return;
  int count = 1;
  while (count < 1000 && create_tcp(&any, &last)) ++count;
  put("held", count);
  wasi_sockets_tcp_tcp_socket_drop_own((wasi_sockets_tcp_own_tcp_socket_t){first.__handle});
  if (create_tcp(&any, &last)) put("again", 1);
}

static void misuse(void) {
  address_t local, family;
  tcp_socket socket;
  tcp_streams streams;
  error_code error = 0;
  parse("127.0.0.1 1", &local);
  parse("0:0:0:0:0:0:0:1 1", &family);
  if (!create_tcp(&local, &socket)) return;
  wasi_sockets_tcp_method_tcp_socket_finish_connect(socket, &streams, &error);
  put("finish", error);
  wasi_sockets_tcp_method_tcp_socket_finish_bind(socket, &error);
  put("finish-bind", error);
  wasi_sockets_tcp_method_tcp_socket_start_listen(socket, &error);
  put("listen", error);
  wasi_sockets_tcp_method_tcp_socket_shutdown(socket, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_BOTH, &error);
  put("shutdown", error);
  wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(socket, 0, &error);
  put("buffer", error);
  error = 0;
  wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(socket, UINT64_MAX, &error);
  put("buffer", error);
  wasi_sockets_tcp_method_tcp_socket_start_connect(socket, network(), &family, &error);
  put("family", error);
  wasi_sockets_tcp_method_tcp_socket_start_connect(socket, network(), &local, &error);
  wasi_sockets_tcp_method_tcp_socket_start_connect(socket, network(), &local, &error);
  put("twice", error);
}

static void obey(const char* command, char* line, const char* text) {
  address_t address;
  if (strcmp(command, "/lookup") == 0) return put_addresses(line);
  if (strcmp(command, "/named") == 0) return connect_named(line, text);
  if (strcmp(command, "/many") == 0) return open_many();
  if (strcmp(command, "/misuse") == 0) return misuse();
  if (!parse(line, &address)) return put("no address", 0);
  if (strcmp(command, "/tcp") == 0) return tcp(&address, text);
  if (strcmp(command, "/udp") == 0) return udp(&address, text);
  if (strcmp(command, "/listen") == 0) return listen_at(&address);
  if (strcmp(command, "/bind") == 0) return bind_at(&address);
}

bool exports_hermes_http_gateway_event_reply(
    exports_hermes_http_gateway_event_bstr_t* body,
    exports_hermes_http_gateway_event_headers_t* headers, hermes_string_t* path,
    hermes_string_t* method, exports_hermes_http_gateway_event_http_gateway_response_t* answer) {
  (void)headers, (void)method;
  char* command = strndup((const char*)path->ptr, path->len);
  char* line = strndup((const char*)body->ptr, body->len);
  char* text = strchr(line, '\n');
  if (text) *text++ = '\0';
  obey(strncmp(command, "/api/", 5) == 0 ? command + 4 : command, line, text ? text : "");
  answer->tag = HERMES_HTTP_GATEWAY_API_HTTP_GATEWAY_RESPONSE_HTTP;
  answer->val.http.code = 200;
  answer->val.http.headers.len = 0;
  hermes_string_dup((hermes_string_t*)&answer->val.http.body, report);
  return true;
}
