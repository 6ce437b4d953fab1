#include "net/outbound_hosts.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/strings.h"

namespace hermes::net {
namespace {

constexpr std::string_view kPermission = "outbound:";

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || rest != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace

Result<OutboundHosts> OutboundHosts::among(const std::set<std::string>& permissions) {
  OutboundHosts hosts;
  for (const auto& permission : permissions) {
    if (!permission.starts_with(kPermission)) continue;
    auto entry = parse(std::string_view(permission).substr(kPermission.size()));
    if (!entry) {
      return Error(Code::InvalidArgument,
                   concat("permission '", permission,
                          "': expected a name, an IPv4 address or an [IPv6 address], and perhaps "
                          "a port, as in outbound:example.com:443"));
    }
    hosts.entries_.push_back(*std::move(entry));
  }
  return hosts;
}

std::optional<OutboundHosts::Entry> OutboundHosts::parse(std::string_view text) {
  const auto end = text.starts_with('[') ? text.find(']') : 0;
  if (end == text.npos) return std::nullopt;
  const auto colon = text.find(':', end);
  auto host = parse_host(text.substr(0, colon));
  if (!host) return std::nullopt;
  if (colon == text.npos) return Entry{*std::move(host), std::nullopt};
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  return Entry{*std::move(host), port};
}

bool OutboundHosts::has(const Host& host, std::uint16_t port) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return entry.host == host && entry.port.value_or(port) == port;
  });
}

bool OutboundHosts::may_connect(const Address& address, std::uint16_t port) const {
  const auto real = unmapped(address);
  return is_public(real) || std::ranges::any_of(entries_, [&](const Entry& entry) {
           return entry.host.address == real && entry.port.value_or(port) == port;
         });
}

}  // namespace hermes::net
