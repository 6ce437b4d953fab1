#include "extensions/http_gateway/endpoints.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/strings.h"
#include "net/headers.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kMostEndpoints = 1'000;
constexpr std::size_t kLongestPath = 1'024;
constexpr std::int64_t kExpressionMemory = std::int64_t{256} << 10;

Result<> refuse_authentication(const json::Value& value) {
  if (const auto* auth = value.find("auth")) {
    return auth->error("authentication is not available in this version");
  }
  return {};
}

Result<std::shared_ptr<const re2::RE2>> read_path(const json::Value& value) {
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

Result<runtime::ModuleId> read_module(const json::Value& value, const runtime::App& app) {
  const auto id = TRY(value.string());
  if (std::ranges::find(app.modules, id, &runtime::ModuleSource::id) == app.modules.end()) {
    return value.error(concat("there is no module '", id, "'"));
  }
  return runtime::ModuleId(id);
}

Result<Endpoint> read_endpoint(const json::Value& value, const runtime::App& app) {
  TRY(refuse_authentication(value));
  TRY(value.only({"id", "module", "methods", "path", "content_types"}));
  // Assigned one by one: what stands in braces before a TRY that returns is not destroyed by
  // GCC 12.
  Endpoint endpoint;
  const auto* id = value.find("id");
  endpoint.id = id ? std::string(TRY(id->string())) : value.pointer();
  endpoint.module = TRY(read_module(*TRY(value.require("module")), app));
  endpoint.methods = TRY(read_methods(value.find("methods")));
  endpoint.path = TRY(read_path(*TRY(value.require("path"))));
  endpoint.content_types = TRY(read_content_types(value.find("content_types")));
  return endpoint;
}

Result<std::vector<Endpoint>> read_endpoints(const json::Value& value, const runtime::App& app) {
  const auto items = TRY(value.array());
  if (items.size() > kMostEndpoints) {
    return value.error(concat("there are more than ", kMostEndpoints, " endpoints"));
  }
  std::vector<Endpoint> endpoints;
  std::set<std::string> ids;
  for (const auto& item : items) {
    endpoints.push_back(TRY(read_endpoint(item, app)));
    if (!ids.insert(endpoints.back().id).second) {
      return item.error(concat("there are two endpoints '", endpoints.back().id, "'"));
    }
  }
  const auto prefix = [](const Endpoint& e) { return literal_prefix(e.path->pattern()); };
  std::ranges::stable_sort(endpoints, std::greater(), prefix);
  return endpoints;
}

}  // namespace

bool Endpoint::takes_method(std::string_view method) const {
  if (methods.empty()) return true;
  return std::ranges::find(methods, method == "HEAD" ? "GET" : method) != methods.end() ||
         std::ranges::find(methods, method) != methods.end();
}

bool Endpoint::takes_type(std::string_view content_type) const {
  if (content_types.empty()) return true;
  const auto pieces = words(split_once(content_type, ';').first);
  const auto type = pieces.empty() ? "" : lower_case(pieces.front());
  return std::ranges::any_of(content_types, [&](std::string_view taken) {
    if (!taken.ends_with("/*")) return taken == type;
    return type.starts_with(taken.substr(0, taken.size() - 1));
  });
}

Result<Endpoints> Endpoints::read(const runtime::App& app) {
  Endpoints endpoints;
  const auto* section = app.section("http");
  if (!section) return endpoints;
  TRY(refuse_authentication(*section));
  TRY(section->only({"endpoints", "default"}));
  if (const auto* value = section->find("default")) endpoints.is_default_ = TRY(value->boolean());
  if (const auto* value = section->find("endpoints")) {
    endpoints.endpoints_ = TRY(read_endpoints(*value, app));
  }
  return endpoints;
}

Match Endpoints::match(const Question& question) const {
  const re2::StringPiece path(question.path.data(), question.path.size());
  std::set<std::string> allowed;
  bool is_wrong_type = false;
  for (const auto& endpoint : endpoints_) {
    if (!re2::RE2::FullMatch(path, *endpoint.path)) continue;
    if (!endpoint.takes_method(question.method)) {
      allowed.insert(endpoint.methods.begin(), endpoint.methods.end());
      if (allowed.contains("GET")) allowed.insert("HEAD");
    } else if (question.has_body && !endpoint.takes_type(question.content_type)) {
      is_wrong_type = true;
    } else {
      return &endpoint;
    }
  }
  if (is_wrong_type) return WrongType();
  if (allowed.empty()) return NoEndpoint();
  WrongMethod wrong;
  for (const auto& method : allowed) wrong.allowed += (wrong.allowed.empty() ? "" : ", ") + method;
  return wrong;
}

std::size_t literal_prefix(std::string_view expression) {
  if (expression.find('|') != expression.npos) return 0;
  if (expression.starts_with('^')) expression.remove_prefix(1);
  std::size_t count = 0;
  while (!expression.empty()) {
    const bool is_escaped = expression.front() == '\\';
    const auto c = expression.substr(is_escaped ? 1 : 0, 1);
    const bool is_special = std::string_view("^$.*+?()[]{}|\\").find(c) != std::string_view::npos;
    const bool is_dash = c == "-" || c == "/" || c == "_" || c == "~";
    if (c.empty()) return count;
    if (is_escaped ? !is_special && !is_dash : is_special) return count;
    expression.remove_prefix(is_escaped ? 2 : 1);
    if (expression.starts_with('*') || expression.starts_with('?') || expression.starts_with('{')) {
      return count;
    }
    ++count;
  }
  return count;
}

}  // namespace hermes::http_gateway
