#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/strings.h"
#include "extensions/http_gateway/endpoints.h"
#include "net/headers.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kMostEndpoints = 1'000;
constexpr std::size_t kLongestPath = 1'024;
constexpr std::int64_t kExpressionMemory = std::int64_t{256} << 10;

Result<std::vector<std::string>> read_methods(const json::Value* value) {
  std::vector<std::string> methods;
  if (!value) return methods;
  for (const auto& item : TRY(value->array())) {
    const auto method = TRY(item.string());
    const bool is_upper = std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (method.empty() || !is_upper) {
      return item.error(concat("'", method, "' is no method: write it as in GET"));
    }
    methods.emplace_back(method);
  }
  if (methods.empty()) return value->error("an endpoint without a method takes nothing");
  return methods;
}

Result<std::vector<std::string>> read_content_types(const json::Value* value) {
  std::vector<std::string> types;
  if (!value) return types;
  for (const auto& item : TRY(value->array())) {
    const auto type = TRY(item.string());
    const auto [family, subtype] = split_once(type, '/');
    if (!net::is_token(family) || !subtype || !net::is_token(*subtype)) {
      return item.error(concat("'", type, "' is no content type: write it as in text/plain"));
    }
    types.push_back(lower_case(type));
  }
  if (types.empty()) return value->error("an endpoint without a content type takes no body");
  return types;
}

Result<schema::JsonSchema> read_schema(const json::Value& value, const runtime::App& app) {
  return schema::JsonSchema::read(*app.manifest, value);
}

Result<Endpoint> read_endpoint(const json::Value& value, const runtime::App& app) {
  TRY(value.only({"id", "module", "methods", "path", "content_types", "body_schema", "auth",
                  "cancel_on_disconnect"}));
  // Assigned one by one: what stands in braces before a TRY that returns is not destroyed by
  // GCC 12.
  Endpoint endpoint;
  const auto* id = value.find("id");
  endpoint.id = id ? std::string(TRY(id->string())) : value.pointer();
  endpoint.module = TRY(read_module(*TRY(value.require("module")), app));
  endpoint.methods = TRY(read_methods(value.find("methods")));
  endpoint.path = TRY(read_path_expression(*TRY(value.require("path"))));
  endpoint.content_types = TRY(read_content_types(value.find("content_types")));
  if (const auto* schema = value.find("body_schema")) {
    endpoint.body_schema = TRY(read_schema(*schema, app));
    if (endpoint.content_types.empty()) endpoint.content_types = {"application/json", "*+json"};
  }
  if (const auto* auth = value.find("auth")) endpoint.auth = TRY(read_auth_level(*auth));
  if (const auto* cancel = value.find("cancel_on_disconnect")) {
    endpoint.cancel_on_disconnect = TRY(cancel->boolean());
  }
  return endpoint;
}

// The least comes first; where two are equal, the order of the manifest stays.
auto rank(const Endpoint& endpoint) {
  const auto literal = literal_of(endpoint.path->pattern());
  return std::tuple(kLongestPath - literal.size, !literal.is_all, endpoint.methods.empty(),
                    endpoint.content_types.empty());
}

}  // namespace

Result<std::shared_ptr<const re2::RE2>> read_path_expression(const json::Value& value) {
  const auto text = TRY(value.string());
  if (text.empty() || text.size() > kLongestPath) {
    return value.error(concat("the expression is not from 1 to ", kLongestPath, " bytes long"));
  }
  re2::RE2::Options options;
  options.set_max_mem(kExpressionMemory);
  options.set_log_errors(false);
  auto expression =
      std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!expression->ok()) {
    return value.error(concat("'", text, "' is no RE2 expression: ", expression->error()));
  }
  return expression;
}

Result<runtime::ModuleId> read_module(const json::Value& value, const runtime::App& app) {
  const auto id = TRY(value.string());
  if (std::ranges::find(app.modules, id, &runtime::ModuleSource::id) == app.modules.end()) {
    return value.error(concat("there is no module '", id, "'"));
  }
  return runtime::ModuleId(id);
}

Result<AuthLevel> read_auth_level(const json::Value& value) {
  const auto text = TRY(value.string());
  for (const auto level : {AuthLevel::None, AuthLevel::Optional, AuthLevel::Required}) {
    if (text == name(level)) return level;
  }
  return value.error("expected required, optional or none");
}

std::string_view name(AuthLevel level) {
  return level == AuthLevel::Required   ? "required"
         : level == AuthLevel::Optional ? "optional"
                                        : "none";
}

Result<Endpoints> Endpoints::read(const json::Value& value, const runtime::App& app) {
  const auto items = TRY(value.array());
  if (items.size() > kMostEndpoints) {
    return value.error(concat("there are more than ", kMostEndpoints, " endpoints"));
  }
  Endpoints endpoints;
  std::set<std::string> ids;
  for (const auto& item : items) {
    endpoints.endpoints_.push_back(TRY(read_endpoint(item, app)));
    const auto& id = endpoints.endpoints_.back().id;
    if (!ids.insert(id).second) return item.error(concat("there are two endpoints '", id, "'"));
  }
  std::ranges::stable_sort(endpoints.endpoints_, {}, rank);
  return endpoints;
}

}  // namespace hermes::http_gateway
