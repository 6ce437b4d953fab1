#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/expected.h"
#include "wasm/call_state.h"
#include "wasm/reply.h"
#include "wasm/wasi_folders.h"
#include "wasm/wasi_setup.h"

namespace hermes::wasm {

/// What guests see of the world through WASI, beyond clocks, random numbers and output.
class WasiHost {
 public:
  /// A whole message of HTTP/1.1, and where it goes. Views are valid for the call.
  struct Request {
    bool tls;
    std::string_view host;  // As a URI has it: an address of IPv6 in brackets.
    std::uint16_t port;
    std::string_view message;
  };

  using Bytes = std::vector<std::uint8_t>;
  using Response = std::tuple<std::uint16_t, Bytes, Bytes>;  // Status, head and body.
  using Failure = std::tuple<std::uint8_t, std::string>;     // As wasi_http.rs numbers them.
  using Answer = Expected<Response, Failure>;

  /// Sends one request of wasi:http/outgoing-handler. Destroyed when nobody waits for its answer
  /// any more. From any thread.
  class Sender {
   public:
    virtual ~Sender() = default;
    virtual void send(const Request& request, Reply<Answer> reply) = 0;
  };

  virtual ~WasiHost() = default;

  // These on the thread of the call.

  /// For each call whose guest uses WASI, once.
  virtual void set_up(CallState& call, WasiSetup setup) = 0;

  /// For each call whose guest asks for files, once. Null for none.
  virtual std::shared_ptr<const WasiFolders> folders(CallState& call) = 0;

  virtual std::unique_ptr<Sender> open(CallState& call) = 0;

  /// The bytes that the body of a request may have.
  virtual std::size_t body_bytes() const = 0;
};

}  // namespace hermes::wasm
