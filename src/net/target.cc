#include "net/target.h"

#include <algorithm>

#include "base/strings.h"

namespace hermes::net {
namespace {

bool is_host_char(char c) {
  return c > ' ' && c < 0x7f && std::string_view("\"#/<>?@[\\]^`{|}").find(c) == std::string::npos;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string_view> host_of(std::string_view authority) {
  auto host = authority.substr(0, authority.find(':'));
  auto rest = authority.substr(host.size());
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == authority.npos) return std::nullopt;
    host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
    if (host.empty()) return std::nullopt;
  }
  if (!std::ranges::all_of(host, is_host_char)) return std::nullopt;
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
  return host;
}

std::optional<Target> parse_target(std::string_view method, std::string_view target) {
  if (!std::ranges::all_of(target, [](char c) { return c > ' ' && c < 0x7f; })) return std::nullopt;
  if (target.find('#') != target.npos) return std::nullopt;
  if (target.starts_with('/')) return Target{target};
  if (target == "*") return method == "OPTIONS" ? std::optional(Target{target}) : std::nullopt;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = std::min(target.find_first_of("/?"), target.size());
    const auto path = target.substr(end);
    if (end == 0 || path.starts_with('?')) return std::nullopt;
    return Target{path.empty() ? "/" : path, target.substr(0, end)};
  }
  return std::nullopt;
}

}  // namespace hermes::net
