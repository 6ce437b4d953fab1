#include "extensions/http_gateway/auth_rules.h"

#include "base/strings.h"
#include "net/headers.h"

namespace hermes::http_gateway {
namespace {

constexpr std::int64_t kLongestCache = 86'400;

Result<> read_cache(const json::Value& value, AuthRules& rules) {
  TRY(value.only({"seconds", "headers"}));
  const auto* seconds = TRY(value.require("seconds"));
  rules.cache_for = std::chrono::seconds(TRY(seconds->integer(1, kLongestCache)));
  const auto* headers = TRY(value.require("headers"));
  for (const auto& item : TRY(headers->array())) {
    const auto name = TRY(item.string());
    if (!net::is_token(name)) return item.error("expected the name of a header");
    rules.cache_by.push_back(lower_case(name));
  }
  if (!rules.cache_by.empty()) return {};
  return headers->error("without a header, all clients would be one");
}

}  // namespace

Result<AuthRules> AuthRules::read(const json::Value& value, const runtime::App& app) {
  TRY(value.only({"module", "api", "files", "cache"}));
  AuthRules rules;
  rules.module = TRY(read_module(*TRY(value.require("module")), app));
  if (const auto* api = value.find("api")) rules.api = TRY(read_auth_level(*api));
  if (const auto* files = value.find("files")) rules.files = TRY(read_auth_level(*files));
  if (const auto* cache = value.find("cache")) TRY(read_cache(*cache, rules));
  return rules;
}

}  // namespace hermes::http_gateway
