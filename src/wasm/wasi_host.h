#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/expected.h"
#include "wasm/call_state.h"
#include "wasm/http_body.h"
#include "wasm/reply.h"
#include "wasm/wasi_folders.h"
#include "wasm/wasi_setup.h"

namespace hermes::wasm {

/// What guests see of the world through WASI, beyond clocks, random numbers and output.
class WasiHost {
 public:
  /// A request of HTTP/1.1, and where it goes. Views are valid for the call.
  struct Request {
    bool tls;
    std::string_view host;  // As a URI has it: an address of IPv6 in brackets.
    std::uint16_t port;
    std::string_view head;         // It says how long the body is, or that it comes in chunks.
    std::optional<HttpBody> body;  // What goes into these chunks.
    std::unique_ptr<HttpInlet> response;  // Where the body of the response goes.
  };

  using Bytes = std::vector<std::uint8_t>;
  using Response = std::tuple<std::uint16_t, Bytes>;      // Status and head.
  using Failure = std::tuple<std::uint8_t, std::string>;  // As wasi_http.rs numbers them.
  using Answer = Expected<Response, Failure>;

  /// Sends one request of wasi:http/outgoing-handler. Destroyed when nobody waits for its answer,
  /// or for more of its body. From any thread.
  class Sender {
   public:
    virtual ~Sender() = default;

    /// Once. Answers when the response's head is there.
    virtual void send(Request request, Reply<Answer> reply) = 0;

    /// After the answer: the guest reads, and the inlet is empty or has room again; or it is
    /// closed.
    virtual void on_drained() = 0;
  };

  /// What the sockets of one call may do. Destroyed when none of them is in use any more. From any
  /// thread.
  class Sockets {
   public:
    enum class Kind : std::uint8_t { Tcp, Udp };
    enum class Opened : std::uint8_t { Yes, Denied, TooMany };
    enum class Use : std::uint8_t { Connect, Send, Receive };

    /// Of IPv6, or one of IPv4 as ::ffff:1.2.3.4.
    using Address = std::span<const std::uint8_t, 16>;

    /// The 16 bytes of each address.
    using LookUp = Expected<Bytes, std::uint8_t>;
    enum class LookUpFailure : std::uint8_t { Denied, Invalid, NoName, Temporary };

    virtual ~Sockets() = default;

    /// Whether there may be one more, which `close` follows then.
    virtual Opened open(Kind kind) = 0;
    virtual void close() = 0;

    virtual bool may_reach(Use use, Address address, std::uint16_t port) = 0;

    /// To give the reply up is a temporary failure.
    virtual void look_up(std::string_view name, Reply<LookUp> reply) = 0;
  };

  virtual ~WasiHost() = default;

  // These on the thread of the call.

  /// For each call whose guest uses WASI, once.
  virtual void set_up(CallState& call, WasiSetup setup) = 0;

  /// For each call whose guest asks for files, once. Null for none.
  virtual std::shared_ptr<const WasiFolders> folders(CallState& call) = 0;

  virtual std::unique_ptr<Sender> open(CallState& call) = 0;

  /// For each call whose guest asks for a socket or a name, once. Null for none.
  virtual std::unique_ptr<Sockets> sockets(CallState& call) = 0;
};

}  // namespace hermes::wasm
