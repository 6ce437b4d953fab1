#include "wasm/wasi_host.h"

#include <exception>
#include <utility>

#include "wasm/engine_handle.h"
#include "wasm/words.h"

namespace hermes::wasm {
namespace {

std::string_view view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

CallState& call(void* state) {
  return *static_cast<CallState*>(state);
}

void set_up(void* host, void* state, hermes_wasi_setup* setup) noexcept {
  static_cast<WasiHost*>(host)->set_up(call(state), WasiSetup(*setup));
}

hermes_wasi_folders* folders(void* host, void* state) noexcept {
  const auto folders = static_cast<WasiHost*>(host)->folders(call(state));
  return folders ? hermes_wasi_folders_share(folders->handle()) : nullptr;
}

void* open(void* host, void* state) noexcept {
  return static_cast<WasiHost*>(host)->open(call(state)).release();
}

void send(void* sender, const hermes_http_request* request, const hermes_slot* slot) noexcept {
  Reply<WasiHost::Answer> reply(slot);
  try {
    WasiHost::Request sent{request->tls,  view(request->host, request->host_len),
                           request->port, view(request->head, request->head_len),
                           std::nullopt,  std::make_unique<HttpInlet>(request->response)};
    if (request->body != nullptr) sent.body.emplace(request->body);
    static_cast<WasiHost::Sender*>(sender)->send(std::move(sent), std::move(reply));
  } catch (const std::exception& e) {
    if (reply) reply.fail(Error(Code::GuestFailed, e.what()));
  }
}

void drained(void* sender) noexcept {
  static_cast<WasiHost::Sender*>(sender)->on_drained();
}

void close(void* sender) noexcept {
  const std::unique_ptr<WasiHost::Sender> gone(static_cast<WasiHost::Sender*>(sender));
}

void* sockets(void* host, void* state) noexcept {
  return static_cast<WasiHost*>(host)->sockets(call(state)).release();
}

WasiHost::Sockets& sockets_of(void* sockets) {
  return *static_cast<WasiHost::Sockets*>(sockets);
}

std::uint8_t open_socket(void* sockets, bool udp) noexcept {
  using Kind = WasiHost::Sockets::Kind;
  return static_cast<std::uint8_t>(sockets_of(sockets).open(udp ? Kind::Udp : Kind::Tcp));
}

void close_socket(void* sockets) noexcept {
  sockets_of(sockets).close();
}

bool may_reach(void* sockets, hermes_socket_use way, const std::uint8_t* address,
               std::uint16_t port) noexcept {
  using Use = WasiHost::Sockets::Use;
  const auto use = way == HERMES_TCP_CONNECT ? Use::Connect
                   : way == HERMES_UDP_SEND  ? Use::Send
                                             : Use::Receive;
  return sockets_of(sockets).may_reach(use, WasiHost::Sockets::Address(address, 16), port);
}

void look_up(void* sockets, const std::uint8_t* name, std::size_t size,
             const hermes_slot* slot) noexcept {
  Reply<WasiHost::Sockets::LookUp> reply(slot);
  try {
    sockets_of(sockets).look_up(view(name, size), std::move(reply));
  } catch (const std::exception& e) {
    if (reply) reply.fail(Error(Code::GuestFailed, e.what()));
  }
}

void close_sockets(void* sockets) noexcept {
  const std::unique_ptr<WasiHost::Sockets> gone(&sockets_of(sockets));
}

}  // namespace

hermes_wasi_host handle_of(WasiHost* host) {
  if (host == nullptr) return {};
  return {.host = host,
          .set_up = &set_up,
          .folders = &folders,
          .open = &open,
          .send = &send,
          .drained = &drained,
          .close = &close,
          .sockets = &sockets,
          .open_socket = &open_socket,
          .close_socket = &close_socket,
          .may_reach = &may_reach,
          .look_up = &look_up,
          .close_sockets = &close_sockets};
}

}  // namespace hermes::wasm
