#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/request_parser.h"

// The first byte says into what pieces the others are cut. However they are cut, the same requests
// come out, and none of them passes its limits.

namespace {

using hermes::net::RequestParser;

constexpr hermes::net::RequestLimits kLimits{.header_bytes = 512, .header_count = 16};
constexpr std::size_t kMostBody = 1024;

std::string requests_of(std::string_view bytes, std::size_t size) {
  RequestParser parser(kLimits);
  hermes::net::Request request;
  std::string found;
  std::string waiting;
  while (!bytes.empty()) {
    waiting += bytes.substr(0, size);
    bytes.remove_prefix(std::min(size, bytes.size()));
    while (!waiting.empty()) {
      const bool in_body = parser.is_header_done();
      const auto used = in_body ? parser.feed_body(waiting, request.body) : parser.feed(waiting);
      if (used > waiting.size()) std::abort();
      waiting.erase(0, used);
      if (parser.state() == RequestParser::State::Failed) return found;
      if (request.body.size() > kMostBody) return found;
      if (parser.state() == RequestParser::State::Partial) break;
      if (parser.state() == RequestParser::State::Head) request = parser.take();
      if (request.headers.size() > kLimits.header_count) std::abort();
      if (request.headers.bytes() > kLimits.header_bytes) std::abort();
      if (!parser.is_body_done()) continue;
      found += request.method + ' ' + request.target + ' ' + request.host + ' ' + request.body;
      for (const auto [name, value] : request.headers) {
        if (!hermes::net::is_token(name) || !hermes::net::is_header_value(value)) std::abort();
        found.append(name).append(value);
      }
      parser.next();
    }
    if (waiting.size() > kLimits.header_bytes) std::abort();
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (requests_of(bytes, bytes.size() + 1) != requests_of(bytes, std::size_t{data[0]} + 1)) {
    std::abort();
  }
  return 0;
}
