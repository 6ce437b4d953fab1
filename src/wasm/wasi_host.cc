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
    static_cast<WasiHost::Sender*>(sender)->send(
        {request->tls, view(request->host, request->host_len), request->port,
         view(request->message, request->message_len)},
        std::move(reply));
  } catch (const std::exception& e) {
    if (reply) reply.fail(Error(Code::GuestFailed, e.what()));
  }
}

void close(void* sender) noexcept {
  const std::unique_ptr<WasiHost::Sender> gone(static_cast<WasiHost::Sender*>(sender));
}

}  // namespace

hermes_wasi_host handle_of(WasiHost* host) {
  if (host == nullptr) return {};
  return {.host = host,
          .set_up = &set_up,
          .folders = &folders,
          .body_bytes = host->body_bytes(),
          .open = &open,
          .send = &send,
          .close = &close};
}

}  // namespace hermes::wasm
