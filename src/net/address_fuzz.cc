// Any text either is no host, or is one that is written in one way and means one address at most.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/strings.h"
#include "net/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto host = net::parse_host(text);
  if (!host) return 0;
  const bool is_plain = std::ranges::all_of(host->name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
           c == ':';
  });
  if (!is_plain || host->name.empty()) std::abort();
  const bool is_v6 = host->address && host->address->is_v6();
  if (is_v6 == text.starts_with('[') &&
      net::parse_host(is_v6 ? concat("[", host->name, "]") : host->name) == host) {
    if (!host->address || net::unmapped(*host->address) == *host->address) return 0;
  }
  std::abort();
}
