// Any text either is refused, or is one request for the host that is named, which goes out as it
// is.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/outbound_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes;
  constexpr std::size_t kMost = 4'096;
  const std::string message(reinterpret_cast<const char*>(data), size);
  const net::Destination to{false, {"example.com"}, 80};
  const auto request = net::make_outbound_request("app", nullptr, to, message, kMost);
  if (!request.has_value()) return 0;
  if (request->message != message || message.size() > kMost || request->to != to) std::abort();
  if (message.find("HTTP/1.1\r\n") == message.npos) std::abort();
  if (request->is_head != message.starts_with("HEAD ")) std::abort();
  if (request->is_head && !request->is_repeatable) std::abort();
  return 0;
}
