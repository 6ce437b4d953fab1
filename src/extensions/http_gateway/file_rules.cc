#include "extensions/http_gateway/file_rules.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "extensions/http_gateway/endpoints.h"
#include "net/headers.h"

namespace hermes::http_gateway {
namespace {

// A browser shall ask whether a file has changed.
constexpr std::string_view kCacheControl = "no-cache";

// No guessing of types, no page of others around or beside this one, no full address to others.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kHeaders{{
    {"x-content-type-options", "nosniff"},
    {"cross-origin-opener-policy", "same-origin"},
    {"cross-origin-embedder-policy", "require-corp"},
    {"x-frame-options", "SAMEORIGIN"},
    {"referrer-policy", "strict-origin-when-cross-origin"},
}};

// What the gateway says itself of a file.
constexpr std::array<std::string_view, 10> kOwn{
    "accept-ranges", "cache-control", "content-encoding", "content-length", "content-range",
    "content-type",  "etag",          "last-modified",    "location",       "vary"};

Result<std::string> read_value(const json::Value& value) {
  const auto text = TRY(value.string());
  if (net::is_header_value(text)) return std::string(text);
  return value.error("expected the value of a header");
}

}  // namespace

FileRules::FileRules() : headers_(kHeaders.begin(), kHeaders.end()) {}

Result<FileRules> FileRules::read(const json::Value& value) {
  TRY(value.only({"fallback", "cache", "headers"}));
  FileRules rules;
  if (const auto* fallback = value.find("fallback")) rules.fallback_ = TRY(fallback->string());
  if (const auto* cache = value.find("cache")) {
    for (const auto& item : TRY(cache->array())) {
      TRY(item.only({"path", "value"}));
      auto path = TRY(read_path_expression(*TRY(item.require("path"))));
      auto control = TRY(read_value(*TRY(item.require("value"))));
      rules.cache_.push_back({std::move(path), std::move(control)});
    }
  }
  const auto* headers = value.find("headers");
  if (!headers) return rules;
  for (const auto& [member, header] : TRY(headers->object())) {
    const auto name = lower_case(member);
    if (!net::is_token(name) || std::ranges::find(kOwn, name) != kOwn.end()) {
      return header.error(concat("'", member, "' is no header that can be set here"));
    }
    std::erase_if(rules.headers_, [&](const auto& known) { return known.first == name; });
    if (header.kind() == json::Value::Kind::Null) continue;
    auto text = TRY(read_value(header));
    rules.headers_.emplace_back(name, std::move(text));
  }
  return rules;
}

std::string_view FileRules::cache_control(std::string_view path) const {
  const re2::StringPiece text(path.data(), path.size());
  const auto found = std::ranges::find_if(
      cache_, [&](const Cache& rule) { return re2::RE2::FullMatch(text, *rule.path); });
  return found == cache_.end() ? kCacheControl : std::string_view(found->value);
}

}  // namespace hermes::http_gateway
