#include "extensions/http_gateway/cors.h"

#include <algorithm>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

constexpr std::int64_t kLongestAge = 86'400;
constexpr std::string_view kAny = "*";

Result<std::string> read_tokens(const json::Value& value) {
  std::string list;
  for (const auto& item : TRY(value.array())) {
    const auto token = TRY(item.string());
    if (!net::is_token(token)) return item.error("expected the name of a method or of a header");
    list += concat(list.empty() ? "" : ", ", token);
  }
  return list;
}

bool is_origin(std::string_view text) {
  const auto end = text.find("://");
  return text == kAny || (end != text.npos && end > 0 && text.size() > end + 3 &&
                          text.find_first_of("/?# ,", end + 3) == text.npos &&
                          net::is_header_value(text) && text == lower_case(text));
}

}  // namespace

Result<Cors> Cors::read(const json::Value& value) {
  TRY(value.only({"origins", "methods", "headers", "expose", "credentials", "max_age"}));
  Cors cors;
  const auto* origins = TRY(value.require("origins"));
  for (const auto& item : TRY(origins->array())) {
    const auto origin = TRY(item.string());
    if (!is_origin(origin)) return item.error("expected an origin, as in https://example.com");
    cors.origins_.emplace_back(origin);
  }
  if (const auto* methods = value.find("methods")) cors.methods_ = TRY(read_tokens(*methods));
  if (const auto* headers = value.find("headers")) cors.headers_ = TRY(read_tokens(*headers));
  if (const auto* expose = value.find("expose")) cors.expose_ = TRY(read_tokens(*expose));
  if (const auto* age = value.find("max_age")) cors.max_age_ = TRY(age->integer(0, kLongestAge));
  const auto* credentials = value.find("credentials");
  if (credentials) cors.credentials_ = TRY(credentials->boolean());
  if (cors.credentials_ && cors.has(kAny)) {
    return credentials->error("everybody's pages may not read what a client's credentials get");
  }
  return cors;
}

bool Cors::has(std::string_view origin) const {
  return std::ranges::find(origins_, origin) != origins_.end();
}

std::optional<net::Response> Cors::preflight(const net::Request& request) const {
  const auto origin = request.headers.find("origin");
  if (request.method != "OPTIONS" || !origin ||
      !request.headers.find("access-control-request-method")) {
    return std::nullopt;
  }
  net::Response response{.status = 204};
  if (!has(*origin) && !has(kAny)) return response;
  response.headers.add("access-control-allow-methods", methods_);
  if (!headers_.empty()) response.headers.add("access-control-allow-headers", headers_);
  response.headers.add("access-control-max-age", std::to_string(max_age_));
  return response;
}

void Cors::allow(std::optional<std::string_view> origin, net::Headers& headers) const {
  if (has(kAny)) {
    headers.add("access-control-allow-origin", kAny);
  } else {
    headers.add("vary", "origin");
    if (!origin || !has(*origin)) return;
    headers.add("access-control-allow-origin", *origin);
    if (credentials_) headers.add("access-control-allow-credentials", "true");
  }
  if (!expose_.empty()) headers.add("access-control-expose-headers", expose_);
}

}  // namespace hermes::http_gateway
