#include "extensions/http_gateway/endpoints.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/strings.h"

namespace hermes::http_gateway {

bool Endpoint::takes_path(std::string_view sent) const {
  return re2::RE2::FullMatch(re2::StringPiece(sent.data(), sent.size()), *path);
}

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
    if (taken == "*/*") return true;
    if (taken.starts_with('*')) return type.ends_with(taken.substr(1));
    if (!taken.ends_with("/*")) return taken == type;
    return type.starts_with(taken.substr(0, taken.size() - 1));
  });
}

Match Endpoints::match(const Question& question) const {
  std::set<std::string> allowed;
  bool is_wrong_type = false;
  for (const auto& endpoint : endpoints_) {
    if (!endpoint.takes_path(question.path)) continue;
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

Literal literal_of(std::string_view expression) {
  Literal literal;
  if (expression.find('|') != expression.npos) return literal;
  if (expression.starts_with('^')) expression.remove_prefix(1);
  while (!expression.empty() && expression != "$") {
    const bool is_escaped = expression.front() == '\\';
    const auto c = expression.substr(is_escaped ? 1 : 0, 1);
    const bool is_special = std::string_view("^$.*+?()[]{}|\\").find(c) != std::string_view::npos;
    const bool is_dash = c == "-" || c == "/" || c == "_" || c == "~";
    if (c.empty()) return literal;
    if (is_escaped ? !is_special && !is_dash : is_special) return literal;
    expression.remove_prefix(is_escaped ? 2 : 1);
    if (expression.starts_with('*') || expression.starts_with('?') || expression.starts_with('{')) {
      return literal;
    }
    ++literal.size;
  }
  literal.is_all = true;
  return literal;
}

}  // namespace hermes::http_gateway
