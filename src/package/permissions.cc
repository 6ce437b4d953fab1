#include "package/permissions.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "package/manifest_fields.h"

namespace hermes::package {
namespace {

constexpr std::array<std::string_view, 6> kPlain{"cron", "dht",      "evict",
                                                 "ipfs", "shutdown", "validate"};
// What net/outbound_hosts.h and net/socket_hosts.h read.
constexpr auto kOfHost =
    R"((outbound|tcp|udp):([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[1-9]\d{0,4})?)";
constexpr auto kTopic = "topic:[!-~]{1,256}";
constexpr auto kHostname =
    R"(([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?)";
constexpr std::size_t kLongestHostname = 253;
constexpr std::array<std::string_view, 3> kOfHostPrefixes{"outbound:", "tcp:", "udp:"};

bool is_of_host(std::string_view permission) {
  return std::ranges::any_of(kOfHostPrefixes,
                             [&](auto prefix) { return permission.starts_with(prefix); });
}

// Whether the second, a permission, is the first for one port of its host alone.
bool is_port_of(std::string_view host, std::string_view one) {
  return is_of_host(host) && one.size() > host.size() + 1 && one.starts_with(host) &&
         one[host.size()] == ':' && one.find(']', host.size()) == one.npos;
}

// Names of hosts are the same in either case.
std::string plain(std::string_view permission) {
  return is_of_host(permission) ? lower_case(permission) : std::string(permission);
}

}  // namespace

bool is_permission(std::string_view name) {
  return std::ranges::find(kPlain, name) != kPlain.end() || matches(name, kOfHost) ||
         matches(name, kTopic);
}

bool is_hostname(std::string_view name) {
  return name.size() <= kLongestHostname && matches(name, kHostname) &&
         !name.ends_with(".localhost") && !name.ends_with(".hermes.local");
}

std::string_view punycode_hint(std::string_view name) {
  const bool is_ascii = std::ranges::all_of(name, [](char c) { return (c & 0x80) == 0; });
  return is_ascii ? ""
                  : "; the name of a host in other letters is written as clients ask for it, in "
                    "punycode, as in xn--bcher-kva.example for b\u00fccher.example";
}

std::set<std::string> narrow(const std::set<std::string>& asked,
                             const std::set<std::string>& granted) {
  std::set<std::string> both;
  for (const auto& one : asked) {
    for (const auto& other : granted) {
      const auto wanted = plain(one);
      const auto given = plain(other);
      if (wanted == given || is_port_of(given, wanted)) both.insert(one);
      if (is_port_of(wanted, given)) both.insert(other);
    }
  }
  return both;
}

bool covers(const std::set<std::string>& granted, std::string_view asked) {
  const auto wanted = plain(asked);
  return std::ranges::any_of(granted, [&](const auto& one) {
    const auto given = plain(one);
    return given == wanted || is_port_of(given, wanted);
  });
}

}  // namespace hermes::package
