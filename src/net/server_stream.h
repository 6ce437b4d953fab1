#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "net/responder.h"

namespace hermes::net {

/// Where requests come from and answers go: a connection of HTTP/1.1, or one stream of HTTP/2. What
/// Responder, BodyReader and BodyWriter mean by their exchange is one request and its answer; what
/// is asked for another than the present one is too late and does nothing.
///
/// From any thread, except `departure`.
class ServerStream {
 public:
  using Exchange = std::uint64_t;

  virtual ~ServerStream() = default;

  virtual void read(Exchange exchange, BodyReader::Then then) = 0;
  virtual void drop_body(Exchange exchange) = 0;

  virtual void respond(Exchange exchange, Response response) = 0;
  virtual void begin(Exchange exchange, Response head, std::optional<std::uint64_t> size) = 0;
  virtual void write(Exchange exchange, std::string bytes, BodyWriter::Then then) = 0;
  virtual void end(Exchange exchange) = 0;
  virtual void abort(Exchange exchange) = 0;

  virtual std::stop_token departure(Exchange exchange) = 0;
};

}  // namespace hermes::net
