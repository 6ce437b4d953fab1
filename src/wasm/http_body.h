#pragma once

// The two bodies of an exchange of wasi:http, whichever of its ends the guest is. Both have bounds:
// who writes faster than the other end takes, waits.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wasm/waker.h"

struct hermes_http_body;
struct hermes_http_inlet;

namespace hermes::wasm {

/// A body on its way to a guest. May be filled before its call begins, and after it has ended. One
/// thread at a time.
class HttpInlet {
 public:
  /// Why a body is not whole.
  enum class Cut : std::uint8_t { ClientGone, TooLate, TooLarge };

  HttpInlet();

  /// `handle` is taken over.
  explicit HttpInlet(hermes_http_inlet* handle) : handle_(handle) {}
  HttpInlet(const HttpInlet&) = delete;
  ~HttpInlet();

  /// Adds a copy of the bytes. True: there are `most` or more, and the exchange, or the sender of
  /// the request, hears that it is drained once the guest has taken half of these. It also does
  /// when the guest finds nothing to read.
  bool push(std::string_view bytes, std::size_t most);

  /// The body is whole.
  void end();
  void cut(Cut why);

  /// The same for a response, by the number that wasi_http.rs knows.
  void fail(std::uint8_t kind);

  /// The guest takes no more.
  bool is_closed() const;

  const hermes_http_inlet* handle() const { return handle_; }

 private:
  hermes_http_inlet* const handle_;
};

/// A body as its guest writes it. Outlives the call. Any thread, one at a time. Dropping it closes
/// the guest's stream.
class HttpBody {
 public:
  enum class State : std::uint8_t {
    NothingYet,  // The waker tells when to poll again.
    Data,        // `piece` has bytes, until the next poll.
    End,         // It is whole.
    Cut,         // It will never be whole: the call failed, or the guest gave the body up.
  };

  /// `handle` is taken over.
  explicit HttpBody(hermes_http_body* handle) : handle_(handle) {}

  State poll(const Waker& waker, std::string_view& piece);

  /// Appends what the guest has written, up to a piece above `most`. Data: there may be more.
  State take(const Waker& waker, std::string& bytes, std::size_t most);

 private:
  struct Free {
    void operator()(hermes_http_body* handle) const;
  };
  std::unique_ptr<hermes_http_body, Free> handle_;
};

}  // namespace hermes::wasm
