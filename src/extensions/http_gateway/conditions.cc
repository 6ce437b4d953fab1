#include "extensions/http_gateway/conditions.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/strings.h"
#include "net/http_date.h"

namespace hermes::http_gateway {
namespace {

// Whether a list of entity tags has this one, or is "*". `weak`: W/"a" stands for "a", too.
bool names(std::string_view list, std::string_view etag, bool weak) {
  if (trim(list) == "*") return true;
  return std::ranges::any_of(split(list, ','), [&](std::string_view item) {
    item = trim(item);
    if (weak && item.starts_with("W/")) item.remove_prefix(2);
    return item == etag;
  });
}

// All values of a header that is a list, of which a client may send several.
bool any_names(const net::Request& request, std::string_view header, std::string_view etag,
               bool weak) {
  for (const auto [name, value] : request.headers) {
    if (equals_ignoring_case(name, header) && names(value, etag, weak)) return true;
  }
  return false;
}

std::optional<bool> is_newer(const net::Request& request, std::string_view header, UtcTime time) {
  const auto value = request.headers.find(header);
  const auto since = value ? net::parse_http_date(*value) : std::nullopt;
  if (!since) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(time) > *since;
}

}  // namespace

Condition check_conditions(const net::Request& request, const Validators& validators) {
  const auto& [etag, modified] = validators;
  if (request.headers.find("if-match")) {
    if (!any_names(request, "if-match", etag, false)) return Condition::Fails;
  } else if (is_newer(request, "if-unmodified-since", modified).value_or(false)) {
    return Condition::Fails;
  }
  if (request.headers.find("if-none-match")) {
    return any_names(request, "if-none-match", etag, true) ? Condition::NotModified
                                                           : Condition::Holds;
  }
  return is_newer(request, "if-modified-since", modified).value_or(true) ? Condition::Holds
                                                                         : Condition::NotModified;
}

// A date is exact to the second only, and a file may change twice in one; so it has to be the tag.
bool range_counts(const net::Request& request, const Validators& validators) {
  const auto value = request.headers.find("if-range");
  return !value || trim(*value) == validators.etag;
}

}  // namespace hermes::http_gateway
