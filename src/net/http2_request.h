#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/request.h"
#include "net/request_parser.h"

namespace hermes::net {

/// Turns the header fields of a stream of HTTP/2 into a request, within the limits that hold for
/// HTTP/1.1. That names are in lower case and no field is one of HTTP/1.1 is nghttp2's to see to.
class Http2Request {
 public:
  explicit Http2Request(const RequestLimits& limits) : limits_(limits) {}

  /// The next field, in the order of arrival. False if there are so many that it cannot be but an
  /// attack.
  bool add(std::string_view name, std::string_view value);

  /// The same for one of the trailers, which are ignored.
  bool count(std::string_view name, std::string_view value);

  /// After the last field: the request. Or what to answer instead; the request is as it was read.
  std::optional<RequestParser::Failure> finish(Request& request);

  bool wants_continue() const { return wants_continue_; }

 private:
  void refuse(unsigned status, std::string_view why);

  const RequestLimits limits_;
  Request request_ = {};
  std::optional<std::string> authority_ = std::nullopt;
  std::optional<std::string> host_ = std::nullopt;
  std::string cookie_ = {};  // Its pieces together, as HTTP/1.1 has it.
  std::size_t bytes_ = 0;
  std::size_t count_ = 0;
  bool wants_continue_ = false;
  std::optional<RequestParser::Failure> failure_ = std::nullopt;
};

}  // namespace hermes::net
