#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/http2_request.h"

// Each line is a field: its name, a tab, its value. What comes out keeps the limits, and is a
// request as HTTP/1.1 could have had it.

namespace {

constexpr hermes::net::RequestLimits kLimits{.header_bytes = 512, .header_count = 16};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  hermes::net::Http2Request header(kLimits);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() == rest.size() ? line.size() : line.size() + 1);
    const auto tab = line.find('\t');
    if (tab == line.npos) continue;
    if (!header.add(line.substr(0, tab), line.substr(tab + 1))) return 0;
  }
  hermes::net::Request request;
  if (header.finish(request)) return 0;
  if (request.headers.size() > kLimits.header_count + 2) std::abort();  // Host and Cookie are ours.
  if (request.headers.bytes() > 2 * kLimits.header_bytes) std::abort();
  if (!request.target.starts_with('/') && request.target != "*") std::abort();
  for (const char c : request.target) {
    if (c <= ' ' || c >= 0x7f) std::abort();
  }
  if (request.host.find_first_of(" /@#?") != request.host.npos) std::abort();
  return 0;
}
