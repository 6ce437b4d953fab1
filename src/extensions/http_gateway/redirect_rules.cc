#include "extensions/http_gateway/redirect_rules.h"

#include <algorithm>
#include <utility>

#include "base/percent.h"
#include "base/strings.h"
#include "net/address.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kMostRules = 100;
constexpr std::size_t kLongestUrl = 8'192;

// Whether a server could take a segment for one that leads up: "..", "%2e.", "a/..;x".
bool has_dot_segment(std::string_view path) {
  const auto decoded = percent_decode(path);
  if (!decoded) return true;
  return std::ranges::any_of(split(*decoded, '/'), [](std::string_view segment) {
    const auto name = segment.substr(0, segment.find_first_of(";\\"));
    return name == "." || name == ".." || segment.find('\\') != segment.npos;
  });
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  if (text.size() > kLongestUrl) return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; })) return std::nullopt;
  const auto end = text.find("://");
  if (end == text.npos) return std::nullopt;
  const auto scheme = lower_case(text.substr(0, end));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  text.remove_prefix(end + 3);
  const auto authority = text.substr(0, text.find_first_of("/?#"));
  auto target = text.substr(authority.size());
  target = target.substr(0, target.find('#'));
  Url url;
  url.to.tls = scheme == "https";
  url.authority = authority;
  url.target = target.starts_with('/') ? std::string(target) : concat("/", target);
  auto named = net::parse_host_and_port(authority);
  if (!named) return std::nullopt;
  url.to.host = std::move(named->host);
  url.to.port = named->port.value_or(url.to.tls ? 443 : 80);
  if (has_dot_segment(split_once(url.target, '?').first)) return std::nullopt;
  return url;
}

Result<RedirectRules> RedirectRules::read(const json::Value& value) {
  const auto items = TRY(value.array());
  if (items.size() > kMostRules) return value.error(concat("more than ", kMostRules, " of them"));
  RedirectRules rules;
  for (const auto& item : items) {
    auto url = Url::parse(TRY(item.string()));
    if (!url || url->target.find('?') != url->target.npos) {
      return item.error(
          "expected a scheme, a host and what the path begins with, as in "
          "https://example.com/api/");
    }
    rules.prefixes_.push_back(*std::move(url));
  }
  return rules;
}

bool RedirectRules::allows(const Url& url) const {
  const std::string_view path = split_once(url.target, '?').first;
  return std::ranges::any_of(prefixes_, [&](const Url& rule) {
    if (rule.to != url.to || !path.starts_with(rule.target)) return false;
    // "/v1" is itself and what is below, but not "/v10".
    return rule.target.ends_with('/') || path.size() == rule.target.size() ||
           path[rule.target.size()] == '/';
  });
}

}  // namespace hermes::http_gateway
