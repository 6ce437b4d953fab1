#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "net/response_parser.h"

namespace {

using hermes::net::ResponseParser;

constexpr hermes::net::ResponseLimits kLimits{
    .body_bytes = 256, .header_bytes = 512, .header_count = 8};

// What is understood of bytes that arrive in pieces of that size.
std::string response_of(std::string_view bytes, std::size_t piece, bool to_head) {
  ResponseParser parser(kLimits, to_head);
  std::string waiting;
  while (!bytes.empty() && parser.state() == ResponseParser::State::Partial) {
    waiting += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    const auto used = parser.feed(waiting);
    if (used > waiting.size()) std::abort();
    waiting.erase(0, used);
    if (waiting.size() > kLimits.header_bytes + piece) std::abort();
  }
  parser.end();
  if (parser.state() == ResponseParser::State::Failed) return "failed";
  const auto response = parser.take();
  if (response.body.size() > kLimits.body_bytes) std::abort();
  return response.text();
}

// Of the same bytes, where the body is taken as it comes.
std::string streamed_of(std::string_view bytes, std::size_t piece, bool to_head) {
  ResponseParser parser(kLimits, to_head, true);
  std::string waiting;
  std::string body;
  std::optional<hermes::net::ReceivedResponse> response;
  while (!bytes.empty() && parser.state() == ResponseParser::State::Partial) {
    waiting += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    waiting.erase(0, parser.feed(waiting));
    if (parser.state() == ResponseParser::State::Head) {
      response = parser.take();
      waiting.erase(0, parser.feed(waiting));
    }
    body += parser.take_body();
  }
  parser.end();
  if (parser.state() == ResponseParser::State::Failed) return "failed";
  if (!response) return parser.take().text();
  if (body.size() > kLimits.body_bytes) std::abort();
  return response->head + "\r\n" + body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool to_head = (data[0] & 1) != 0;
  if (response_of(bytes, bytes.size() + 1, to_head) !=
      response_of(bytes, std::size_t{data[0]} + 1, to_head)) {
    std::abort();
  }
  if (streamed_of(bytes, bytes.size() + 1, to_head) !=
      streamed_of(bytes, std::size_t{data[0]} + 1, to_head)) {
    std::abort();
  }
  return 0;
}
